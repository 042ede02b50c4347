//! Which backups of a bucket are safety copies: made by a restore of what it was about to replace. Pure.
//!
//! Such a copy holds what somebody wanted to get rid of, so it must never pass for the latest good backup. Its name is
//! known only when it was uploaded: until then it is the first backup behind the one that was the newest before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::postgres::RestoreId;

/// Kind of the document that holds the list.
pub const KIND: &str = "safety-copies";
/// Its name.
pub const DOCUMENT: &str = "quetzal-db-safety-copies";

/// A backup as the bucket lists it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Listed {
    /// When it was written.
    pub time: Timestamp,
    /// Its file name.
    pub name: String,
}

/// The safety backup of one restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyCopy {
    /// The restore.
    pub restore: RestoreId,
    /// Folder of the bucket, with its slash.
    pub folder: String,
    /// The newest backup before its Job was made; none where the folder was empty.
    after: Option<Listed>,
    /// Its name, once it was proved complete or seen in the bucket.
    pub name: Option<String>,
}

/// All that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyCopies {
    copies: Vec<SafetyCopy>,
}

impl SafetyCopy {
    /// The backup that its Job made, among those of its folder.
    pub fn find<'a>(&self, listed: &'a [Listed]) -> Option<&'a Listed> {
        match &self.name {
            Some(name) => listed.iter().find(|l| l.name == *name),
            None => listed
                .iter()
                .filter(|l| self.after.as_ref().is_none_or(|after| *l > after))
                .min(),
        }
    }
}

impl SafetyCopies {
    /// The copy of a restore.
    pub fn of(&self, restore: &RestoreId) -> Option<&SafetyCopy> {
        self.copies.iter().find(|c| c.restore == *restore)
    }

    /// A restore is about to make one. What is known of the folder's others is brought up to date: those that are no
    /// longer in the bucket are forgotten.
    pub fn begin(&mut self, restore: &RestoreId, folder: &str, listed: &[Listed]) {
        self.forget(restore);
        self.settle(folder, listed);
        self.copies.push(SafetyCopy {
            restore: restore.clone(),
            folder: folder.to_owned(),
            after: listed.iter().max().cloned(),
            name: None,
        });
    }

    /// It is there, and complete.
    pub fn name(&mut self, restore: &RestoreId, name: &str) {
        for copy in self.copies.iter_mut().filter(|c| c.restore == *restore) {
            copy.name = Some(name.to_owned());
        }
    }

    /// The restore made none.
    pub fn forget(&mut self, restore: &RestoreId) {
        self.copies.retain(|c| c.restore != *restore);
    }

    /// The safety copies among the backups of a folder, each with its restore.
    pub fn among(&self, folder: &str, listed: &[Listed]) -> BTreeMap<String, RestoreId> {
        let here = self.copies.iter().filter(|c| c.folder == folder);
        here.filter_map(|c| Some((c.find(listed)?.name.clone(), c.restore.clone())))
            .collect()
    }

    fn settle(&mut self, folder: &str, listed: &[Listed]) {
        self.copies.retain_mut(|copy| {
            if copy.folder == folder {
                copy.name = copy.find(listed).map(|l| l.name.clone());
            }
            copy.folder != folder || copy.name.is_some()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = "gs://b/db/";

    fn id(text: &str) -> RestoreId {
        text.parse().unwrap()
    }

    fn listed(names: &[&str]) -> Vec<Listed> {
        let backup = |name: &&str| Listed {
            time: format!("2026-01-01T00:00:0{name}Z").parse().unwrap(),
            name: (*name).to_owned(),
        };
        names.iter().map(backup).collect()
    }

    fn among(copies: &SafetyCopies, names: &[&str]) -> Vec<String> {
        copies.among(FOLDER, &listed(names)).into_keys().collect()
    }

    #[test]
    fn the_first_backup_behind_the_newest_is_the_copy() {
        let mut copies = SafetyCopies::default();
        copies.begin(&id("00000001"), FOLDER, &listed(&["2", "1"]));
        assert_eq!(among(&copies, &["2", "1"]), Vec::<String>::new());
        assert_eq!(among(&copies, &["5", "4", "2", "1"]), ["4"]);
        assert_eq!(copies.among("gs://other/", &listed(&["4"])).len(), 0);
        let mut first = SafetyCopies::default();
        first.begin(&id("00000001"), FOLDER, &[]);
        assert_eq!(among(&first, &["5", "4"]), ["4"]);
    }

    #[test]
    fn a_name_stays_and_what_left_the_bucket_is_forgotten() {
        let mut copies = SafetyCopies::default();
        copies.begin(&id("00000001"), FOLDER, &listed(&["1"]));
        copies.name(&id("00000001"), "3");
        assert_eq!(among(&copies, &["3", "2", "1"]), ["3"]);
        copies.begin(&id("00000002"), FOLDER, &listed(&["3", "2", "1"]));
        assert_eq!(among(&copies, &["4", "3", "2", "1"]), ["3", "4"]);
        copies.begin(&id("00000003"), FOLDER, &listed(&["4"]));
        assert_eq!(copies.of(&id("00000001")), None, "no longer in the bucket");
        assert_eq!(among(&copies, &["5", "4"]), ["4", "5"]);
        copies.forget(&id("00000003"));
        assert_eq!(among(&copies, &["5", "4"]), ["4"]);
    }

    #[test]
    fn one_that_was_begun_and_never_made_is_forgotten_by_the_next() {
        let mut copies = SafetyCopies::default();
        copies.begin(&id("00000001"), FOLDER, &listed(&["1"]));
        copies.begin(&id("00000002"), FOLDER, &listed(&["1"]));
        assert_eq!(among(&copies, &["2", "1"]), ["2"]);
        assert_eq!(copies.of(&id("00000001")), None);
    }

    #[test]
    fn the_list_survives_being_stored() {
        let mut copies = SafetyCopies::default();
        copies.begin(&id("00000001"), FOLDER, &listed(&["1"]));
        let text = serde_json::to_string(&copies).unwrap();
        assert_eq!(serde_json::from_str::<SafetyCopies>(&text).unwrap(), copies);
    }
}

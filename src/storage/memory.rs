//! The backups that a bucket was last seen to have, kept on this machine: their names can be offered where asking the
//! bucket takes a Pod. Beside what kubectl keeps of clusters, and as little worth when it is gone.

use std::io::{self, Write as _};
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::bucket::Object;
use crate::cluster::Cluster;

/// Below a user's home.
const PLACE: &str = ".kube/cache/quetzal-db";

/// Lists of backups, one file a bucket's folder as it is seen from one namespace: a bucket that is served in a cluster may
/// have the same name in another.
#[derive(Debug)]
pub struct Memory {
    place: PathBuf,
    /// API server and namespace.
    seen_from: [String; 2],
}

impl Memory {
    /// That of the user who runs this, where there is a home.
    pub fn of_this_user(cluster: &Cluster) -> Option<Self> {
        Some(Self {
            place: std::env::home_dir()?.join(PLACE),
            seen_from: [cluster.server(), cluster.namespace()].map(str::to_owned),
        })
    }

    /// Keeps the list in place of the one before.
    pub fn keep(&self, folder: &str, backups: &[Object]) -> io::Result<()> {
        std::fs::create_dir_all(&self.place)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.place)?;
        serde_json::to_writer(&mut file, backups)?;
        file.flush()?;
        file.persist(self.file(folder))?;
        Ok(())
    }

    /// Adds a backup that was just made to the list that was kept; where there is none, it stays so.
    pub fn add(&self, folder: &str, backup: &Object) -> io::Result<()> {
        match self.recall(folder) {
            None => Ok(()),
            Some(mut backups) => {
                backups.retain(|known| known.name != backup.name);
                backups.insert(0, backup.clone());
                self.keep(folder, &backups)
            }
        }
    }

    /// The list that was kept; none if there is none that can be read.
    pub fn recall(&self, folder: &str) -> Option<Vec<Object>> {
        let kept = std::fs::read(self.file(folder)).ok()?;
        serde_json::from_slice(&kept).ok()
    }

    /// A folder's address may have any character and length.
    fn file(&self, folder: &str) -> PathBuf {
        let [server, namespace] = &self.seen_from;
        let names = [server, namespace, folder.trim_end_matches('/')];
        let name = HEXLOWER.encode(&Sha256::digest(names.join("\n")));
        self.place.join(name + ".json")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn memory(place: &Path, namespace: &str) -> Memory {
        Memory {
            place: place.to_owned(),
            seen_from: ["https://192.0.2.1:6443/", namespace].map(str::to_owned),
        }
    }

    fn backup(name: &str) -> Object {
        Object {
            name: name.to_owned(),
            url: format!("gs://b/db/{name}"),
            size: 7,
            created: "2026-11-22T21:26:36Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_list_is_recalled_until_another_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(&home.path().join("new/folder"), "shop");
        assert_eq!(memory.recall("gs://b/db/"), None);
        memory.keep("gs://b/db/", &[backup("one")]).unwrap();
        memory
            .keep("gs://b/db/", &[backup("two"), backup("one")])
            .unwrap();
        memory.keep("gs://b/other", &[]).unwrap();
        assert_eq!(
            memory.recall("gs://b/db"),
            Some(vec![backup("two"), backup("one")])
        );
        assert_eq!(memory.recall("gs://b/other/"), Some(Vec::new()));
        memory.add("gs://b/db", &backup("three")).unwrap();
        let names = memory.recall("gs://b/db/").unwrap();
        let names: Vec<_> = names.iter().map(|b| b.name.as_str()).collect();
        assert_eq!(names, ["three", "two", "one"]);
        memory.add("gs://unseen", &backup("three")).unwrap();
        assert_eq!(memory.recall("gs://unseen"), None, "one of many is no list");
    }

    #[test]
    fn a_bucket_of_the_same_name_elsewhere_is_another() {
        let home = tempfile::tempdir().unwrap();
        let here = memory(home.path(), "shop");
        here.keep("s3://b/db/", &[backup("one")]).unwrap();
        let there = memory(home.path(), "wiki");
        assert_eq!(there.recall("s3://b/db/"), None);
    }

    #[test]
    fn what_is_no_list_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path(), "shop");
        std::fs::write(memory.file("gs://b/db"), "[{").unwrap();
        assert_eq!(memory.recall("gs://b/db"), None);
    }
}

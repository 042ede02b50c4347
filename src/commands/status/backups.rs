//! The last backups: of the bucket where the database's container can read it, else as this machine last saw it.

use serde::Serialize;

use crate::commands::find::is_set_up;
use crate::commands::site::Seen;
use crate::commands::{Context, find};
use crate::restore::evidence::Drills;
use crate::restore::safety::SafetyCopies;
use crate::restore::safety_list::listed;
use crate::storage::{Memory, Object};
use crate::ui::render::{DrillNote, ListedBackup};

/// So many are shown.
const SHOWN: usize = 8;

/// Who saw them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SeenBy {
    /// The bucket was asked.
    Bucket,
    /// `list`, another time, on this machine.
    List,
    /// Nobody from here.
    Nobody,
}

#[derive(Debug, Serialize)]
pub(super) struct BackupsReport {
    pub(super) folder: Option<String>,
    pub(super) seen_by: SeenBy,
    /// How many there are in all.
    pub(super) count: usize,
    /// Newest first, the last few.
    pub(super) newest: Vec<ListedBackup>,
}

/// What is known of the bucket.
pub(super) struct Known {
    folder: Option<String>,
    seen_by: SeenBy,
    objects: Vec<Object>,
}

/// Looks without making anything. A bucket that does not answer does not keep the rest from being told.
pub(super) async fn known(context: &Context, seen: &Seen) -> Known {
    let cronjob = seen.cronjob.as_ref();
    let folder = cronjob.and_then(|cronjob| context.folder(cronjob).ok());
    let (Some(folder), Some(cronjob)) = (folder, cronjob) else {
        return Known {
            folder: None,
            seen_by: SeenBy::Nobody,
            objects: Vec::new(),
        };
    };
    if is_set_up(&seen.database, cronjob) {
        let bucket = find::open(&context.cli, &seen.database.container, &folder);
        match bucket.list().await {
            Ok(objects) => {
                find::remember(&seen.cluster, bucket.folder(), &objects);
                return Known {
                    folder: Some(folder),
                    seen_by: SeenBy::Bucket,
                    objects,
                };
            }
            Err(error) => tracing::warn!("the backups are as they were last seen: {error}"),
        }
    }
    let kept = Memory::of_this_user(&seen.cluster).and_then(|memory| memory.recall(&folder));
    Known {
        folder: Some(folder),
        seen_by: kept.as_ref().map_or(SeenBy::Nobody, |_| SeenBy::List),
        objects: kept.unwrap_or_default(),
    }
}

impl Known {
    /// As they are told.
    pub(super) fn shown(&self, copies: &SafetyCopies, drills: &Drills) -> BackupsReport {
        let folder = self.folder.as_deref().unwrap_or_default();
        let slashed = format!("{}/", folder.trim_end_matches('/'));
        let safety = copies.among(&slashed, &listed(&self.objects));
        let shown = self.objects.iter().take(SHOWN).map(|object| ListedBackup {
            safety_copy: safety.get(&object.name).cloned(),
            drill: drills.of(&object.name, object.size).map(DrillNote::from),
            object: object.clone(),
        });
        BackupsReport {
            folder: self.folder.clone(),
            seen_by: self.seen_by,
            count: self.objects.len(),
            newest: shown.collect(),
        }
    }
}

//! The backup into the Pod's data volume; and the removal of all that was there.
//!
//! It may be decompressed and loaded meanwhile: each step waits for what the one before it has brought
//! ([`super::flow`]).

use std::time::Duration;

use crate::cluster::Command;
use crate::progress::Progress;
use crate::restore::drill::Purpose;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::{OldDatabases, Place, Plan};
use crate::server::{Server, ServerError};
use crate::storage::parts::{PART_BYTES, Parts};
use crate::storage::upload::Upload;

use super::unpack::alone;
use super::{Site, StepError, World};

pub(super) const STORED_FILE: &str = "dump.stored";

/// The folder above is shared by all restores: it goes with the last of them.
const REMOVE: &str = alone!(
    r#"cd -- "$1" 2>/dev/null || { rmdir -- "$2" 2>/dev/null; exit 0; }"#,
    r#"cd / && rm -rf -- "$1" || exit 1
rmdir -- "$2" 2>/dev/null || true"#
);
/// A little more than what is waited for an earlier attempt.
const SILENT_REMOVAL: Duration = Duration::from_mins(5);

pub(super) async fn transfer(world: &World, progress: &dyn Progress) -> Result<String, StepError> {
    let backup = &world.site.plan.backup;
    let upload = Upload {
        source: &world.dump.source,
        pod: world.site.server.container(),
        folder: &world.site.folder(),
        name: STORED_FILE,
        parts: parts(world),
        progress,
        arrived: &|count| world.flow.parts_arrived(count),
    };
    let uploaded = kill_point::during(StepName::Transfer, upload.run(&backup.sha256)).await?;
    if uploaded.sha256 != backup.sha256 {
        return Err(StepError::Changed {
            expected: backup.sha256.clone(),
            found: uploaded.sha256,
        });
    }
    let earlier = match uploaded.kept {
        0 => String::new(),
        kept => format!(", {kept} of {} parts from before", upload.parts.count()),
    };
    Ok(format!(
        "{}, SHA-256 as proved{earlier}",
        bytesize::ByteSize(backup.stored_bytes)
    ))
}

pub(super) fn parts(world: &World) -> Parts {
    Parts::growing(world.site.plan.backup.stored_bytes, PART_BYTES)
}

pub(super) async fn remove(site: &Site) -> Result<(), StepError> {
    let args = [site.folder(), site.plan.disk.folder.clone()];
    let command = Command::script(REMOVE, args)
        .named("rm")
        .idle(SILENT_REMOVAL);
    in_pod(site, "remove the restore's files", command).await
}

/// Runs a command whose output says nothing.
pub(super) async fn in_pod(
    site: &Site,
    act: &'static str,
    command: Command,
) -> Result<(), StepError> {
    let done = site.server.container().output(&command).await;
    done.map(drop)
        .map_err(|source| StepError::Pod { act, source })
}

pub(super) async fn clean_up(site: &Site) -> Result<String, StepError> {
    remove(site).await?;
    kill_point::pass(StepName::CleanUp, Moment::Middle);
    if site.plan.place == Place::InPlace || site.plan.purpose == Purpose::Drill {
        return Ok("files removed".to_owned());
    }
    if site.plan.old == OldDatabases::Keep {
        return Ok("files removed, old databases kept".to_owned());
    }
    drop_kept(&site.server, &site.plan, site.progress.as_ref()).await?;
    Ok("files and old databases removed".to_owned())
}

/// Drops the databases that a finished restore kept; one that is gone already is fine.
pub async fn drop_kept(
    server: &Server,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<(), ServerError> {
    for kept in plan.databases.iter().filter_map(|d| d.kept.as_deref()) {
        server
            .drop_database("drop an old database", kept, progress)
            .await?;
    }
    Ok(())
}

//! The backup into the Pod's data volume, decompressed there; and its removal.
//!
//! Nothing here ends a process by a signal. The scripts run beside `postgres`, which is the first process of its
//! container and so inherits every orphan; one that dies of a signal, or with another exit code than 0 or 1, is to the
//! server a crashed backend, upon which it ends all sessions. So the decompressor is a child of a shell that stays,
//! ends with 0 or 1 whatever the program said, and is asked to end by a file beside its own.

use std::time::Duration;

use crate::cluster::Command;
use crate::progress::Progress;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::load::DUMP_FILE;
use crate::restore::plan::{OldDatabases, Place, Plan};
use crate::server::{Server, ServerError};
use crate::storage::parts::{PART_BYTES, Parts};
use crate::storage::upload::Upload;

use super::{Site, StepError, World, guard};

const STORED_FILE: &str = "dump.stored";

/// A script that goes on only when it is alone in the folder where it is. A decompressor that lost its stream works on:
/// it ends when the file with its number is gone, which needs no room on the volume, and is waited for. That number
/// may be of another process by now, even of this one.
macro_rules! alone {
    ($before:literal, $script:literal) => {
        concat!(
            $before,
            r#"
folder=$(pwd -P)
mv -f pid ending 2>/dev/null
rounds=0
while pid=$(cat ending 2>/dev/null) && [ "$pid" != "$$" ] && [ "$(readlink "/proc/$pid/cwd")" = "$folder" ]; do
  rounds=$((rounds + 1))
  if [ "$rounds" -gt 240 ]; then echo "the decompressor of an earlier attempt does not end" >&2; exit 1; fi
  sleep 1
done
"#,
            $script
        )
    };
}

/// Feeds the program a piece at a time, so that the end comes soon where it is asked for. A program that ended early
/// must be an error of whoever writes to it, not a signal. Arguments: folder, program, parts, their number, file.
const UNPACK: &str = alone!(
    r#"cd -- "$1" || exit 1"#,
    r#"rm -f ending
umask 077
echo "$$" >pid || exit 1
trap '' PIPE
feed() {
  part=1
  while [ "$part" -le "$2" ]; do
    file=$1.$(printf %05d "$part")
    size=$(wc -c <"$file") || return 1
    piece=0
    while [ "$((piece * 1048576))" -lt "$size" ]; do
      [ -e pid ] || return 1
      dd if="$file" bs=1048576 skip="$piece" count=1 2>/dev/null || return 1
      piece=$((piece + 1))
    done
    part=$((part + 1))
  done
}
feed "$3" "$4" | case $2 in cat) cat ;; *) "$2" -dc ;; esac >"$5"
code=$?
rm -f pid
[ "$code" -eq 0 ] || exit 1"#
);

const SIZE: &str = r#"if [ -f "$1" ]; then wc -c <"$1"; else echo none; fi"#;
/// What the text was made of: room for the load.
const DROP_PARTS: &str =
    r#"cd -- "$1" || exit 1; for file in "$2".*; do rm -f -- "$file" || exit 1; done"#;
/// The folder above is shared by all restores: it goes with the last of them.
const REMOVE: &str = alone!(
    r#"cd -- "$1" 2>/dev/null || { rmdir -- "$2" 2>/dev/null; exit 0; }"#,
    r#"cd / && rm -rf -- "$1" || exit 1
rmdir -- "$2" 2>/dev/null || true"#
);
/// What decompresses says nothing: beside it the volume is looked at, which shows that the Pod is alive.
const SILENT_WORK: Duration = Duration::from_hours(24);
/// A little more than what is waited for an earlier attempt.
const SILENT_REMOVAL: Duration = Duration::from_mins(5);

pub(super) async fn is_unpacked(world: &World) -> Result<bool, StepError> {
    Ok(size(world).await? == world.dump.inventory.bytes.to_string())
}

/// Bytes of the decompressed dump in the Pod, or `none`.
async fn size(world: &World) -> Result<String, StepError> {
    let path = format!("{}/{DUMP_FILE}", world.site.folder());
    let command = Command::script(SIZE, [path]);
    let answer = world.site.server.container().output(&command).await;
    let answer = answer.map_err(|source| StepError::Pod {
        act: "look for the dump",
        source,
    })?;
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

pub(super) async fn transfer(world: &World) -> Result<String, StepError> {
    let backup = &world.site.plan.backup;
    let upload = Upload {
        source: &world.dump.source,
        pod: world.site.server.container(),
        folder: &world.site.folder(),
        name: STORED_FILE,
        parts: parts(world),
        progress: world.site.progress.as_ref(),
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

fn parts(world: &World) -> Parts {
    Parts::of(world.site.plan.backup.stored_bytes, PART_BYTES)
}

pub(super) async fn unpack(world: &World) -> Result<String, StepError> {
    let args = [
        world.site.folder(),
        world.dump.compression.program().to_owned(),
        STORED_FILE.to_owned(),
        parts(world).count().to_string(),
        DUMP_FILE.to_owned(),
    ];
    let command = Command::script(UNPACK, args)
        .named(world.dump.compression.program())
        .idle(SILENT_WORK);
    let unpacked = in_pod(&world.site, "decompress the dump", command);
    let unpacked = kill_point::during(StepName::Unpack, unpacked);
    guard::watched(&world.site, unpacked).await?;
    let found = size(world).await?;
    if found != world.dump.inventory.bytes.to_string() {
        return Err(StepError::Unpacked {
            expected: world.dump.inventory.bytes,
            found,
        });
    }
    let drop_parts = Command::script(DROP_PARTS, [world.site.folder(), STORED_FILE.to_owned()]);
    in_pod(&world.site, "remove what was decompressed", drop_parts).await?;
    Ok(format!(
        "{} of text",
        bytesize::ByteSize(world.dump.inventory.bytes)
    ))
}

pub(super) async fn remove(site: &Site) -> Result<(), StepError> {
    let args = [site.folder(), site.plan.disk.folder.clone()];
    let command = Command::script(REMOVE, args)
        .named("rm")
        .idle(SILENT_REMOVAL);
    in_pod(site, "remove the restore's files", command).await
}

/// Runs a command whose output says nothing.
async fn in_pod(site: &Site, act: &'static str, command: Command) -> Result<(), StepError> {
    let done = site.server.container().output(&command).await;
    done.map(drop)
        .map_err(|source| StepError::Pod { act, source })
}

pub(super) async fn clean_up(site: &Site) -> Result<String, StepError> {
    remove(site).await?;
    kill_point::pass(StepName::CleanUp, Moment::Middle);
    if site.plan.place == Place::InPlace {
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

//! The backup into the Pod's data volume, decompressed there; and its removal.

use std::time::Duration;

use crate::cluster::Command;
use crate::postgres::identifier;
use crate::restore::load::DUMP_FILE;
use crate::restore::plan::{OldDatabases, Plan};
use crate::server::{Server, ServerError};

use super::{Site, StepError, World, guard};

const STORED_FILE: &str = "dump.stored";

/// The decompressor takes the place of the shell, so that its process can be found again by the number noted.
const UNPACK: &str = r#"set -eu
umask 077
cd "$1"
echo "$$" >pid
case "$2" in
  cat) exec mv "$3" "$4" ;;
  *) exec "$2" -dc <"$3" >"$4" ;;
esac"#;

const SIZE: &str = r#"if [ -f "$1" ]; then wc -c <"$1"; else echo none; fi"#;
/// The folder above is shared by all restores: it goes with the last of them.
/// A decompressor that lost its stream works on: it is ended first, if the number is still its own.
const REMOVE: &str = r#"set -eu
if pid=$(cat "$1/pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/cwd")" = "$1" ]; then kill -9 "$pid"; fi
rm -rf -- "$1"
rmdir -- "$2" 2>/dev/null || true"#;
/// What decompresses says nothing: beside it the volume is looked at, which shows that the Pod is alive.
const SILENT_WORK: Duration = Duration::from_hours(24);

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
    let (backup, pod) = (&world.site.plan.backup, world.site.server.container());
    let copied = world
        .dump
        .source
        .copy(
            pod,
            &world.site.folder(),
            STORED_FILE,
            backup.stored_bytes,
            world.site.progress.as_ref(),
        )
        .await?;
    if copied != backup.sha256 {
        return Err(StepError::Changed {
            expected: backup.sha256.clone(),
            found: copied,
        });
    }
    Ok(format!(
        "{}, SHA-256 as proved",
        bytesize::ByteSize(backup.stored_bytes)
    ))
}

pub(super) async fn unpack(world: &World) -> Result<String, StepError> {
    let args = [
        world.site.folder(),
        world.dump.compression.program().to_owned(),
        STORED_FILE.to_owned(),
        DUMP_FILE.to_owned(),
    ];
    let command = Command::script(UNPACK, args).idle(SILENT_WORK);
    let unpacked = async {
        let done = world.site.server.container().output(&command).await;
        done.map_err(|source| StepError::Pod {
            act: "decompress the dump",
            source,
        })
    };
    guard::watched(&world.site, unpacked).await?;
    let found = size(world).await?;
    if found != world.dump.inventory.bytes.to_string() {
        return Err(StepError::Unpacked {
            expected: world.dump.inventory.bytes,
            found,
        });
    }
    Ok(format!(
        "{} of text",
        bytesize::ByteSize(world.dump.inventory.bytes)
    ))
}

pub(super) async fn remove(site: &Site) -> Result<(), StepError> {
    let args = [site.folder(), site.plan.disk.folder.clone()];
    let done = site
        .server
        .container()
        .output(&Command::script(REMOVE, args))
        .await;
    done.map(drop).map_err(|source| StepError::Pod {
        act: "remove the restore's files",
        source,
    })
}

pub(super) async fn clean_up(site: &Site) -> Result<String, StepError> {
    remove(site).await?;
    if site.plan.old == OldDatabases::Keep {
        return Ok("files removed, old databases kept".to_owned());
    }
    drop_kept(&site.server, &site.plan).await?;
    Ok("files and old databases removed".to_owned())
}

/// Drops the databases that a finished restore kept; one that is gone already is fine.
pub async fn drop_kept(server: &Server, plan: &Plan) -> Result<(), ServerError> {
    for kept in plan.databases.iter().filter_map(|d| d.kept.as_deref()) {
        let sql = format!("DROP DATABASE IF EXISTS {}", identifier(kept));
        server.control("drop an old database", &sql).await?;
    }
    Ok(())
}

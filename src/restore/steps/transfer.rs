//! The backup into the Pod's data volume, decompressed there; and its removal.

use crate::cluster::Command;
use crate::postgres::identifier;
use crate::restore::load::DUMP_FILE;
use crate::restore::plan::OldDatabases;

use super::{Site, StepError, World};

const STORED_FILE: &str = "dump.stored";

/// A line on stderr now and then shows that the stream is alive while a long program says nothing.
const UNPACK: &str = r#"set -eu
umask 077
cd "$1"
(while sleep 10 </dev/null >/dev/null 2>&1; do echo >&2; done) &
beat=$!
trap 'kill "$beat"' EXIT
case "$2" in
  cat) mv "$3" "$4" ;;
  *) "$2" -dc <"$3" >"$4" ;;
esac
rm -f "$3"
wc -c <"$4""#;

const SIZE: &str = r#"if [ -f "$1" ]; then wc -c <"$1"; else echo none; fi"#;
/// The folder above is shared by all restores: it goes with the last of them.
const REMOVE: &str = r#"rm -rf -- "$1" && { rmdir -- "$2" 2>/dev/null || true; }"#;

pub(super) async fn is_unpacked(world: &World) -> Result<bool, StepError> {
    let path = format!("{}/{DUMP_FILE}", world.site.folder());
    let answer = world
        .site
        .server
        .container()
        .output(&Command::script(SIZE, [path]))
        .await;
    let answer = answer.map_err(|source| StepError::Pod {
        act: "look for the dump",
        source,
    })?;
    Ok(String::from_utf8_lossy(&answer).trim() == world.dump.inventory.bytes.to_string())
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
    let answer = world
        .site
        .server
        .container()
        .output(&Command::script(UNPACK, args))
        .await;
    let answer = answer.map_err(|source| StepError::Pod {
        act: "decompress the dump",
        source,
    })?;
    let found = String::from_utf8_lossy(&answer).trim().to_owned();
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
    for kept in site.plan.databases.iter().filter_map(|d| d.kept.as_deref()) {
        let sql = format!("DROP DATABASE IF EXISTS {}", identifier(kept));
        site.server.control("drop the old databases", &sql).await?;
    }
    Ok("files and old databases removed".to_owned())
}

//! The backup decompressed in the Pod's data volume, while its parts still arrive: each is waited for ([`super::flow`]).
//!
//! Nothing here ends a process by a signal. The scripts run beside `postgres`, which is the first process of its
//! container and so inherits every orphan; one that dies of a signal, or with another exit code than 0 or 1, is to the
//! server a crashed backend, upon which it ends all sessions. So the decompressor is a child of a shell that stays,
//! ends with 0 or 1 whatever the program said, and is asked to end by a file beside its own.

use std::time::Duration;

use crate::cluster::Command;
use crate::progress::Progress;
use crate::restore::journal::StepName;
use crate::restore::kill_point;
use crate::restore::slices::DUMP_FILE;

use super::transfer::{STORED_FILE, in_pod, parts};
use super::{StepError, World, guard};

const CUTS_FILE: &str = "cuts";
const UNPACKED_FILE: &str = "unpacked";

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

pub(super) use alone;

/// Decompresses parts as they are named on its input, a number a line, and writes the text as the files whose lengths
/// are listed; says the number of each file when it is whole. The server reads these files itself, so they become its
/// user's where that is allowed. A program that ended early must be an error of whoever writes to it, not a signal.
/// Arguments: folder, program, name of the parts, name of the files, list of lengths, a file of the server's user, name
/// of the mark, and a program in perl that does all this for gzip at half the cost.
const UNPACK: &str = alone!(
    r#"cd -- "$1" || exit 1"#,
    r#"rm -f ending "$7"
umask 077
echo "$$" >pid || exit 1
trap '' PIPE
owner=
if [ "$(id -u)" -eq 0 ]; then owner=$(stat -c %u:%g -- "$6") || exit 1; fi
own() { [ -z "$owner" ] || chown "$owner" -- "$@" 2>/dev/null || true; }
own . ..
feed() {
  while read -r part; do
    [ "$part" != end ] || return 0
    file=$1.$(printf %05d "$part")
    size=$(wc -c <"$file") || return 1
    piece=0
    while [ "$((piece * 4194304))" -lt "$size" ]; do
      [ -e pid ] || return 1
      dd if="$file" bs=4194304 skip="$piece" count=1 2>/dev/null || return 1
      piece=$((piece + 1))
    done
  done
  return 1
}
decompress() { case $1 in cat) cat ;; *) "$1" -dc ;; esac; }
cut_up() {
  number=0
  total=0
  while read -r length <&3; do
    number=$((number + 1))
    total=$((total + length))
    file=$1.$(printf %05d "$number")
    dd of="$file.part" bs=1048576 iflag=fullblock,count_bytes count="$length" 2>/dev/null || return 1
    [ "$(wc -c <"$file.part")" -eq "$length" ] || return 1
    own "$file.part"
    mv -f -- "$file.part" "$file" || return 1
    echo "$number"
  done 3<"$2"
  [ "$(dd bs=1 count=1 2>/dev/null | wc -c)" -eq 0 ] && echo "$total" >"$3"
}
if [ "$2" = gzip ] && perl -MCompress::Raw::Zlib -e 1 2>/dev/null; then
  perl -e "$8" "$3" "$4" "$5" "$7" ${owner:+"${owner%:*}" "${owner#*:}"}
else
  feed "$3" | decompress "$2" | cut_up "$4" "$5" "$7"
fi
code=$?
rm -f pid
[ "$code" -eq 0 ] || exit 1"#
);

/// The program for gzip, where the Pod has perl with zlib, as every image with Debian's PostgreSQL has.
const INFLATE: &str = include_str!("inflate.pl");

/// The mark of a dump that was decompressed to its end holds the number of its bytes.
const SIZE: &str = r#"if [ -f "$1" ]; then cat -- "$1"; else echo none; fi"#;
/// What the text was made of: room for the load.
const DROP_PARTS: &str =
    r#"cd -- "$1" || exit 1; for file in "$2".*; do rm -f -- "$file" || exit 1; done"#;
/// What decompresses says nothing: beside it the volume is looked at, which shows that the Pod is alive.
const SILENT_WORK: Duration = Duration::from_hours(24);

pub(super) async fn is_unpacked(world: &World) -> Result<bool, StepError> {
    Ok(size(world).await? == world.dump.inventory.bytes.to_string())
}

/// Bytes of the decompressed dump in the Pod, or `none`.
async fn size(world: &World) -> Result<String, StepError> {
    let path = format!("{}/{UNPACKED_FILE}", world.site.folder());
    let command = Command::script(SIZE, [path]);
    let answer = world.site.server.container().output(&command).await;
    let answer = answer.map_err(|source| StepError::Pod {
        act: "look for the dump",
        source,
    })?;
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

pub(super) async fn unpack(world: &World, progress: &dyn Progress) -> Result<String, StepError> {
    let lengths = world.dump.slices.lengths();
    world.site.put(CUTS_FILE, lengths.as_bytes()).await?;
    let unpacked = kill_point::during(StepName::Unpack, decompress(world, progress));
    guard::watched(&world.site, unpacked).await?;
    let found = size(world).await?;
    if found != world.dump.inventory.bytes.to_string() {
        return Err(StepError::Unpacked {
            expected: world.dump.inventory.bytes,
            found,
        });
    }
    world.flow.is_transferred().await;
    let drop_parts = Command::script(DROP_PARTS, [world.site.folder(), STORED_FILE.to_owned()]);
    in_pod(&world.site, "remove what was decompressed", drop_parts).await?;
    Ok(format!(
        "{} of text",
        bytesize::ByteSize(world.dump.inventory.bytes)
    ))
}

/// Names the parts to the decompressor as they arrive, and passes on which files it has written.
async fn decompress(world: &World, progress: &dyn Progress) -> Result<(), StepError> {
    let (program, slices) = (world.dump.compression.program(), &world.dump.slices);
    let args = [
        &world.site.folder(),
        program,
        STORED_FILE,
        DUMP_FILE,
        CUTS_FILE,
        &world.site.plan.disk.data,
        UNPACKED_FILE,
        INFLATE,
    ];
    let command = Command::script(UNPACK, args)
        .named(program)
        .idle(SILENT_WORK);
    let mut talk = world.site.server.container().talk(command);
    let mut arrived = world.flow.parts();
    let count = parts(world).count();
    let mut named = 0;
    loop {
        let there = count.min(*arrived.borrow_and_update());
        while named < there {
            named += 1;
            talk.say(&format!("{named}\n")).await;
            if named == count {
                talk.say("end\n").await;
            }
        }
        tokio::select! {
            line = talk.hear() => match line.map(|line| line.parse()) {
                Some(Ok(number)) => {
                    world.flow.slices_arrived(number);
                    progress.bytes(slices.end(number), Some(world.dump.inventory.bytes));
                }
                // Whatever else it says, its end and the mark tell.
                Some(Err(_)) => {}
                None => break,
            },
            Ok(()) = arrived.changed(), if named < count => {}
        }
    }
    talk.finish().await.map_err(|source| StepError::Pod {
        act: "decompress the dump",
        source,
    })
}

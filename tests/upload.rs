//! A backup into a Pod of a real cluster, part by part, over connections that break.
#![allow(clippy::unwrap_used, clippy::panic)]

mod wire;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use quetzal_db::cluster::{Command, Container, CopyError};
use quetzal_db::progress::Progress;
use quetzal_db::storage::Source;
use quetzal_db::storage::local::LocalFile;
use quetzal_db::storage::parts::Parts;
use quetzal_db::storage::source::SourceError;
use quetzal_db::storage::upload::{Upload, Uploaded};
use sha2::{Digest, Sha256};
use wire::cluster::{connect, database, options};
use wire::proxy::{Fault, Proxy};

const MIB: u64 = 1 << 20;
const PART: u64 = 4 * MIB;
/// Three parts, the last one small.
const SIZE: u64 = 2 * PART + 1000;
const NAME: &str = "dump.stored";
/// What everything but the parts themselves may take on the wire.
const TALK: u64 = MIB / 2;

/// A file to be sent, its bytes nowhere the same, and a folder of its own in the Pod.
struct Case {
    direct: Container,
    folder: String,
    file: PathBuf,
    content: Vec<u8>,
    arrived: Mutex<Vec<u64>>,
    _home: tempfile::TempDir,
}

impl Case {
    async fn new(name: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("backup");
        let content: Vec<u8> = (0..)
            .flat_map(|n: u64| format!("{n:015}\n").into_bytes())
            .take(usize::try_from(SIZE).unwrap())
            .collect();
        std::fs::write(&file, &content).unwrap();
        Self {
            direct: database(&connect().await).await,
            folder: format!("/tmp/quetzal-upload-{name}-{}", std::process::id()),
            file,
            content,
            arrived: Mutex::default(),
            _home: home,
        }
    }

    /// The database's container as seen through a proxy.
    async fn through(&self, fault: Fault) -> (Proxy, Container) {
        let (proxy, cluster) = Proxy::start(&options(), fault).await;
        let container = cluster.container(self.direct.pod(), self.direct.name());
        (proxy, container)
    }

    fn sha256(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.content))
    }

    async fn upload(
        &self,
        pod: &Container,
        progress: &dyn Progress,
    ) -> Result<Uploaded, SourceError> {
        let source = Source::File {
            file: LocalFile::at(&self.file).await.unwrap(),
            name: "backup".to_owned(),
        };
        let upload = Upload {
            source: &source,
            pod,
            folder: &self.folder,
            name: NAME,
            parts: Parts::of(SIZE, PART),
            progress,
            arrived: &|count| self.arrived.lock().unwrap().push(count),
        };
        upload.run(&self.sha256()).await
    }

    /// Which parts were said to be there since this was last asked.
    fn arrived(&self) -> Vec<u64> {
        std::mem::take(&mut self.arrived.lock().unwrap())
    }

    /// Mode, size and name of each file in the folder.
    async fn listing(&self) -> Vec<String> {
        let list =
            r#"cd "$1" 2>/dev/null || exit 0; for f in $(ls -A); do stat -c '%a %s %n' "$f"; done"#;
        let list = Command::script(list, [&self.folder]);
        let text = String::from_utf8(self.direct.output(&list).await.unwrap()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    async fn assert_whole(&self) {
        let expected = [
            format!("600 {PART} {NAME}.00001"),
            format!("600 {PART} {NAME}.00002"),
            format!("600 1000 {NAME}.00003"),
        ];
        assert_eq!(self.listing().await, expected);
        let mut content = Vec::new();
        let cat = Command::script(r#"cat "$1"/*"#, [&self.folder]);
        self.direct.download(&cat, &mut content).await.unwrap();
        assert!(content == self.content, "{} bytes", content.len());
    }

    async fn remove(self) {
        let remove = Command::new(["rm", "-rf", "--", &self.folder]);
        self.direct.output(&remove).await.unwrap();
    }
}

/// Keeps the notes, and does something at a number of bytes and at each note.
struct Watcher<B, N> {
    notes: Mutex<Vec<String>>,
    on_bytes: B,
    on_note: N,
}

impl<B: Fn(u64), N: Fn(usize)> Watcher<B, N> {
    fn new(on_bytes: B, on_note: N) -> Self {
        Self {
            notes: Mutex::default(),
            on_bytes,
            on_note,
        }
    }

    fn notes(self) -> Vec<String> {
        self.notes.into_inner().unwrap()
    }
}

impl<B: Fn(u64) + Send + Sync, N: Fn(usize) + Send + Sync> Progress for Watcher<B, N> {
    fn begin(&self, _: &str) {}
    fn bytes(&self, done: u64, total: Option<u64>) {
        assert_eq!(total, Some(SIZE));
        (self.on_bytes)(done);
    }
    fn detail(&self, _: &str) {}
    fn done(&self, _: &str) {}
    fn note(&self, line: &str) {
        let mut notes = self.notes.lock().unwrap();
        notes.push(line.to_owned());
        (self.on_note)(notes.len());
    }
}

fn nobody() -> Watcher<impl Fn(u64), impl Fn(usize)> {
    Watcher::new(|_| (), |_| ())
}

fn whole(case: &Case, kept: u64) -> Uploaded {
    Uploaded {
        sha256: case.sha256(),
        kept,
    }
}

#[tokio::test]
async fn a_part_that_arrived_is_not_sent_again() {
    let case = Case::new("again").await;
    let (proxy, pod) = case.through(Fault::Cut).await;
    let sent = case.upload(&pod, &nobody()).await.unwrap();
    assert_eq!(sent, whole(&case, 0));
    assert_eq!(case.arrived(), [1, 2, 3]);
    case.assert_whole().await;

    let before = proxy.sent();
    let sent = case.upload(&pod, &nobody()).await.unwrap();
    assert_eq!(sent, whole(&case, 3));
    // They may be of another backup: nobody works on them before all were compared.
    assert_eq!(case.arrived(), Vec::<u64>::new());
    assert!(
        proxy.sent() - before < TALK,
        "{} bytes",
        proxy.sent() - before
    );

    // One that was cut does not have its size; the one behind it is found at its place.
    let cut = r#"cd "$1" && truncate -s 1000000 dump.stored.00002"#;
    let cut = Command::script(cut, [&case.folder]);
    case.direct.output(&cut).await.unwrap();
    let before = proxy.sent();
    let sent = case.upload(&pod, &nobody()).await.unwrap();
    assert_eq!(sent, whole(&case, 2));
    let bytes = proxy.sent() - before;
    assert!(bytes > PART && bytes < PART + TALK, "{bytes} bytes");
    case.assert_whole().await;
    case.remove().await;
}

#[tokio::test]
async fn a_connection_that_breaks_costs_one_part() {
    let case = Case::new("cut").await;
    let (proxy, pod) = case.through(Fault::Cut).await;
    let armed = AtomicBool::new(false);
    let in_part_2 = |done| {
        if done > PART + MIB && !armed.swap(true, SeqCst) {
            proxy.arm(MIB / 2);
        }
    };
    let watcher = Watcher::new(in_part_2, |_| proxy.mend());
    let sent = case.upload(&pod, &watcher).await.unwrap();
    assert_eq!(sent, whole(&case, 0));
    let notes = watcher.notes();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].starts_with("  ! part 2 of 3: once more in 1 s: "),
        "{notes:?}"
    );
    let again = proxy.sent() - SIZE;
    // How far part 2 had come at the proxy depends on buffers: only that no other part was sent again is certain.
    assert!(again < PART, "{again} bytes twice");
    case.assert_whole().await;
    case.remove().await;
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    let case = Case::new("away").await;
    let (proxy, pod) = case.through(Fault::Cut).await;
    let start = Instant::now();
    let armed = AtomicBool::new(false);
    let at_part_3 = |done| {
        if done > 2 * PART && !armed.swap(true, SeqCst) {
            proxy.arm(1);
        }
    };
    let back_later = |note| {
        if note == 3 {
            proxy.mend();
        }
    };
    let watcher = Watcher::new(at_part_3, back_later);
    let sent = case.upload(&pod, &watcher).await.unwrap();
    assert_eq!(sent, whole(&case, 0));
    let notes = watcher.notes();
    let begins: Vec<_> = notes.iter().map(|n| &n[..35]).collect();
    let expected = [1, 2, 4].map(|s| format!("  ! part 3 of 3: once more in {s} s: "));
    assert_eq!(begins, expected.each_ref().map(|e| &e[..35]), "{notes:?}");
    assert!(start.elapsed() >= Duration::from_secs(7));
    case.assert_whole().await;
    case.remove().await;
}

#[tokio::test]
async fn parts_of_another_backup_are_sent_again() {
    let case = Case::new("other").await;
    case.upload(&case.direct, &nobody()).await.unwrap();
    let other = r#"cd "$1" && printf x | dd of=dump.stored.00001 bs=1 seek=77 conv=notrunc 2>&1"#;
    let other = Command::script(other, [&case.folder]);
    case.direct.output(&other).await.unwrap();
    let watcher = nobody();
    let sent = case.upload(&case.direct, &watcher).await.unwrap();
    assert_eq!(sent, whole(&case, 0));
    let expected = "  ! the parts of the earlier attempt are damaged: all are sent again.";
    assert_eq!(watcher.notes(), [expected]);
    case.assert_whole().await;
    case.remove().await;
}

#[tokio::test]
async fn a_backup_that_changes_on_the_way_leaves_nothing() {
    let case = Case::new("changed").await;
    let overwrite = |done| {
        if done == PART {
            let changed: Vec<u8> = case.content.iter().rev().copied().collect();
            std::fs::write(&case.file, changed).unwrap();
        }
    };
    let watcher = Watcher::new(overwrite, |_| ());
    let sent = case.upload(&case.direct, &watcher).await.unwrap();
    assert_ne!(sent.sha256, case.sha256());
    assert_eq!(watcher.notes(), Vec::<String>::new());
    assert_eq!(case.listing().await, Vec::<String>::new());
    case.remove().await;
}

#[tokio::test]
async fn a_backup_that_ends_early_is_not_waited_for() {
    let case = Case::new("short").await;
    let cut = |done| {
        if done == PART {
            let file = std::fs::File::options().write(true).open(&case.file);
            file.unwrap().set_len(PART + 10).unwrap();
        }
    };
    let watcher = Watcher::new(cut, |_| ());
    let error = case.upload(&case.direct, &watcher).await.unwrap_err();
    let SourceError::Copy { source, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(
        matches!(
            source,
            CopyError::Size {
                expected: PART,
                found: 10,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(watcher.notes(), Vec::<String>::new());
    let left = case.listing().await;
    assert_eq!(left, [format!("600 {PART} {NAME}.00001")]);
    case.remove().await;
}

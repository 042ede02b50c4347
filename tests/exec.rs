//! Commands in a container of a real cluster, with connections that break.
#![allow(clippy::unwrap_used, clippy::panic)]

mod wire;

use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use quetzal_db::cluster::{
    Cluster, Command, ConnectOptions, Container, CopyError, ExecError, LinesError,
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use wire::cluster::{connect, database, options};
use wire::proxy::{Fault, Proxy};

const MIB: u64 = 1 << 20;

/// `bytes` bytes that are nowhere the same, made by a script and by us.
fn counted(bytes: u64) -> Vec<u8> {
    (0..)
        .flat_map(|n: u64| format!("{n:015}\n").into_bytes())
        .take(usize::try_from(bytes).unwrap())
        .collect()
}

fn count(bytes: u64) -> Command {
    let script = r#"seq -f %015.0f 0 99999999 | head -c "$1""#;
    Command::script(script, [bytes.to_string()]).idle(Duration::from_secs(5))
}

/// The database's container as seen through a proxy.
async fn through(fault: Fault) -> (Proxy, Container) {
    let direct = database(&connect().await).await;
    let (proxy, cluster) = Proxy::start(&options(), fault).await;
    (proxy, cluster.container(direct.pod(), direct.name()))
}

#[tokio::test]
async fn exit_codes_and_stderr_are_told() {
    let container = database(&connect().await).await;
    let run = async |script| {
        container
            .output(&Command::script(script, [""; 0]).named("script"))
            .await
    };
    assert_eq!(run("echo out; echo err >&2").await.unwrap(), b"out\n");
    let error = run("echo 'ERROR:  no \x1b[31mluck' >&2; exit 37")
        .await
        .unwrap_err();
    assert!(!error.is_unknown());
    let expected = format!("script in {container} failed with exit code 37: ERROR:  no [31mluck");
    assert_eq!(error.to_string(), expected);
    let killed = run("kill -9 $$").await.unwrap_err();
    assert!(
        matches!(killed, ExecError::Failed { code: 137, .. }),
        "{killed:?}"
    );
}

#[tokio::test]
async fn a_program_that_is_not_there_is_known_not_to_have_run() {
    let container = database(&connect().await).await;
    let error = container
        .output(&Command::new(["no-such-program"]))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::Failed { code: 127, .. }) && !error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn data_is_an_argument_and_nothing_else() {
    let container = database(&connect().await).await;
    let odd = "a b; $(touch /tmp/x) \"'\\ ü\n";
    let output = container
        .output(&Command::script(r#"printf %s "$1""#, [odd]))
        .await
        .unwrap();
    assert_eq!(String::from_utf8(output).unwrap(), odd);
}

#[tokio::test]
async fn a_large_output_is_exact() {
    let container = database(&connect().await).await;
    let mut sink = Vec::new();
    let bytes = container
        .download(&count(64 * MIB), &mut sink)
        .await
        .unwrap();
    assert_eq!((bytes, sink.len() as u64), (64 * MIB, 64 * MIB));
    assert!(sink == counted(64 * MIB), "the bytes differ");
}

#[tokio::test]
async fn a_slow_reader_loses_nothing() {
    let container = database(&connect().await).await;
    let (mut sink, mut source) = tokio::io::duplex(64 * 1024);
    let reader = tokio::spawn(async move {
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = source.read(&mut buffer).await.unwrap();
            if read == 0 {
                return HEXLOWER.encode(&digest.finalize());
            }
            digest.update(&buffer[..read]);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    container
        .download(&count(8 * MIB), &mut sink)
        .await
        .unwrap();
    drop(sink);
    assert_eq!(
        reader.await.unwrap(),
        HEXLOWER.encode(&Sha256::digest(counted(8 * MIB)))
    );
}

#[tokio::test]
async fn stderr_is_drained_beside_stdout() {
    let container = database(&connect().await).await;
    let script =
        "head -c 8388608 /dev/zero | tr '\\0' e >&2; echo out; echo last words >&2; exit 3";
    let error = container
        .output(&Command::script(script, [""; 0]))
        .await
        .unwrap_err();
    let ExecError::Failed {
        code: 3, stderr, ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(
        stderr.len() <= 4096 && stderr.ends_with("elast words"),
        "{} bytes",
        stderr.len()
    );
}

#[tokio::test]
async fn the_end_of_stdin_arrives_after_all_of_it() {
    let container = database(&connect().await).await;
    let data = counted(48 * MIB);
    let script = Command::script("sha256sum", [""; 0]);
    let output = container.upload(&script, &mut &data[..]).await.unwrap();
    let expected = format!("{}  -\n", HEXLOWER.encode(&Sha256::digest(&data)));
    assert_eq!(String::from_utf8(output).unwrap(), expected);
}

#[tokio::test]
async fn both_directions_at_once_do_not_block_each_other() {
    let container = database(&connect().await).await;
    let data = counted(3 * MIB);
    let output = container
        .upload(&Command::new(["cat"]), &mut &data[..])
        .await
        .unwrap();
    assert!(output == data, "the bytes differ");
}

#[tokio::test]
async fn a_command_that_does_not_read_its_stdin_is_judged_by_its_status() {
    let container = database(&connect().await).await;
    let script = |text| Command::script(text, [""; 0]).idle(Duration::from_secs(5));
    let short = vec![0; 10_000];
    let error = container
        .upload(&script("exit 5"), &mut &short[..])
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::Failed { code: 5, .. }),
        "{error:?}"
    );
    container
        .upload(&script("true"), &mut &short[..])
        .await
        .unwrap();
    // With more than its pipes hold, containerd may never end the command: then nothing is claimed about it.
    let long = vec![0; 16 << 20];
    let start = Instant::now();
    let error = container
        .upload(&script("sleep 1; exit 5"), &mut &long[..])
        .await
        .unwrap_err();
    let judged = matches!(
        error,
        ExecError::Failed { code: 5, .. } | ExecError::Idle { .. }
    );
    assert!(
        judged && start.elapsed() < Duration::from_secs(15),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_silent_command_is_given_up() {
    let container = database(&connect().await).await;
    let sleep = Command::new(["sleep", "30"]).idle(Duration::from_secs(2));
    let start = Instant::now();
    let error = container.output(&sleep).await.unwrap_err();
    assert!(
        matches!(error, ExecError::Idle { seconds: 2, .. }) && error.is_unknown(),
        "{error:?}"
    );
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_line_that_is_refused_ends_the_session() {
    let container = database(&connect().await).await;
    let mut seen = 0;
    let endless = count(64 * MIB);
    let lines = container.lines(&endless, |line| {
        seen += 1;
        if line.starts_with("000000000000099") {
            Err("enough")
        } else {
            Ok(())
        }
    });
    let error = lines.await.unwrap_err();
    assert!(matches!(error, LinesError::Refused("enough")), "{error:?}");
    assert_eq!(seen, 100);
}

#[tokio::test]
async fn a_cut_download_is_lost_at_once() {
    let (proxy, container) = through(Fault::Cut).await;
    proxy.arm(20 * MIB);
    let mut sink = Vec::new();
    let start = Instant::now();
    let error = container
        .download(&count(64 * MIB), &mut sink)
        .await
        .unwrap_err();
    assert!(proxy.has_struck() && error.is_unknown(), "{error:?}");
    let ExecError::Lost { bytes, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(bytes, sink.len() as u64);
    assert!(bytes > 10 * MIB && bytes < 20 * MIB, "{bytes}");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_cut_upload_is_lost_at_once() {
    let (proxy, container) = through(Fault::Cut).await;
    let data = vec![7; 64 << 20];
    proxy.arm(20 * MIB);
    let start = Instant::now();
    let error = container
        .upload(&Command::new(["sha256sum"]), &mut &data[..])
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::Lost { .. }) && error.is_unknown(),
        "{error:?}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_session_cut_while_nothing_moves_is_lost_at_once() {
    let (proxy, container) = through(Fault::Cut).await;
    let waits = Command::script("echo ready; sleep 2; echo more; sleep 60", [""; 0]);
    let mut armed = None;
    let lines = container.lines(&waits, |_| -> Result<(), ()> {
        proxy.arm(1);
        armed = Some(Instant::now());
        Ok(())
    });
    let error = lines.await.unwrap_err();
    assert!(
        matches!(error, LinesError::Exec(ExecError::Lost { bytes: 6, .. })),
        "{error:?}"
    );
    assert!(armed.unwrap().elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_connection_that_swallows_everything_is_idle() {
    let (proxy, container) = through(Fault::Blackhole).await;
    proxy.arm(8 * MIB);
    let start = Instant::now();
    let idle = Duration::from_secs(3);
    let error = container
        .download(&count(64 * MIB).idle(idle), &mut tokio::io::sink())
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::Idle { seconds: 3, .. }) && error.is_unknown(),
        "{error:?}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(12),
        "{:?}",
        start.elapsed()
    );

    let (proxy, container) = through(Fault::Blackhole).await;
    let data = vec![7; 64 << 20];
    proxy.arm(8 * MIB);
    let command = Command::new(["sha256sum"]).idle(idle);
    let error = container
        .upload(&command, &mut &data[..])
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::Idle { .. }) && error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_known_not_to_have_run_anything() {
    let direct = database(&connect().await).await;
    let options = ConnectOptions {
        server: Some("https://127.0.0.1:1".into()),
        ..options()
    };
    let container = Cluster::connect(&options)
        .await
        .unwrap()
        .container(direct.pod(), direct.name());
    let error = container.output(&Command::new(["true"])).await.unwrap_err();
    assert!(
        matches!(error, ExecError::Start { .. }) && !error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let options = ConnectOptions {
        namespace: Some("kube-system".into()),
        ..options()
    };
    let container = Cluster::connect(&options)
        .await
        .unwrap()
        .container("any", "any");
    let error = container.output(&Command::new(["true"])).await.unwrap_err();
    assert!(!error.is_unknown());
    let text = error.to_string();
    let start =
        "no permission to run true in pod/any: grant the verbs get and create on pods/exec (";
    assert!(
        text.starts_with(start) && text.contains("kube-system"),
        "{text}"
    );
}

/// A folder of its own in the Pod's `/tmp`, listed and removed by the test.
struct Folder<'a>(&'a Container, String);

impl<'a> Folder<'a> {
    fn new(container: &'a Container, name: &str) -> Self {
        Self(
            container,
            format!("/tmp/quetzal-test-{name}-{}", std::process::id()),
        )
    }

    async fn listing(&self) -> String {
        let list = Command::script(r#"cd "$1" && stat -c '%a %s %n' . $(ls -A)"#, [&self.1]);
        String::from_utf8(self.0.output(&list).await.unwrap()).unwrap()
    }

    async fn remove(self) {
        self.0
            .output(&Command::new(["rm", "-rf", "--", &self.1]))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_file_is_copied_and_proved() {
    let container = database(&connect().await).await;
    let folder = Folder::new(&container, "whole");
    let data = counted(32 * MIB + 1);
    let last = std::sync::atomic::AtomicU64::new(0);
    let report = |bytes| last.store(bytes, std::sync::atomic::Ordering::Relaxed);
    let stored = container
        .put_file(&mut &data[..], 32 * MIB + 1, &folder.1, "dump.gz", report)
        .await;
    let stored = stored.unwrap();
    assert_eq!(
        (stored.bytes, last.into_inner()),
        (32 * MIB + 1, 32 * MIB + 1)
    );
    assert_eq!(stored.sha256, HEXLOWER.encode(&Sha256::digest(&data)));
    let listing = folder.listing().await;
    let mut lines: Vec<&str> = listing.lines().collect();
    assert!(lines.remove(0).starts_with("700 "), "{listing}");
    assert_eq!(lines, ["600 33554433 dump.gz"]);
    let empty = container
        .put_file(&mut &b""[..], 0, &folder.1, "empty", |_| ())
        .await
        .unwrap();
    assert_eq!(empty.bytes, 0);
    folder.remove().await;
}

#[tokio::test]
async fn a_source_of_another_size_is_refused() {
    let container = database(&connect().await).await;
    let folder = Folder::new(&container, "size");
    for (size, found) in [(1000, 900), (800, 801)] {
        let data = vec![1; 900];
        let error = container
            .put_file(&mut &data[..], size, &folder.1, "dump", |_| ())
            .await
            .unwrap_err();
        let CopyError::Size {
            expected,
            found: seen,
            ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!((expected, seen), (size, found));
    }
    assert_eq!(
        folder.listing().await.lines().count(),
        1,
        "nothing is left but the folder"
    );
    folder.remove().await;
}

#[tokio::test]
async fn a_cut_copy_leaves_no_file_of_that_name() {
    let (proxy, container) = through(Fault::Cut).await;
    let folder = Folder::new(&container, "cut");
    let data = counted(64 * MIB);
    let arm = |sent: u64| {
        if sent == data.len() as u64 / 2 {
            proxy.arm(MIB);
        }
    };
    let copied = container
        .put_file(&mut &data[..], 64 * MIB, &folder.1, "dump", arm)
        .await;
    let error = copied.unwrap_err();
    assert!(error.is_unknown(), "{error:?}");
    let direct = database(&connect().await).await;
    let folder = Folder(&direct, folder.1);
    // Our removal was cut off too: what arrived goes when the command there sees the end of its input.
    let last = Instant::now() + Duration::from_secs(20);
    loop {
        let listing = folder.listing().await;
        let whole = listing.lines().any(|line| line.ends_with(" dump"));
        assert!(!whole && Instant::now() < last, "{listing}");
        if listing.lines().count() == 1 {
            break;
        }
    }
    folder.remove().await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_stays() {
    let container = database(&connect().await).await;
    let free = Command::script("df -B1 --output=avail /dev/shm | tail -n 1", [""; 0]);
    let free = String::from_utf8(container.output(&free).await.unwrap()).unwrap();
    let size = free.trim().parse::<u64>().unwrap() + 8 * MIB;
    assert!(
        size < 512 * MIB,
        "/dev/shm is small in a container, not {size} bytes"
    );
    let folder = Folder(
        &container,
        format!("/dev/shm/quetzal-test-{}", std::process::id()),
    );
    let mut zeros = tokio::io::repeat(0);
    let copied = container
        .put_file(&mut zeros, size, &folder.1, "dump", |_| ())
        .await;
    let CopyError::Exec {
        source: ExecError::Failed { stderr, .. },
        ..
    } = copied.unwrap_err()
    else {
        panic!("the copy did not fail as a command does");
    };
    assert!(stderr.starts_with("tar: .dump."), "{stderr}");
    assert_eq!(
        folder.listing().await.lines().count(),
        1,
        "nothing is left but the folder"
    );
    folder.remove().await;
}

/// Takes its time with every piece, as a compressor or a slow disk does.
struct Slow {
    taken: u64,
    pause: std::pin::Pin<Box<tokio::time::Sleep>>,
}

impl tokio::io::AsyncWrite for Slow {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::task::ready!(self.pause.as_mut().poll(cx));
        self.pause = Box::pin(tokio::time::sleep(Duration::from_millis(20)));
        self.taken += bytes.len() as u64;
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_reader_slower_than_the_command_still_gets_every_byte() {
    let container = database(&connect().await).await;
    let command = Command::new(["head", "-c", "16777216", "/dev/zero"]);
    let mut slow = Slow {
        taken: 0,
        pause: Box::pin(tokio::time::sleep(Duration::ZERO)),
    };
    let bytes = container.download(&command, &mut slow).await.unwrap();
    assert_eq!((bytes, slow.taken), (16_777_216, 16_777_216));
}

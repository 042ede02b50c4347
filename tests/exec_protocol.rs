//! How a session is judged, against a server that ends it in every wrong way. No cluster is needed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod wire;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use quetzal_db::cluster::{Command, Container, CopyError, ExecError};
use tokio::io::{AsyncRead, ReadBuf};
use wire::mock::{End, Reply, SUCCESS, V4, serve};

fn psql() -> Command {
    Command::new(["psql", "-X"]).idle(Duration::from_secs(2))
}

async fn output(reply: Reply) -> Result<String, ExecError> {
    let (container, _) = serve(vec![reply]).await;
    let bytes = container.output(&psql()).await?;
    Ok(String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn a_status_after_all_output_is_success() {
    let frames = [
        (1, "one "),
        (1, ""),
        (1, "two"),
        (2, "notice"),
        (3, SUCCESS),
    ];
    assert_eq!(
        output(Reply::frames(&frames, End::Close)).await.unwrap(),
        "one two"
    );
    // The server may drop the connection once it has said everything.
    assert_eq!(
        output(Reply::frames(&frames, End::Drop)).await.unwrap(),
        "one two"
    );
    assert_eq!(
        output(Reply::frames(&frames, End::Stay)).await.unwrap(),
        "one two"
    );
}

#[tokio::test]
async fn a_success_whose_output_did_not_arrive_whole_is_unknown() {
    // The same Status in other words: the server sends it without the mark behind the output.
    let frames = [(1, "half of the ro"), (3, r#"{"status":"Success"}"#)];
    let error = output(Reply::frames(&frames, End::Close))
        .await
        .unwrap_err();
    assert!(error.is_unknown());
    assert!(matches!(error, ExecError::Lost { .. }), "{error:?}");
}

#[tokio::test]
async fn a_session_without_status_is_lost_at_once() {
    for end in [End::Close, End::Drop] {
        let start = Instant::now();
        let error = output(Reply::frames(&[(1, "half"), (2, "the end of stderr")], end))
            .await
            .unwrap_err();
        assert!(error.is_unknown());
        assert_eq!(
            error.to_string(),
            "the connection to psql in pod/db-0 was lost after 4 bytes: its outcome is unknown: the end of stderr"
        );
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{:?}",
            start.elapsed()
        );
    }
}

#[tokio::test]
async fn a_status_that_cannot_be_read_is_no_status() {
    for status in ["{\"status\":\"Succ", "{}", "Success"] {
        let error = output(Reply::frames(&[(1, "x"), (3, status)], End::Close))
            .await
            .unwrap_err();
        assert!(
            matches!(error, ExecError::Lost { bytes: 1, .. }),
            "{status}: {error:?}"
        );
    }
}

#[tokio::test]
async fn silence_is_idle_not_success() {
    let start = Instant::now();
    let error = output(Reply::frames(&[(1, "all there is")], End::Stay))
        .await
        .unwrap_err();
    assert!(error.is_unknown());
    assert_eq!(
        error.to_string(),
        "psql in pod/db-0 moved no data for 2 s: its outcome is unknown"
    );
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_failure_of_the_runtime_is_unknown_unless_nothing_ran() {
    let broken = r#"{"status":"Failure","reason":"InternalError","message":"error reading from error stream: EOF"}"#;
    let error = output(Reply::frames(&[(3, broken)], End::Close))
        .await
        .unwrap_err();
    assert!(error.is_unknown(), "{error:?}");
    let missing = r#"{"status":"Failure","reason":"InternalError",
        "message":"exec: \"psql\": executable file not found in $PATH"}"#;
    let error = output(Reply::frames(&[(3, missing)], End::Close))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::NotStarted { .. }) && !error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_refused_handshake_names_the_permission() {
    let message =
        "pods \\\"db-0\\\" is forbidden: User \\\"u\\\" cannot get resource \\\"pods/exec\\\"";
    let error = output(Reply::Refuse(403, message)).await.unwrap_err();
    assert!(!error.is_unknown());
    assert_eq!(
        error.to_string(),
        "no permission to run psql in pod/db-0: grant the verbs get and create on pods/exec \
         (pods \"db-0\" is forbidden: User \"u\" cannot get resource \"pods/exec\")"
    );
    let error = output(Reply::Refuse(404, "pods \\\"db-0\\\" not found"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::Start { .. }) && !error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_old_protocol_may_read_but_not_upload() {
    let reply = || Reply::Exec {
        protocol: V4,
        frames: vec![(1, b"rows".to_vec()), (3, SUCCESS.into())],
        end: End::Close,
    };
    assert_eq!(output(reply()).await.unwrap(), "rows");
    let (container, _) = serve(vec![reply()]).await;
    let error = container
        .upload(&psql(), &mut &b"data"[..])
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecError::NoHalfClose { .. }) && !error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn more_output_than_memory_is_refused() {
    let chunk = "x".repeat(1 << 20);
    // More than the sockets hold beyond the limit: the server can't be at its end, and gone, before that is passed.
    let frames: Vec<_> = (0..24).map(|_| (1, chunk.as_str())).collect();
    let error = output(Reply::frames(&frames, End::Close))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ExecError::TooMuch {
                limit: 4_194_304,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn stdin_arrives_whole_and_its_end_is_sent() {
    let (container, asked) = serve(vec![Reply::output("read")]).await;
    let data: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let answer = container.upload(&psql(), &mut &data[..]).await.unwrap();
    assert_eq!(answer, b"read");
    let asked = asked.lock().unwrap();
    let (path, stdin) = &asked[0];
    assert!(*stdin == data, "{} of {} bytes", stdin.len(), data.len());
    assert_eq!(
        path,
        "/api/v1/namespaces/mock/pods/db-0/exec?&stdin=true&stdout=true&stderr=true&container=quetzal\
         &command=psql&command=-X"
    );
}

/// Gives what it holds and then breaks.
struct Torn<'a>(&'a [u8]);

impl AsyncRead for Torn<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.0.is_empty() {
            return Poll::Ready(Err(std::io::ErrorKind::StorageFull.into()));
        }
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

#[tokio::test]
async fn a_command_whose_input_fails_has_ended_when_that_is_told() {
    let (container, asked) = serve(vec![Reply::output("read")]).await;
    let uploaded = container.upload(&psql(), &mut Torn(b"the beginning")).await;
    let ExecError::Io { source, .. } = uploaded.unwrap_err() else {
        panic!("another error than that of the input");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].1, b"the beginning");
}

#[tokio::test]
async fn lines_are_whole_whatever_the_frames() {
    let frames = [(1, "on"), (1, "e\ntwo\n\nthr"), (1, "ee"), (3, SUCCESS)];
    let (container, _) = serve(vec![Reply::frames(&frames, End::Close)]).await;
    let mut lines = Vec::new();
    let collect = |line: &str| -> Result<(), ()> {
        lines.push(line.to_owned());
        Ok(())
    };
    container.lines(&psql(), collect).await.unwrap();
    assert_eq!(lines, ["one", "two", "", "three"]);
}

/// A copy's commands: tar, the checksum (with this answer), and the removal of what is damaged.
async fn copying(measured: &str) -> (Container, wire::mock::Asked) {
    serve(vec![
        Reply::output("unpacked\n"),
        Reply::output(measured),
        Reply::output(""),
    ])
    .await
}

/// SHA-256 of `dump`.
const SUM: &str = "c1d12c29b05a8c60a10e1bb22bd6de73b8a2cec5b1a3e3d3c2c4f2ba9a3cc9f1";

/// Hidden, and told from that of every other attempt.
fn assert_temporary(temporary: &str, name: &str) {
    let nonce = temporary
        .strip_prefix(&format!(".{name}."))
        .and_then(|rest| rest.strip_suffix(".part"))
        .unwrap_or_else(|| panic!("{temporary}"));
    assert_eq!(nonce.len(), 32, "{temporary}");
}

#[tokio::test]
async fn a_copy_gets_its_name_only_after_the_checksum_was_compared() {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(b"dump");
    let sum = digest
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let (container, asked) = copying(&format!("4 {sum}\n")).await;
    let stored = container
        .put_file(&mut &b"dump"[..], 4, "/srv/data/x", "dump.gz", |_| ())
        .await
        .unwrap();
    assert_eq!((stored.bytes, &stored.sha256), (4, &sum));
    let asked = asked.lock().unwrap();
    let end = asked[0].1.iter().position(|byte| *byte == 0).unwrap();
    let temporary = String::from_utf8(asked[0].1[..end].to_vec()).unwrap();
    assert_temporary(&temporary, "dump.gz");
    assert_eq!(asked[0].1.len(), 512 + 512 + 1024);
    // The command that reads it again is the one that renames it, if it finds this.
    let folder = "%2Fsrv%2Fdata%2Fx%2F";
    let arguments = format!("{folder}{temporary}&command={folder}dump.gz&command=4&command={sum}");
    assert!(asked[1].0.ends_with(&format!("&command={arguments}")));
    assert_eq!(asked.len(), 2);
}

#[tokio::test]
async fn a_damaged_copy_is_refused_and_removed() {
    let mut names = Vec::new();
    for measured in [format!("4 {SUM}\n"), "3 abc\n".to_owned(), String::new()] {
        let (container, asked) = copying(&measured).await;
        let copied = container
            .put_file(&mut &b"dump"[..], 4, "/d", "dump.gz", |_| ())
            .await;
        let error = copied.unwrap_err();
        assert!(matches!(error, CopyError::Damaged { .. }), "{error:?}");
        let asked = asked.lock().unwrap();
        let (command, temporary) = asked[2].0.rsplit_once("%2F").unwrap();
        assert!(command.ends_with("&command=rm&command=-f&command=--&command=%2Fd"));
        assert_temporary(temporary, "dump.gz");
        names.push(temporary.to_owned());
    }
    // What an attempt left behind in the Pod does not touch the file of the next.
    names.dedup();
    assert_eq!(names.len(), 3);
}

#[tokio::test]
async fn a_name_cannot_leave_the_folder() {
    let (container, _) = serve(vec![]).await;
    for name in ["", "../x", "a/b", ".hidden", &"n".repeat(61)] {
        let error = container
            .put_file(&mut &b""[..], 0, "/d", name, |_| ())
            .await
            .unwrap_err();
        assert!(matches!(error, CopyError::Name { .. }), "{name}: {error:?}");
    }
}

//! Tests of `session`.

use super::*;

#[test]
fn status_is_read_by_its_words() {
    let cases: &[(&str, Option<Ending>)] = &[
        (
            r#"{"metadata":{},"status":"Success"}"#,
            Some(Ending::Exited(0)),
        ),
        (
            r#"{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated",
            "details":{"causes":[{"reason":"ExitCode","message":"37"}]}}"#,
            Some(Ending::Exited(37)),
        ),
        (
            r#"{"status":"Failure","reason":"InternalError","message":"no such task"}"#,
            Some(Ending::Broken("no such task".into())),
        ),
        (
            r#"{"status":"Failure","reason":"NonZeroExitCode","message":"odd"}"#,
            Some(Ending::Broken("odd".into())),
        ),
        ("{}", None),
        ("{\"status\":\"Succ", None),
    ];
    for (text, expected) in cases {
        assert_eq!(&parse_status(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn stderr_keeps_its_end_without_control_characters() {
    let mut received = Received::default();
    received.add_stderr(&[b'x'; 5000]);
    received.add_stderr(b"\x1b[31mERROR\x1b[0m:\tbad\r\nend\0\n");
    let text = received.stderr();
    assert!(text.len() <= STDERR_TAIL);
    assert!(text.ends_with("x[31mERROR[0m:\tbad\nend"), "{text}");
}

struct Nothing;

impl Consume for Nothing {
    type Error = ();
    async fn take(&mut self, _: &[u8]) -> Result<(), ()> {
        Ok(())
    }
}

/// Drains frames that come every 50 ms and then stop, with short limits.
async fn fault(frames: Vec<Message>, idle: u64, silence: Option<u64>) -> (Break<()>, Duration) {
    let paced = futures::stream::iter(frames)
        .then(async |frame| {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(frame)
        })
        .chain(futures::stream::pending());
    let start = Instant::now();
    let (mut received, pulse) = (Received::default(), Pulse::new());
    let silence = silence.map(Duration::from_millis);
    let idle = Duration::from_millis(idle);
    let drained = drain(
        pin!(paced),
        &mut Nothing,
        &pulse,
        idle,
        silence,
        &mut received,
    )
    .await;
    (drained.unwrap_err(), start.elapsed())
}

#[tokio::test]
async fn a_server_that_answers_pings_is_there_and_one_that_does_not_is_gone() {
    let pongs = || vec![Message::Pong(Vec::new().into()); 8];
    let (gone, after) = fault(pongs(), 5000, Some(200)).await;
    assert!(
        matches!(gone, Break::Silent) && after.as_millis() >= 600,
        "{gone:?} {after:?}"
    );
    let (idle, after) = fault(pongs(), 200, Some(5000)).await;
    assert!(
        matches!(idle, Break::Idle) && after.as_millis() < 400,
        "{idle:?} {after:?}"
    );
    let (idle, _) = fault(pongs(), 200, None).await;
    assert!(matches!(idle, Break::Idle), "{idle:?}");
}

#[tokio::test]
async fn every_byte_puts_idleness_off() {
    let data = vec![Message::binary(vec![STDERR, b'.']); 8];
    let (idle, after) = fault(data, 200, None).await;
    assert!(
        matches!(idle, Break::Idle) && after.as_millis() >= 600,
        "{idle:?} {after:?}"
    );
}

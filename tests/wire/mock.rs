//! An API server that knows nothing but exec, and that one as badly as a test wants.

use std::sync::{Arc, Mutex};

use futures::{SinkExt, StreamExt};
use quetzal_db::cluster::{Cluster, ConnectOptions, Container};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// The protocol with an end of stdin.
pub(crate) const V5: &str = "v5.channel.k8s.io";
/// The one without.
pub(crate) const V4: &str = "v4.channel.k8s.io";
/// The Status of a command that succeeded.
pub(crate) const SUCCESS: &str = r#"{"metadata":{},"status":"Success"}"#;

/// What the server does with one request.
pub(crate) enum Reply {
    /// Opens the session, reads stdin to its end if there is one, sends frames, and ends.
    Exec {
        /// The protocol it chooses.
        protocol: &'static str,
        /// Channel and data of each frame.
        frames: Vec<(u8, Vec<u8>)>,
        /// How it ends.
        end: End,
    },
    /// Refuses with this code and `Status` message.
    Refuse(u16, &'static str),
}

/// How a session ends.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// With a websocket close.
    Close,
    /// With the TCP connection gone.
    Drop,
    /// Not at all.
    Stay,
}

impl Reply {
    /// A command that writes this and succeeds.
    pub(crate) fn output(stdout: impl Into<Vec<u8>>) -> Self {
        Self::Exec {
            protocol: V5,
            frames: vec![(1, stdout.into()), (3, SUCCESS.into())],
            end: End::Close,
        }
    }

    /// A session of these frames.
    pub(crate) fn frames(frames: &[(u8, &str)], end: End) -> Self {
        let frames = frames
            .iter()
            .map(|(channel, data)| (*channel, data.as_bytes().to_vec()));
        Self::Exec {
            protocol: V5,
            frames: frames.collect(),
            end,
        }
    }
}

/// What the server was asked: the request's path and query, and the stdin it got.
pub(crate) type Asked = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Starts a server that answers one request after the other as told.
pub(crate) async fn serve(replies: Vec<Reply>) -> (Container, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    tokio::spawn(async move {
        for reply in replies {
            let (stream, _) = listener.accept().await.unwrap();
            match reply {
                Reply::Refuse(code, message) => refuse(stream, code, message).await,
                Reply::Exec {
                    protocol,
                    frames,
                    end,
                } => exec(stream, protocol, frames, end, &log).await,
            }
        }
    });
    let kubeconfig = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "{{current-context: m, clusters: [{{name: m, cluster: {{server: '{server}'}}}}], \
         users: [{{name: m}}], contexts: [{{name: m, context: {{cluster: m, user: m, namespace: mock}}}}]}}"
    );
    std::fs::write(kubeconfig.path(), text).unwrap();
    let options = ConnectOptions {
        kubeconfig: Some(kubeconfig.path().to_owned()),
        ..ConnectOptions::default()
    };
    let cluster = Cluster::connect(&options).await.unwrap();
    (cluster.container("db-0", "quetzal"), asked)
}

async fn refuse(mut stream: TcpStream, code: u16, message: &str) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.unwrap());
    }
    let body = format!(
        r#"{{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{message}","reason":"Refused","code":{code}}}"#
    );
    let answer = format!(
        "HTTP/1.1 {code} Refused\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

async fn exec(
    stream: TcpStream,
    protocol: &'static str,
    frames: Vec<(u8, Vec<u8>)>,
    end: End,
    log: &Asked,
) {
    let mut path = String::new();
    // The callback's error type is the handshake's own.
    #[allow(clippy::result_large_err)]
    let choose = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        path = request.uri().to_string();
        response
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", protocol.parse().unwrap());
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, choose)
        .await
        .unwrap();
    let mut stdin = Vec::new();
    let mark = path
        .split("command=")
        .find(|word| word.starts_with("receipt-"));
    let mark = mark.map(|word| word.trim_end_matches('&').as_bytes().to_vec());
    if mark.is_none() && protocol == V5 {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Binary(frame) = message else {
                continue;
            };
            match &frame[..] {
                [255, 0] => break,
                [0, data @ ..] => stdin.extend_from_slice(data),
                other => panic!("a client sends no frame like {other:?}"),
            }
        }
    }
    log.lock().unwrap().push((path, stdin));
    for (channel, data) in frames {
        // A command that succeeds has written all of its output, and waits until that is known to have arrived.
        if let (Some(mark), true) = (&mark, channel == 3 && data == SUCCESS.as_bytes()) {
            let frame = [&[1], &mark[..]].concat();
            let sent = socket.send(Message::binary(frame)).await;
            if sent.is_err() || !answered(&mut socket).await {
                return;
            }
        }
        let frame = [&[channel], &data[..]].concat();
        if socket.send(Message::binary(frame)).await.is_err() {
            return;
        }
    }
    match end {
        End::Close => drop(socket.close(None).await),
        End::Drop => {}
        End::Stay => {
            tokio::spawn(async move { while socket.next().await.is_some() {} });
        }
    }
}

/// Waits for the line that answers the mark.
async fn answered(socket: &mut tokio_tungstenite::WebSocketStream<TcpStream>) -> bool {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Binary(frame) = message {
            return frame[..] == *b"\0\n";
        }
    }
    false
}

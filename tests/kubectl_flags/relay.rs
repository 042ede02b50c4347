//! Small servers between the programs and the API server: a proxy that counts, one that never answers, one that takes notes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream.unwrap()));
        }
    });
    port
}

/// Bytes up to the blank line that ends a head; less where the other side hangs up.
fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Passes bytes on in both directions until both sides have hung up.
fn join(one: &TcpStream, other: &TcpStream) {
    let copy = |from: &TcpStream, to: &TcpStream| {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        std::thread::spawn(move || {
            // A broken connection ends as one that was closed.
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        })
    };
    for direction in [copy(one, other), copy(other, one)] {
        direction.join().unwrap();
    }
}

/// A proxy that leads wherever it is asked to the API server, since only the proxy knows the name of that.
pub(crate) struct Proxy {
    port: u16,
    used: Arc<AtomicUsize>,
}

impl Proxy {
    /// Speaks CONNECT; wants this authorization where there is one.
    pub(crate) fn http(server: &str, wanted: Option<&'static str>) -> Self {
        let used = Arc::new(AtomicUsize::new(0));
        let (counter, server) = (Arc::clone(&used), server.to_owned());
        let port = listen(move |mut client| {
            let head = head(&mut client);
            let known = wanted.is_none_or(|w| {
                head.to_lowercase().contains(&format!(
                    "\r\nproxy-authorization: {}\r\n",
                    w.to_lowercase()
                ))
            });
            if !known || !head.starts_with("CONNECT api.invalid:443 ") {
                let _ = client.write_all(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
                );
                return;
            }
            counter.fetch_add(1, SeqCst);
            let upstream = TcpStream::connect(&server).unwrap();
            client
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .unwrap();
            join(&client, &upstream);
        });
        Self { port, used }
    }

    /// Speaks SOCKS 5 (RFC 1928), without authentication.
    pub(crate) fn socks(server: &str) -> Self {
        let used = Arc::new(AtomicUsize::new(0));
        let (counter, server) = (Arc::clone(&used), server.to_owned());
        let port = listen(move |mut client| {
            let mut take = |bytes: usize| {
                let mut taken = vec![0; bytes];
                client.read_exact(&mut taken).unwrap();
                taken
            };
            let methods = take(2)[1];
            take(methods.into());
            client.write_all(&[5, 0]).unwrap();
            let mut request = [0; 5];
            client.read_exact(&mut request).unwrap();
            let mut rest = vec![0; usize::from(request[4]) + 2];
            client.read_exact(&mut rest).unwrap();
            assert_eq!(
                rest, b"api.invalid\x01\xbb",
                "the name is the proxy's to resolve"
            );
            counter.fetch_add(1, SeqCst);
            let upstream = TcpStream::connect(&server).unwrap();
            client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
            join(&client, &upstream);
        });
        Self { port, used }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Connections since the last time.
    pub(crate) fn take(&self) -> usize {
        self.used.swap(0, SeqCst)
    }
}

/// Takes connections and never says a word. Its port.
pub(crate) fn silent() -> u16 {
    listen(|mut stream| {
        // Until the other side gives up.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    })
}

/// An API server without TLS that refuses everything and notes who asked.
pub(crate) struct Recorder {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&seen);
        let port = listen(move |mut stream| {
            let head = head(&mut stream);
            // Opened ahead of need.
            if head.is_empty() {
                return;
            }
            let mut who: Vec<_> = head
                .split("\r\n")
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .filter(|(name, _)| name == "authorization" || name.starts_with("impersonate-"))
                .map(|(name, value)| format!("{name}: {value}\n"))
                .collect();
            who.sort();
            notes.lock().unwrap().push(who.concat());
            let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"no"}"#;
            let answer = format!(
                "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        });
        Self { port, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What every request since the last time said, which must be the same.
    pub(crate) fn take(&self) -> String {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap());
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }
}

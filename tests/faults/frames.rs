//! The exec protocol in plain text: a proxy that ends a session of a command in order, but without its Status.
//!
//! `kubectl proxy` speaks TLS with the API server; between it and the plugin every frame can be seen.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lane::Lane;

/// The end of a websocket, in order: code 1000.
const CLOSE: [u8; 4] = [0x88, 0x02, 0x03, 0xe8];

/// The proxy; dropped, its `kubectl proxy` ends.
pub struct Frames {
    address: String,
    upstream: Child,
}

impl Frames {
    /// Lets so many bytes of frames pass, then closes the session that carries the next one, once.
    pub fn start(lane: &Lane, bytes: u64) -> Self {
        let admin = &lane.demo.admin;
        let mut upstream = std::process::Command::new(&admin.kubectl)
            .env("KUBECONFIG", &lane.demo.kubeconfig)
            .args([
                "proxy",
                "--port=0",
                "--reject-paths=^$",
                "--disable-filter=true",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let stdout = upstream.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut said).unwrap();
        let target = said.trim().rsplit(' ').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let left = Arc::new(AtomicU64::new(bytes));
        // It ends with the process: a few sleeping threads do no harm until then.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (target, left) = (target.clone(), Arc::clone(&left));
                std::thread::spawn(move || join(&client, &target, &left));
            }
        });
        Self { address, upstream }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        drop(self.upstream.kill());
        drop(self.upstream.wait());
    }
}

fn join(client: &TcpStream, target: &str, left: &AtomicU64) {
    let Ok(server) = TcpStream::connect(target) else {
        return;
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            drop(io::copy(&mut &*client, &mut &server));
            drop(server.shutdown(Shutdown::Write));
        });
        scope.spawn(|| {
            drop(answers(&server, client, left));
            drop(client.shutdown(Shutdown::Both));
            drop(server.shutdown(Shutdown::Both));
        });
    });
}

/// What the server says: as it is, but for a session, which is passed on frame by frame.
fn answers(server: &TcpStream, mut client: &TcpStream, left: &AtomicU64) -> io::Result<()> {
    let mut server = BufReader::new(server);
    let mut head = Vec::new();
    server.read_until(b'\n', &mut head)?;
    let is_session = head.starts_with(b"HTTP/1.1 101");
    client.write_all(&head)?;
    while is_session && head != b"\r\n" {
        head.clear();
        if server.read_until(b'\n', &mut head)? == 0 {
            return Ok(());
        }
        client.write_all(&head)?;
    }
    if !is_session {
        return io::copy(&mut server, &mut client).map(drop);
    }
    loop {
        let frame = frame(&mut server)?;
        let amount = frame.len() as u64;
        let take = |left: u64| match left {
            u64::MAX => None,
            left if left <= amount => Some(u64::MAX),
            left => Some(left - amount),
        };
        let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take);
        if before.is_ok_and(|before| before <= amount) {
            return client.write_all(&CLOSE);
        }
        client.write_all(&frame)?;
    }
}

/// One whole frame; those of a server are not masked.
fn frame(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 2];
    from.read_exact(&mut frame)?;
    let more = match frame[1] & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mut length = vec![0; more];
    from.read_exact(&mut length)?;
    let size = match more {
        0 => u64::from(frame[1] & 0x7f),
        _ => length
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    };
    frame.extend_from_slice(&length);
    let mut data = vec![0; usize::try_from(size).map_err(io::Error::other)?];
    from.read_exact(&mut data)?;
    frame.extend_from_slice(&data);
    Ok(frame)
}

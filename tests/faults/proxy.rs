//! A TCP proxy between the plugin and the API server, which ends a connection in its middle. TLS passes untouched.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A proxy that lets so many bytes pass, strikes once, and is whole from then on.
pub struct Proxy {
    address: String,
    state: Arc<State>,
}

struct State {
    target: String,
    /// Bytes that may still pass, in both directions of all connections together.
    left: AtomicU64,
    passed: AtomicU64,
}

impl Proxy {
    /// Starts one in front of `target`, `HOST:PORT`.
    pub fn start(target: &str, bytes: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State {
            target: target.to_owned(),
            left: AtomicU64::new(bytes),
            passed: AtomicU64::new(0),
        });
        let ours = Arc::clone(&state);
        // It ends with the process: a few sleeping threads do no harm until then.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&ours);
                std::thread::spawn(move || join(&client, &state));
            }
        });
        Self { address, state }
    }

    /// Bytes that passed so far.
    pub fn passed(&self) -> u64 {
        self.state.passed.load(Ordering::SeqCst)
    }

    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

/// Both directions of one connection.
fn join(client: &TcpStream, state: &State) {
    let Ok(server) = TcpStream::connect(&state.target) else {
        return;
    };
    std::thread::scope(|scope| {
        scope.spawn(|| pump(client, &server, state));
        scope.spawn(|| pump(&server, client, state));
    });
}

fn pump(mut from: &TcpStream, mut to: &TcpStream, state: &State) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 {
            // The end of one direction: the other may go on.
            drop(to.shutdown(Shutdown::Write));
            return;
        }
        let amount = read as u64;
        state.passed.fetch_add(amount, Ordering::SeqCst);
        let take = |left: u64| match left {
            u64::MAX => None,
            left if left <= amount => Some(u64::MAX),
            left => Some(left - amount),
        };
        let struck = matches!(
            state.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take),
            Ok(left) if left <= amount
        );
        if struck || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    drop(from.shutdown(Shutdown::Both));
    drop(to.shutdown(Shutdown::Both));
}

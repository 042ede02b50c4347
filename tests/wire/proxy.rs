//! A TCP proxy that breaks connections in the middle. TLS passes through it untouched.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quetzal_db::cluster::{Cluster, ConnectOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to a connection once its limit is reached.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// Both sides are reset.
    Cut,
    /// Bytes are swallowed; the connection stays open.
    Blackhole,
}

/// A proxy in front of the API server, whole until [`Proxy::arm`].
pub(crate) struct Proxy {
    address: String,
    /// Bytes that may still pass, in both directions together.
    left: Arc<AtomicU64>,
    /// Bytes that came from the client.
    sent: Arc<AtomicU64>,
}

impl Proxy {
    /// Starts one in front of the server that the options lead to.
    pub(crate) async fn start(options: &ConnectOptions, fault: Fault) -> (Self, Cluster) {
        let direct = Cluster::connect(options).await.unwrap();
        let url = direct
            .server()
            .trim_start_matches("https://")
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let left = Arc::new(AtomicU64::new(u64::MAX));
        let sent = Arc::new(AtomicU64::new(0));
        let counts = (Arc::clone(&left), Arc::clone(&sent));
        tokio::spawn(serve(listener, url.clone(), fault, counts));
        let host = url
            .rsplit_once(':')
            .map_or(url.as_str(), |(host, _)| host)
            .to_owned();
        let options = ConnectOptions {
            server: Some(address.clone()),
            tls_server_name: Some(host),
            ..options.clone()
        };
        let cluster = Cluster::connect(&options).await.unwrap();
        let proxy = Self {
            address,
            left,
            sent,
        };
        (proxy, cluster)
    }

    /// Lets so many more bytes pass, then breaks the connection that carries the next one.
    pub(crate) fn arm(&self, bytes: u64) {
        self.left.store(bytes, Ordering::SeqCst);
    }

    /// Lets everything pass again.
    pub(crate) fn mend(&self) {
        self.arm(u64::MAX);
    }

    /// Bytes that the client sent since the start.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// True once the fault has happened.
    pub(crate) fn has_struck(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.address)
    }
}

/// Bytes that may still pass, and bytes that came from the client.
type Counts = (Arc<AtomicU64>, Arc<AtomicU64>);

async fn serve(listener: TcpListener, target: String, fault: Fault, counts: Counts) {
    while let Ok((client, _)) = listener.accept().await {
        let server = TcpStream::connect(&target).await.unwrap();
        tokio::spawn(pass(client, server, fault, counts.clone()));
    }
}

async fn pass(client: TcpStream, server: TcpStream, fault: Fault, (left, sent): Counts) {
    // Small kernel buffers on our side would only hide how far the bytes really got.
    let (mut client_in, mut client_out) = client.into_split();
    let (mut server_in, mut server_out) = server.into_split();
    let received = AtomicU64::new(0);
    let up = pump(&mut client_in, &mut server_out, fault, (&left, &sent));
    let down = pump(&mut server_in, &mut client_out, fault, (&left, &received));
    match fault {
        // Whichever direction is cut first takes the other with it.
        Fault::Cut => tokio::select! { () = up => {}, () = down => {} },
        Fault::Blackhole => {
            tokio::join!(up, down);
        }
    }
}

async fn pump(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    fault: Fault,
    (left, passed): (&AtomicU64, &AtomicU64),
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(read) = from.read(&mut buffer).await else {
            return;
        };
        if read == 0 {
            // The end of one direction: passed on, as the other may go on.
            return drop(to.shutdown().await);
        }
        passed.fetch_add(read as u64, Ordering::SeqCst);
        let take =
            |left: u64| Some(left.saturating_sub(if left == u64::MAX { 0 } else { read as u64 }));
        let before = left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
            .unwrap();
        if before <= read as u64 {
            match fault {
                Fault::Cut => return,
                Fault::Blackhole => std::future::pending().await,
            }
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

//! An API server that keeps `ConfigMaps`, and answers as a test wants.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use quetzal_db::cluster::{Cluster, ConnectOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is carried out, and the connection ends without an answer.
    AnswerLost,
    /// It is not looked at: the server has trouble of this code.
    Refused(u16),
    /// It is carried out and answered, after somebody else changed the object to this text.
    Overtaken(&'static str),
}

/// The server's objects by name, and what it was asked: method, name, fate.
#[derive(Default)]
struct State {
    objects: BTreeMap<String, Value>,
    version: u64,
    fates: VecDeque<Fate>,
    asked: Vec<String>,
}

/// The server.
pub(crate) struct Store {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Store {
    /// Starts one that does all it is asked, and is away for so long at first.
    pub(crate) async fn start(away: Duration) -> (Self, Cluster) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let store = Self {
            address: address.clone(),
            state: Arc::default(),
        };
        let cluster = store.connect().await;
        let state = Arc::clone(&store.state);
        let begun = async move {
            let listener = TcpListener::bind(address).await.unwrap();
            tokio::spawn(serve(listener, state));
        };
        if away.is_zero() {
            begun.await;
        } else {
            tokio::spawn(async move {
                tokio::time::sleep(away).await;
                begun.await;
            });
        }
        (store, cluster)
    }

    async fn connect(&self) -> Cluster {
        let kubeconfig = tempfile::NamedTempFile::new().unwrap();
        let text = format!(
            "{{current-context: m, clusters: [{{name: m, cluster: {{server: 'http://{}'}}}}], \
             users: [{{name: m}}], contexts: [{{name: m, context: {{cluster: m, user: m, namespace: mock}}}}]}}",
            self.address
        );
        std::fs::write(kubeconfig.path(), text).unwrap();
        let options = ConnectOptions {
            kubeconfig: Some(kubeconfig.path().to_owned()),
            ..ConnectOptions::default()
        };
        Cluster::connect(&options).await.unwrap()
    }

    /// What happens to the next requests.
    pub(crate) fn fates(&self, fates: &[Fate]) {
        self.state.lock().unwrap().fates = fates.iter().copied().collect();
    }

    /// What was asked since the last look, such as `PUT journal`.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// The text that an object has.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let state = self.state.lock().unwrap();
        let text = &state.objects.get(name)?["data"]["document.json"];
        text.as_str().map(str::to_owned)
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&state)));
    }
}

/// One request a connection.
async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.unwrap();
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let Some((code, body)) = state.lock().unwrap().request(method, path, &body) else {
        return;
    };
    let body = body.to_string();
    let answer = format!(
        "HTTP/1.1 {code} Said\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

impl State {
    /// The answer, if it arrives.
    fn request(&mut self, method: &str, path: &str, body: &[u8]) -> Option<(u16, Value)> {
        let object: Value = serde_json::from_slice(body).unwrap_or_default();
        let path = path.split('?').next().unwrap();
        let name = match method {
            "post" => object["metadata"]["name"].as_str().unwrap().to_owned(),
            _ => path.rsplit('/').next().unwrap().to_owned(),
        };
        self.asked.push(format!("{} {name}", method.to_uppercase()));
        let fate = self.fates.pop_front();
        match fate {
            Some(Fate::Refused(code)) => return Some((code, refusal(code, "Trouble"))),
            Some(Fate::Overtaken(text)) => {
                let theirs = json!({"metadata": {"name": name}, "data": {"document.json": text}});
                self.keep(&name, theirs);
            }
            _ => {}
        }
        let answer = self.carry_out(method, &name, object);
        (fate != Some(Fate::AnswerLost)).then_some(answer)
    }

    fn carry_out(&mut self, method: &str, name: &str, object: Value) -> (u16, Value) {
        let there = self.objects.get(name);
        let version = |object: &Value| object["metadata"]["resourceVersion"].clone();
        match (method, there) {
            ("post", Some(_)) => (409, refusal(409, "AlreadyExists")),
            ("post", None) => (201, self.keep(name, object)),
            (_, None) => (404, refusal(404, "NotFound")),
            ("get", Some(found)) => (200, found.clone()),
            ("delete", Some(_)) => (200, self.objects.remove(name).unwrap()),
            ("put", Some(found)) if version(found) != version(&object) => {
                (409, refusal(409, "Conflict"))
            }
            ("put", Some(_)) => (200, self.keep(name, object)),
            (other, _) => panic!("a client does not {other}"),
        }
    }

    fn keep(&mut self, name: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.objects.insert(name.to_owned(), object.clone());
        object
    }
}

fn refusal(code: u16, reason: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": reason, "reason": reason, "code": code})
}

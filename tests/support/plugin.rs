//! The plugin, run as a process.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::schema;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_kubectl-quetzal-db");

/// How a run ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Most memory that was resident at once (`VmHWM`), in bytes.
    pub peak: u64,
    pub took: Duration,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
            took,
            ..
        } = self;
        write!(
            f,
            "exit {code:?} after {took:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

impl Ended {
    /// Fails unless it ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Fails unless standard error has this text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "standard error lacks {text:?}\n{self}"
        );
        self
    }

    /// Fails if standard error or output has this text.
    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        assert!(
            !self.stderr.contains(text) && !self.stdout.contains(text),
            "it says {text:?}\n{self}"
        );
        self
    }

    /// Fails where the result of this command, or a line of standard error, is not as `docs/schemas` says.
    #[track_caller]
    pub fn assert_documented(&self, command: &str) {
        if self.code == Some(0) {
            schema::assert_valid(command, &self.json());
        }
        // A usage error is found before it is known what is wanted.
        if self.code != Some(2) {
            schema::assert_events(&self.stderr);
        }
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("no JSON ({e})\n{self}"))
    }
}

/// The plugin's command line, with that kubeconfig and none of the caller's own settings.
pub fn command(program: &str, kubeconfig: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("KUBECONFIG", kubeconfig)
        .env_remove("KUBE_CONTEXT")
        .env_remove("NO_COLOR")
        .env("TERM", "xterm")
        // The caller's settings are no part of a test.
        .env("QUETZAL_DB_CONFIG", "");
    for name in [
        "QUETZAL_DB_SELECTOR",
        "QUETZAL_DB_INSTANCE",
        "QUETZAL_DB_BUCKET",
        "QUETZAL_DB_APP_SELECTOR",
        "XDG_CONFIG_HOME",
    ] {
        command.env_remove(name);
    }
    command
}

/// A run that is under way.
pub struct Running {
    child: std::process::Child,
    readers: [Reader; 2],
    begun: Instant,
    peak: u64,
}

/// Starts the plugin, without a terminal and with nothing on standard input.
pub fn start(kubeconfig: &Path, args: &[&str]) -> Running {
    let mut command = command(BINARY, kubeconfig);
    command.args(args);
    Running::spawn(command)
}

/// Runs the plugin to its end. JSON is held to its schema, whatever the test wants of it.
#[track_caller]
pub fn run(kubeconfig: &Path, args: &[&str]) -> Ended {
    let ended = start(kubeconfig, args).wait();
    if args.windows(2).any(|pair| pair == ["-o", "json"]) {
        ended.assert_documented(args[0]);
    }
    ended
}

impl Running {
    pub fn spawn(mut command: Command) -> Self {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Self {
            child,
            readers: [reader(out), reader(err)],
            begun: Instant::now(),
            peak: 0,
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.peak = self.peak.max(resident_peak(self.child.id()));
        self.child.try_wait().unwrap().is_some()
    }

    /// Standard output so far.
    pub fn printed(&self) -> String {
        self.readers[0].text()
    }

    /// Standard error so far.
    pub fn said(&self) -> String {
        self.readers[1].text()
    }

    /// Waits for this text on standard error.
    pub fn until_it_says(&mut self, text: &str) {
        super::until(&format!("the plugin says {text:?}"), 300, || {
            let said = self.readers[1].text();
            let found = said.contains(text);
            assert!(
                found || !self.has_ended(),
                "it ended without {text:?}:\n{said}"
            );
            found
        });
    }

    /// Ends it without a chance to do anything more.
    pub fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.wait()
    }

    /// What Ctrl-C does.
    pub fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success(), "no process {pid}");
    }

    pub fn wait(mut self) -> Ended {
        while !self.has_ended() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let code = self.child.wait().unwrap().code();
        let [stdout, stderr] = self.readers.map(Reader::finish);
        Ended {
            code,
            stdout,
            stderr,
            peak: self.peak,
            took: self.begun.elapsed(),
        }
    }
}

/// Collects a stream while it comes.
struct Reader {
    thread: std::thread::JoinHandle<()>,
    text: Arc<Mutex<Vec<u8>>>,
}

impl Reader {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }

    fn finish(self) -> String {
        let text = Arc::clone(&self.text);
        self.thread.join().unwrap();
        String::from_utf8_lossy(&text.lock().unwrap()).into_owned()
    }
}

fn reader(mut stream: impl Read + Send + 'static) -> Reader {
    let text = Arc::new(Mutex::new(Vec::new()));
    let ours = Arc::clone(&text);
    let thread = std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            match stream.read(&mut buffer).unwrap() {
                0 => return,
                n => ours.lock().unwrap().extend_from_slice(&buffer[..n]),
            }
        }
    });
    Reader { thread, text }
}

/// `VmHWM` of a process in bytes; 0 once it has ended.
fn resident_peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line
        .and_then(|l| l.trim().strip_suffix(" kB"))
        .and_then(|n| n.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

//! One psql session for many questions: a command in the Pod for each of them would cost more than all else.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::demo::{Demo, in_database};

const MARK: &str = "==== answered ====";
/// A server or an API server that is away does not answer at all.
const PATIENCE: Duration = Duration::from_mins(1);

/// The session; one that ended, or that an error ended, is replaced when it is next wanted.
pub struct Session {
    demo: Demo,
    open: RefCell<Option<Open>>,
}

struct Open {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Session {
    pub fn new(demo: &Demo) -> Self {
        Self {
            demo: demo.clone(),
            open: RefCell::new(None),
        }
    }

    /// The rows of this SQL in a database, unaligned. Between questions the session is in none that is restored.
    pub fn ask(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut open = self
            .open
            .borrow_mut()
            .take()
            .map_or_else(|| Open::new(&self.demo), Ok)?;
        let there = if database == "postgres" {
            String::new()
        } else {
            format!("\\connect {database}\n")
        };
        let back = if database == "postgres" {
            ""
        } else {
            "\\connect postgres\nRESET ALL;\n"
        };
        let answer = open.ask(&format!("{there}{sql}\n;\n{back}\\echo {MARK}\n"));
        if answer.is_ok() {
            *self.open.borrow_mut() = Some(open);
        }
        answer
    }
}

impl Open {
    fn new(demo: &Demo) -> Result<Self, String> {
        let mut command = demo.admin.command(&in_database("postgres"));
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (stdin, stdout) = stdin.zip(stdout).ok_or("no pipes")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            stdin,
            lines,
        })
    }

    fn ask(&mut self, text: &str) -> Result<String, String> {
        let sent = self
            .stdin
            .write_all(text.as_bytes())
            .and_then(|()| self.stdin.flush());
        let mut answer = Vec::new();
        while sent.is_ok() {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line == MARK => return Ok(answer.join("\n")),
                Ok(line) => answer.push(line),
                Err(_) => break,
            }
        }
        drop(self.child.kill());
        let mut why = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            drop(stderr.read_to_string(&mut why));
        }
        Err(format!("psql gave no whole answer: {why}"))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // psql in the Pod ends by itself when its input does; where kubectl hangs, it is let go.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

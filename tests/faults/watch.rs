//! Looks at the real names all the time: several times a second, in one session beside everything else.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::snapshot::Names;
use crate::support::demo::Demo;

const SCRIPT: &str = r#"export PGAPPNAME=quetzal-faults-watch; exec psql -X -q -A -t -U "$POSTGRES_USER" -d postgres -f -"#;
/// Ends the session from the server's side: psql then ends by itself, which no signal to it would need.
const END: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'quetzal-faults-watch'";
const AGAIN: Duration = Duration::from_millis(500);

/// The look-out of one lane.
pub struct Watch {
    seen: Arc<Mutex<Vec<Names>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    demo: Demo,
}

impl Watch {
    pub fn start(demo: &Demo) -> Self {
        let (seen, over) = (
            Arc::<Mutex<Vec<Names>>>::default(),
            Arc::new(AtomicBool::new(false)),
        );
        let (ours, ended, there) = (Arc::clone(&seen), Arc::clone(&over), demo.clone());
        let thread = std::thread::spawn(move || {
            // A server that starts anew, or a Pod that is replaced, ends the session: another one takes its place.
            while !ended.load(Ordering::SeqCst) {
                look(&there, &ours);
                std::thread::sleep(AGAIN);
            }
        });
        Self {
            seen,
            over,
            thread: Some(thread),
            demo: demo.clone(),
        }
    }

    /// Forgets what was seen so far.
    pub fn begin(&self) {
        self.seen.lock().unwrap().clear();
    }

    /// Every different answer since then, in order.
    pub fn seen(&self) -> Vec<Names> {
        let mut seen = self.seen.lock().unwrap().clone();
        seen.dedup();
        seen
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            while !thread.is_finished() {
                self.demo.admin.output(
                    &crate::support::demo::in_database("postgres"),
                    END.as_bytes(),
                );
                std::thread::sleep(AGAIN);
            }
            drop(thread.join());
        }
    }
}

fn look(demo: &Demo, seen: &Mutex<Vec<Names>>) {
    let argv = [
        "exec",
        "-i",
        "deployment/demo-quetzal-db",
        "-c",
        "quetzal",
        "--",
        "sh",
        "-c",
        SCRIPT,
    ];
    let mut command = demo.admin.command(&argv);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child: Child = command.spawn().unwrap();
    let program = format!("{}\n\\watch 0.2\n", Names::sql());
    let mut stdin = child.stdin.take().unwrap();
    if stdin.write_all(program.as_bytes()).is_ok() {
        drop(stdin);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for names in lines
            .map_while(Result::ok)
            .filter_map(|line| Names::read(&line))
        {
            seen.lock().unwrap().push(names);
        }
    }
    drop(child.wait());
}

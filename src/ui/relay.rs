//! The log of the plugin that runs elsewhere with `-o json`, shown as if it ran here.
//!
//! A log has what standard output and standard error got, in one: JSON lines of progress, plain lines for people, and
//! at the end the result, which begins with a line `{` and ends with a line `}`, or the error.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::progress::Progress;

use super::events::Event;

const ERROR: &str = "error: ";

/// Reads a log line by line.
pub struct Relay {
    progress: Arc<dyn Progress>,
    /// Phases under way, by title.
    phases: BTreeMap<String, Arc<dyn Progress>>,
    reading: Reading,
    result: Option<String>,
    error: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Lines,
    Result,
    Error,
}

/// What the log ended with.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// The last whole result, as JSON.
    pub result: Option<String>,
    /// The last error with its causes and its hint, without its first word.
    pub error: Option<String>,
}

impl Relay {
    /// Shows what it reads to `progress`.
    pub fn new(progress: Arc<dyn Progress>) -> Self {
        Self {
            progress,
            phases: BTreeMap::new(),
            reading: Reading::Lines,
            result: None,
            error: Vec::new(),
        }
    }

    /// Takes the next line.
    pub fn take(&mut self, line: &str) {
        if let Some(event) = event(line) {
            // It went on after its error: another Pod does.
            self.forgive();
            self.reading = Reading::Lines;
            return self.show(event);
        }
        match self.reading {
            Reading::Result => {
                let result = self.result.get_or_insert_default();
                result.push_str(line);
                result.push('\n');
                if line == "}" {
                    self.reading = Reading::Lines;
                }
            }
            Reading::Error => self.error.push(line.to_owned()),
            Reading::Lines if line == "{" => {
                self.reading = Reading::Result;
                self.result = Some("{\n".to_owned());
            }
            Reading::Lines => match line.strip_prefix(ERROR) {
                Some(message) => {
                    self.reading = Reading::Error;
                    self.phases.clear();
                    self.error = vec![message.to_owned()];
                }
                None => self.progress.note(line),
            },
        }
    }

    /// What it ended with.
    pub fn end(self) -> Said {
        let whole = self.reading != Reading::Result;
        let error = self.error.join("\n").trim_end().to_owned();
        Said {
            result: self.result.filter(|_| whole),
            error: (!error.is_empty()).then_some(error),
        }
    }

    fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Begin { phase } => {
                let beside = self.progress.beside(&phase);
                self.phases.insert(phase.into_owned(), beside);
            }
            Event::Progress {
                phase,
                bytes,
                total,
                rows,
                ..
            } => {
                if let Some(progress) = self.phases.get(phase.as_ref()) {
                    if let Some(rows) = rows {
                        progress.rows(rows);
                    }
                    progress.bytes(bytes, total);
                }
            }
            Event::Done { phase, outcome, .. } => {
                if let Some(progress) = self.phases.remove(phase.as_ref()) {
                    progress.done(&outcome);
                }
            }
            Event::Note { text } | Event::Log { text, .. } => self.progress.note(&text),
            Event::Error {
                message,
                causes,
                hint,
                ..
            } => {
                self.reading = Reading::Error;
                self.phases.clear();
                self.error = vec![message.into_owned()];
                let causes = causes.iter().map(|cause| format!("  because {cause}"));
                self.error.extend(causes);
                let hint = hint.map(|hint| format!("\nhint: {hint}"));
                self.error.extend(hint);
            }
        }
    }

    fn forgive(&mut self) {
        for line in self.error.drain(..).filter(|line| !line.is_empty()) {
            self.progress.note(&format!("  ! {line}"));
        }
    }
}

fn event(line: &str) -> Option<Event<'_>> {
    serde_json::from_str(line).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// What it was told, a line each.
    #[derive(Clone, Default)]
    struct Told {
        lines: Arc<Mutex<Vec<String>>>,
        phase: String,
    }

    impl Told {
        fn add(&self, line: String) {
            self.lines.lock().unwrap().push(line);
        }
    }

    impl Progress for Told {
        fn begin(&self, _what: &str) {}
        fn beside(&self, what: &str) -> Arc<dyn Progress> {
            self.add(format!("begin {what}"));
            Arc::new(Self {
                phase: what.to_owned(),
                ..self.clone()
            })
        }
        fn bytes(&self, done: u64, total: Option<u64>) {
            self.add(format!("{} {done} {total:?}", self.phase));
        }
        fn rows(&self, rows: u64) {
            self.add(format!("{} {rows} rows", self.phase));
        }
        fn detail(&self, _what: &str) {}
        fn done(&self, outcome: &str) {
            self.add(format!("done {} {outcome}", self.phase));
        }
        fn note(&self, line: &str) {
            self.add(line.to_owned());
        }
    }

    fn read(log: &str) -> (Vec<String>, Said) {
        let told = Told::default();
        let mut relay = Relay::new(Arc::new(told.clone()));
        log.lines().for_each(|line| relay.take(line));
        let said = relay.end();
        let lines = told.lines.lock().unwrap().clone();
        (lines, said)
    }

    #[test]
    fn two_phases_at_once_and_the_result() {
        let (told, said) = read(
            r#"Taking over the lock of x, which is silent.
{"event":"begin","phase":"Copy"}
{"event":"begin","phase":"Load"}
{"event":"progress","phase":"Copy","bytes":1,"total":2,"seconds":0.1}
{"event":"progress","phase":"Load","bytes":5,"rows":7,"seconds":0.1}
{"event":"done","phase":"Copy","outcome":"2 B","seconds":0.2}
{"event":"note","text":"! slow"}
{
  "kept": {
  }
}
after it
"#,
        );
        assert_eq!(
            told,
            [
                "Taking over the lock of x, which is silent.",
                "begin Copy",
                "begin Load",
                "Copy 1 Some(2)",
                "Load 7 rows",
                "Load 5 None",
                "done Copy 2 B",
                "! slow",
                "after it",
            ]
        );
        let result = Some("{\n  \"kept\": {\n  }\n}\n".to_owned());
        assert_eq!(
            said,
            Said {
                result,
                error: None
            }
        );
    }

    #[test]
    fn an_error_is_whole_unless_another_pod_goes_on() {
        let log = "error: stopped\n  because of x\n\nhint: go on\n";
        let (told, said) = read(log);
        assert_eq!(told, Vec::<String>::new());
        assert_eq!(
            said.error.as_deref(),
            Some("stopped\n  because of x\n\nhint: go on")
        );
        let (told, said) = read(&format!(
            "{log}{{\"event\":\"begin\",\"phase\":\"Load\"}}\n"
        ));
        assert_eq!(
            told,
            [
                "  ! stopped",
                "  !   because of x",
                "  ! hint: go on",
                "begin Load"
            ]
        );
        assert_eq!(said.error, None);
    }

    #[test]
    fn a_result_that_was_cut_is_none() {
        assert_eq!(read("{\n  \"a\": 1\n").1.result, None);
    }
}

//! What is run in a container: an argument vector, never a shell string built from data.

use std::fmt;
use std::time::Duration;

/// How long a command may stay silent on every stream when nothing else is said.
const IDLE: Duration = Duration::from_mins(1);

/// A program and its arguments. Shown by its name only, as arguments may be long.
#[derive(Debug, Clone)]
pub struct Command {
    argv: Vec<String>,
    name: String,
    idle: Duration,
}

impl Command {
    /// A program and its arguments, as the remote `execve` gets them.
    pub fn new<I, S>(argv: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let argv: Vec<String> = argv.into_iter().map(Into::into).collect();
        let name = argv.first().cloned().unwrap_or_default();
        Self {
            argv,
            name,
            idle: IDLE,
        }
    }

    /// `sh -c SCRIPT sh ARGS…`: the script is a constant that reads its data as `"$1"`, `"$2"`, ….
    pub fn script(script: &'static str, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let fixed = ["sh", "-c", script, "sh"].map(String::from);
        Self::new(fixed.into_iter().chain(args.into_iter().map(Into::into)))
    }

    /// What messages call it, instead of the program's name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// Gives up after this long without a byte on any stream (60 s unless said).
    #[must_use]
    pub fn idle(self, idle: Duration) -> Self {
        Self { idle, ..self }
    }

    pub(super) fn argv(&self) -> &[String] {
        &self.argv
    }

    pub(super) fn idle_limit(&self) -> Duration {
        self.idle
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_an_argument_of_a_script() {
        let command = Command::script("wc -c <\"$1\"", ["a; rm -rf /", "b c"]);
        let expected = ["sh", "-c", "wc -c <\"$1\"", "sh", "a; rm -rf /", "b c"];
        assert_eq!(command.argv(), expected);
        assert_eq!(command.to_string(), "sh");
        assert_eq!(command.named("count").to_string(), "count");
    }
}

//! A half-typed line of arguments, and what its last word asks for. Pure.

use clap::{Arg, ArgAction, Command, ValueHint};

use super::answer::Candidate;

/// What may stand where the last word is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// One of these.
    Words(Vec<Candidate>),
    /// What only the kubeconfig, the cluster or the bucket knows.
    Live(Live),
    /// A file of this machine.
    File,
    /// A folder of this machine.
    Folder,
    /// What nobody can tell.
    Unknown,
}

/// Names that are asked for when they are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Live {
    /// Backups of the bucket.
    Backups,
    /// Contexts of the kubeconfig.
    Contexts,
    /// Clusters of the kubeconfig.
    Clusters,
    /// Users of the kubeconfig.
    Users,
    /// Namespaces of the cluster.
    Namespaces,
}

/// The last word's question.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'w> {
    /// What may stand there.
    pub(super) wanted: Wanted,
    /// What was typed of it: without the flag and its `=`, which shells put back.
    pub(super) begun: &'w str,
}

/// Whether words that begin with a dash are flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dashes {
    Flags,
    /// After `--`.
    Arguments,
}

/// What the words before the last one say.
pub(super) struct Line<'c> {
    command: &'c Command,
    /// How many arguments that are no flags the command has.
    arguments: usize,
    /// The flags that were given, with their values.
    given: Vec<(&'c Arg, Option<String>)>,
    /// The flag that the next word is the value of.
    open: Option<&'c Arg>,
    dashes: Dashes,
}

impl<'c> Line<'c> {
    /// Of a built command. What it does not know is passed over.
    pub(super) fn read(root: &'c Command, words: &[String]) -> Self {
        let mut line = Self {
            command: root,
            arguments: 0,
            given: Vec::new(),
            open: None,
            dashes: Dashes::Flags,
        };
        for word in words {
            line.take(word);
        }
        line
    }

    /// The flags that every command has, as they were given, for a line of another command.
    pub(super) fn global_flags(&self) -> Vec<String> {
        let global = self.given.iter().filter(|(flag, _)| flag.is_global_set());
        global
            .filter_map(|(flag, value)| {
                let name = flag.get_long()?;
                Some(match value {
                    Some(value) => format!("--{name}={value}"),
                    None => format!("--{name}"),
                })
            })
            .collect()
    }

    /// What the last word asks for.
    pub(super) fn asked<'w>(&self, word: &'w str) -> Asked<'w> {
        let whole = |wanted| Asked {
            wanted,
            begun: word,
        };
        if let Some(flag) = self.open {
            return whole(value_of(flag, word));
        }
        if self.dashes == Dashes::Flags && word.starts_with('-') {
            return match word.split_once('=') {
                Some((name, value)) => Asked {
                    wanted: self.value_of_named(name, value),
                    begun: value,
                },
                None => whole(Wanted::Words(self.flags())),
            };
        }
        whole(self.argument(word))
    }

    fn take(&mut self, word: &str) {
        if let Some(flag) = self.open.take() {
            self.given.push((flag, Some(word.to_owned())));
        } else if self.dashes == Dashes::Arguments || word == "-" {
            self.arguments += 1;
        } else if word == "--" {
            self.dashes = Dashes::Arguments;
        } else if word.starts_with("--") {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            if let Some(flag) = self.flag(name) {
                self.give(flag, value);
            }
        } else if let Some(letters) = word.strip_prefix('-') {
            self.take_letters(letters);
        } else if let Some(command) = self.subcommand(word) {
            self.command = command;
        } else {
            self.arguments += 1;
        }
    }

    /// `-qn`: several flags, the value of the last one in the same word or the next.
    fn take_letters(&mut self, letters: &str) {
        for (at, letter) in letters.char_indices() {
            let Some(flag) = self.flag(&format!("-{letter}")) else {
                return;
            };
            let rest = &letters[at + letter.len_utf8()..];
            if flag.get_action().takes_values() && !rest.is_empty() {
                self.give(flag, Some(rest.strip_prefix('=').unwrap_or(rest)));
                return;
            }
            self.give(flag, None);
        }
    }

    fn give(&mut self, flag: &'c Arg, value: Option<&str>) {
        if value.is_none() && flag.get_action().takes_values() {
            self.open = Some(flag);
        } else {
            self.given.push((flag, value.map(str::to_owned)));
        }
    }

    fn subcommand(&self, word: &str) -> Option<&'c Command> {
        self.command
            .find_subcommand(word)
            .filter(|_| self.arguments == 0)
    }

    /// The flag of that name: `--format` or `-o`.
    fn flag(&self, name: &str) -> Option<&'c Arg> {
        let is_named = |flag: &&Arg| match name.strip_prefix("--") {
            Some(long) => flag.get_long() == Some(long),
            None => flag
                .get_short()
                .is_some_and(|letter| name == format!("-{letter}")),
        };
        self.command.get_arguments().find(is_named)
    }

    fn value_of_named(&self, name: &str, value: &str) -> Wanted {
        self.flag(name)
            .filter(|flag| flag.get_action().takes_values())
            .map_or(Wanted::Unknown, |flag| value_of(flag, value))
    }

    /// The flags that may be given still, by both names.
    fn flags(&self) -> Vec<Candidate> {
        let open = self.command.get_arguments().filter(|flag| {
            let is_given = self.given.iter().any(|(g, _)| g.get_id() == flag.get_id());
            let repeats = matches!(flag.get_action(), ArgAction::Append | ArgAction::Count);
            !flag.is_hide_set() && (repeats || !is_given)
        });
        let names = |flag: &Arg| {
            let long = flag.get_long().map(|name| format!("--{name}"));
            let short = flag.get_short().map(|letter| format!("-{letter}"));
            let help = flag.get_help().map(ToString::to_string);
            [long, short]
                .into_iter()
                .flatten()
                .map(move |name| Candidate::new(name, help.clone()))
        };
        open.flat_map(names).collect()
    }

    /// A word that is no flag: a command's name, or the command's next argument.
    fn argument(&self, word: &str) -> Wanted {
        if self.command.has_subcommands() && self.arguments == 0 {
            return Wanted::Words(self.subcommands());
        }
        let next = self.command.get_positionals().nth(self.arguments);
        next.map_or(Wanted::Unknown, |argument| value_of(argument, word))
    }

    fn subcommands(&self) -> Vec<Candidate> {
        let shown = self.command.get_subcommands().filter(|c| !c.is_hide_set());
        shown
            .map(|c| Candidate::new(c.get_name(), c.get_about().map(ToString::to_string)))
            .collect()
    }
}

/// What may be the value of a flag or argument.
fn value_of(argument: &Arg, begun: &str) -> Wanted {
    let possible = argument.get_possible_values();
    if !possible.is_empty() {
        let shown = possible.iter().filter(|value| !value.is_hide_set());
        let candidate = |value: &clap::builder::PossibleValue| {
            Candidate::new(value.get_name(), value.get_help().map(ToString::to_string))
        };
        return Wanted::Words(shown.map(candidate).collect());
    }
    match (argument.get_value_hint(), argument.get_id().as_str()) {
        (ValueHint::FilePath, _) => Wanted::File,
        (ValueHint::DirPath, _) => Wanted::Folder,
        (_, "backup") if begun.contains("://") => Wanted::Unknown,
        (_, "backup") if begun.starts_with(['.', '~']) || begun.contains('/') => Wanted::File,
        (_, "backup") => Wanted::Live(Live::Backups),
        (_, "context") => Wanted::Live(Live::Contexts),
        (_, "cluster") => Wanted::Live(Live::Clusters),
        (_, "user") => Wanted::Live(Live::Users),
        (_, "namespace") => Wanted::Live(Live::Namespaces),
        _ => Wanted::Unknown,
    }
}

#[cfg(test)]
#[path = "tests/line.rs"]
mod tests;

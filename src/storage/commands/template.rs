//! An argument vector with placeholders: `{name}` within an argument stands for a value. Pure.

/// Programs that read one of their arguments as a program text.
const SHELLS: [&str; 8] = ["sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "busybox"];

/// An argument vector with placeholders, all of them known.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Template(Vec<String>);

/// The values of placeholders, by name.
pub type Filled<'a> = &'a [(&'static str, String)];

/// Why a vector is no template, or can't be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No program.
    #[error("an empty list of arguments")]
    Empty,
    /// A program that the data would choose.
    #[error("the program must be a fixed one, not {0:?}")]
    Program(String),
    /// A placeholder that nothing is known for.
    #[error("nothing stands for {{{name}}} here, only for {}", shown(known))]
    Unknown {
        /// Its name.
        name: String,
        /// Those that may stand there.
        known: Vec<&'static str>,
    },
    /// The value would be read by a shell.
    #[error(
        "a placeholder in a shell's script would be read as a part of it: write \"$1\" there, and {argument:?} behind \
         the script and a name"
    )]
    Script {
        /// The placeholder, with its braces.
        argument: String,
    },
    /// The value would be taken for an option.
    #[error("{0:?} begins with a dash: the program would take it for an option")]
    Option(String),
}

impl Template {
    /// Of our own, known to be right.
    pub(super) fn fixed(argv: &[&str]) -> Self {
        Self(argv.iter().map(|a| (*a).to_owned()).collect())
    }

    /// Of a user: each placeholder must be one of `known`.
    pub(super) fn read(argv: Vec<String>, known: &[&'static str]) -> Result<Self, TemplateError> {
        let program = argv.first().ok_or(TemplateError::Empty)?;
        if program.is_empty() || placeholders(program).next().is_some() {
            return Err(TemplateError::Program(program.clone()));
        }
        for (name, _) in argv.iter().flat_map(|a| placeholders(a)) {
            if !known.contains(&name) {
                return Err(TemplateError::Unknown {
                    name: name.to_owned(),
                    known: known.to_vec(),
                });
            }
        }
        if let Some((name, _)) = script(&argv).and_then(|s| placeholders(s).next()) {
            return Err(TemplateError::Script {
                argument: format!("{{{name}}}"),
            });
        }
        Ok(Self(argv))
    }

    /// The program's name.
    pub fn program(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// The arguments with the values in their places. A value that would make an option of an argument is refused,
    /// unless `--` went before.
    pub fn fill(&self, values: Filled<'_>) -> Result<Vec<String>, TemplateError> {
        let mut only_arguments = false;
        let mut filled = Vec::with_capacity(self.0.len());
        for argument in &self.0 {
            let text = fill(argument, values);
            if text.starts_with('-') && !argument.starts_with('-') && !only_arguments {
                return Err(TemplateError::Option(text));
            }
            only_arguments |= argument == "--";
            filled.push(text);
        }
        Ok(filled)
    }
}

/// Each placeholder once: what stands for one is not looked at again.
fn fill(argument: &str, values: Filled<'_>) -> String {
    let mut text = String::with_capacity(argument.len());
    let mut done = 0;
    for (name, at) in placeholders(argument) {
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            text.push_str(&argument[done..at]);
            text.push_str(value);
            done = at + name.len() + 2;
        }
    }
    text.push_str(&argument[done..]);
    text
}

/// Name and place of each `{word}`. Braces around anything but small letters and dashes mean themselves, as they do to
/// `awk` and in queries.
fn placeholders(argument: &str) -> impl Iterator<Item = (&str, usize)> {
    argument.match_indices('{').filter_map(|(at, _)| {
        let (name, _) = argument[at + 1..].split_once('}')?;
        let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
        (!name.is_empty() && name.chars().all(is_word)).then_some((name, at))
    })
}

/// The argument that a shell among these reads as its script.
fn script(argv: &[String]) -> Option<&str> {
    let is_shell = |argument: &&String| {
        let name = argument.rsplit('/').next().unwrap_or(argument);
        SHELLS.contains(&name)
    };
    let shell = argv.iter().position(|a| is_shell(&a))?;
    let is_flag = |a: &String| a.starts_with('-') && !a.starts_with("--") && a.contains('c');
    let flag = argv[shell..].iter().position(is_flag)?;
    argv.get(shell + flag + 1).map(String::as_str)
}

fn shown(known: &[&str]) -> String {
    let braced: Vec<_> = known.iter().map(|name| format!("{{{name}}}")).collect();
    braced.join(", ")
}

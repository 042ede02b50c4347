//! `__complete`: what may follow a half-typed line. kubectl asks while somebody waits for it, so an answer comes soon, and
//! where anything goes wrong there are no candidates: nothing is said, nothing is changed.

mod answer;
mod line;
mod live;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::cli::Cli;
use crate::commands::settings;
use crate::ui;

use answer::{Besides, Candidate};
use line::{Line, Wanted};

/// Not known to clap: the flags among the words are not ours.
const COMMAND: &str = "__complete";

/// The words of the line, the half-typed one last, where these are the arguments of such a question.
pub(super) fn question(arguments: &[OsString]) -> Option<Vec<String>> {
    let [_, command, words @ ..] = arguments else {
        return None;
    };
    let words = words.iter().map(|w| w.to_string_lossy().into_owned());
    (command == COMMAND).then(|| words.collect())
}

/// Prints the answer.
pub(super) fn run(words: &[String]) -> ExitCode {
    let (word, before) = match words.split_last() {
        Some((word, before)) => (word.as_str(), before),
        None => ("", &[][..]),
    };
    let mut root = Cli::command();
    root.build();
    let line = Line::read(&root, before);
    let asked = line.asked(word);
    let (candidates, besides) = match asked.wanted {
        Wanted::Words(candidates) => (candidates, Besides::Nothing),
        Wanted::Live(what) => (live_names(&line, what), Besides::Nothing),
        Wanted::File => (Vec::new(), Besides::Files),
        Wanted::Folder => (Vec::new(), Besides::Folders),
        Wanted::Unknown => (Vec::new(), Besides::Nothing),
    };
    // Whoever asked and does not listen is content with no answer.
    let _ = ui::print_text(&answer::text(&candidates, asked.begun, besides));
    ExitCode::SUCCESS
}

/// A line with the same flags, so that the same cluster and database are meant.
fn live_names(line: &Line, what: line::Live) -> Vec<Candidate> {
    let mut arguments = vec![Cli::command().get_name().to_owned(), "list".to_owned()];
    arguments.extend(line.global_flags());
    let settled = || {
        let mut cli = Cli::try_parse_from(arguments).ok()?;
        settings::settle(&mut cli).ok()?;
        live::names(cli, what)
    };
    settled().unwrap_or_default()
}

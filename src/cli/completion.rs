//! `completion`: for whom, and where to.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// Who completes
    #[arg(value_enum, value_name = "SHELL")]
    pub completer: Completer,
    /// Put kubectl's executable beside the plugin on PATH instead of printing it
    #[arg(long)]
    install: bool,
    /// Put it into this folder (with `--install`)
    #[arg(long, requires = "install", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Who completes, by a script or an executable of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Completer {
    /// The shell, the name kubectl-quetzal_db
    Bash,
    /// The shell, the name kubectl-quetzal_db
    Elvish,
    /// The shell, the name kubectl-quetzal_db
    Fish,
    /// The shell, the name kubectl-quetzal_db
    Powershell,
    /// The shell, the name kubectl-quetzal_db
    Zsh,
    /// kubectl, in each shell that completes it: `kubectl quetzal-db`, with names of backups and namespaces
    Kubectl,
}

/// Where a completion script goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// To standard output.
    Printed,
    /// Into the folder in which kubectl finds the plugin.
    BesideThePlugin,
    /// Into this folder.
    Folder(PathBuf),
}

impl CompletionArgs {
    /// Where the script goes.
    pub fn goal(&self) -> Goal {
        match &self.dir {
            _ if !self.install => Goal::Printed,
            None => Goal::BesideThePlugin,
            Some(folder) => Goal::Folder(folder.clone()),
        }
    }
}

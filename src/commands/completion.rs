//! `completion`: the script of a shell, or the executable by which kubectl asks this plugin.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::{Cli, Completer, CompletionArgs, Goal};
use crate::error::Error;
use crate::ui;

use super::Context;

/// The name under which kubectl looks for the plugin.
const PLUGIN: &str = "kubectl-quetzal_db";

/// The name under which kubectl looks for who completes it.
const KUBECTLS: &str = if cfg!(windows) {
    "kubectl_complete-quetzal_db.cmd"
} else {
    "kubectl_complete-quetzal_db"
};

const KUBECTLS_SCRIPT: &str = if cfg!(windows) {
    "@kubectl-quetzal_db __complete %*\r\n"
} else {
    "#!/bin/sh
# By this executable on PATH kubectl asks what may follow `kubectl quetzal-db`.
exec kubectl-quetzal_db __complete \"$@\"
"
};

pub(super) fn run(context: &Context, args: &CompletionArgs) -> Result<(), Error> {
    match (shell(args.completer), args.goal()) {
        (Some(shell), Goal::Printed) => Ok(ui::print_text(&script(shell))?),
        (Some(_), _) => Err(Error::OnlyPrinted),
        (None, Goal::Printed) => Ok(ui::print_text(KUBECTLS_SCRIPT)?),
        (None, Goal::BesideThePlugin) => install(context, &folder_of_the_plugin()?),
        (None, Goal::Folder(folder)) => install(context, &folder),
    }
}

fn shell(completer: Completer) -> Option<Shell> {
    match completer {
        Completer::Bash => Some(Shell::Bash),
        Completer::Elvish => Some(Shell::Elvish),
        Completer::Fish => Some(Shell::Fish),
        Completer::Powershell => Some(Shell::PowerShell),
        Completer::Zsh => Some(Shell::Zsh),
        Completer::Kubectl => None,
    }
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), PLUGIN, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Not the folder of the executable itself: that of a link to it is on PATH, as krew makes one.
fn folder_of_the_plugin() -> Result<PathBuf, Error> {
    let found = which::which(PLUGIN).map_err(|_| Error::NotOnPath)?;
    found.parent().map(Path::to_owned).ok_or(Error::NotOnPath)
}

fn install(context: &Context, folder: &Path) -> Result<(), Error> {
    let path = folder.join(KUBECTLS);
    write_executable(folder, &path).map_err(|source| Error::Install {
        path: path.clone(),
        source,
    })?;
    if !is_on_path(folder) {
        context.ui.say(&format!(
            "{} is not on PATH: kubectl does not find it there.",
            folder.display()
        ));
    }
    let written = path.display().to_string();
    let result = serde_json::json!({ "installed": written });
    Ok(context.ui.result(&format!("{written}\n"), &result)?)
}

/// Under another name first: whoever completes meanwhile finds the old one or the new one.
fn write_executable(folder: &Path, path: &Path) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(KUBECTLS_SCRIPT.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

fn is_on_path(folder: &Path) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let wanted = folder.canonicalize().ok();
    std::env::split_paths(&folders).any(|on_path| on_path.canonicalize().ok() == wanted)
}

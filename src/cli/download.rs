//! `download`: which backup, and where to.

use std::path::PathBuf;

use clap::Args;

/// `download`.
#[derive(Debug, Args)]
pub struct DownloadArgs {
    /// A name as in `list`, `latest`, a gs:// URL, a local file, or - for standard input
    #[arg(value_name = "BACKUP")]
    pub backup: String,
    /// The file, or a folder for it [default: the backup's name, in the current folder]
    // A pipe can't be taken back when the end of a backup turns out to be missing.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath, value_parser = file)]
    pub file: Option<PathBuf>,
    /// Replace a file that exists, once the new one is complete
    #[arg(long)]
    pub overwrite: bool,
}

fn file(text: &str) -> Result<PathBuf, &'static str> {
    match text {
        "-" => Err("a backup is proved at its end, and a pipe can't be taken back: name a file"),
        path => Ok(path.into()),
    }
}

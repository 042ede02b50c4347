//! `download`: a verified copy of a backup on this machine.

use std::path::Path;

use serde::Serialize;

use crate::cli::DownloadArgs;
use crate::error::Error;
use crate::storage::download::{download, target};
use crate::storage::{Compression, DownloadError, Existing, NewFile, Source};

use super::{Context, find};

/// The result as JSON.
#[derive(Serialize)]
struct Report {
    /// The backup's name.
    backup: String,
    /// Where its copy is.
    file: String,
    compression: Compression,
    stored_bytes: u64,
    /// Of the stored bytes, lower-case hexadecimal.
    sha256: String,
}

pub(super) async fn run(context: &Context, args: &DownloadArgs) -> Result<(), Error> {
    let existing = if args.overwrite {
        Existing::Replace
    } else {
        Existing::Keep
    };
    // What is known without the bucket is said before it is asked.
    if let Some(path) = args.file.as_ref().filter(|path| !path.is_dir()) {
        let free = NewFile::check(path, existing).await;
        free.map_err(DownloadError::from)?;
    }
    let copy = async |source: Source| copy(context, args.file.as_deref(), existing, &source).await;
    let report = find::reading(context, &args.backup, copy).await?;
    let text = format!("{}\n", report.file);
    Ok(context.ui.result(&text, &report)?)
}

async fn copy(
    context: &Context,
    asked: Option<&Path>,
    existing: Existing,
    source: &Source,
) -> Result<Report, Error> {
    let path = target(source, asked).await?;
    let file = NewFile::begin(&path, existing).await;
    let file = file.map_err(DownloadError::from)?;
    let progress = context.ui.progress();
    progress.begin(&format!("Download {}", source.name()));
    let verified = download(source, file, progress.as_ref()).await?;
    progress.done("complete");
    Ok(Report {
        backup: source.name().to_owned(),
        file: path.display().to_string(),
        compression: verified.compression,
        stored_bytes: verified.stored_bytes,
        sha256: verified.sha256,
    })
}

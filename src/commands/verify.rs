//! `verify`: a whole backup read and proved; nothing is touched, and a local file needs no cluster.

use serde::Serialize;

use crate::cli::VerifyArgs;
use crate::dump::Inventory;
use crate::error::Error;
use crate::storage::{Compression, Source, Verified};
use crate::ui::render;

use super::{Context, find};

/// The result as JSON.
#[derive(Serialize)]
struct Report<'a> {
    backup: &'a str,
    compression: Compression,
    stored_bytes: u64,
    sha256: &'a str,
    inventory: &'a Inventory,
}

pub(super) async fn run(context: &Context, args: &VerifyArgs) -> Result<(), Error> {
    let prove = async |source: Source| {
        let verified = prove(context, &source).await?;
        Ok((source, verified))
    };
    let (source, verified) = find::reading(context, &args.backup, prove).await?;
    report(context, &source, &verified)
}

/// Reads it all, with progress.
pub(super) async fn prove(context: &Context, source: &Source) -> Result<Verified, Error> {
    let progress = context.ui.progress();
    progress.begin(&format!("Verify {}", source.name()));
    let verified = source.verify(progress.as_ref()).await?;
    progress.done("complete");
    Ok(verified)
}

fn report(context: &Context, source: &Source, v: &Verified) -> Result<(), Error> {
    let json = Report {
        backup: source.name(),
        compression: v.compression,
        stored_bytes: v.stored_bytes,
        sha256: &v.sha256,
        inventory: &v.inventory,
    };
    Ok(context
        .ui
        .result(&render::verified(source.name(), v), &json)?)
}

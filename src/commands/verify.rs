//! `verify`: a whole backup read and proved; nothing is touched, and a local file needs no cluster.

use crate::cli::VerifyArgs;
use crate::error::Error;
use crate::storage::{Source, Verified};
use crate::ui::render;
use crate::ui::report::VerifyReport;

use super::{Context, find};

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
    let json = VerifyReport::new(source.name(), v);
    Ok(context
        .ui
        .result(&render::verified(source.name(), v), &json)?)
}

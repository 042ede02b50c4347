//! `backup`: a Job from the CronJob, followed and proved; or a dump straight into a file.

use std::path::Path;

use serde::Serialize;

use crate::backup::{job, local};
use crate::cli::BackupArgs;
use crate::cluster::Cluster;
use crate::error::Error;
use crate::storage::Memory;

use super::Context;

#[derive(Serialize)]
struct Started<'a> {
    job: &'a str,
}

#[derive(Serialize)]
struct Written {
    file: String,
    bytes: u64,
    rows: u64,
}

pub(super) async fn run(context: &Context, args: &BackupArgs) -> Result<(), Error> {
    let cluster = context.cluster().await?;
    if let Some(path) = &args.output {
        return context
            .until_interrupted(into_file(context, &cluster, path))
            .await;
    }
    let cronjob = context.cronjob(&cluster, None).await?;
    if args.no_wait {
        let job = cluster.start_backup(&cronjob).await?;
        let text = format!("job.batch/{}\n", job.name);
        return Ok(context.ui.result(&text, &Started { job: &job.name })?);
    }
    let (bucket, place) = context.bucket(&cluster, &cronjob, None).await?;
    let progress = context.ui.progress();
    let run =
        async { Ok(job::run(&cluster, &cronjob, &bucket, args.timeout, progress.as_ref()).await?) };
    let done = context.until_interrupted(run).await;
    place.leave().await?;
    if matches!(done, Err(Error::Interrupted)) {
        context.ui.say("Ctrl-C stopped the watching, not the Job.");
    }
    let object = done?;
    let kept = Memory::of_this_user(&cluster).map(|memory| memory.add(bucket.folder(), &object));
    if let Some(Err(error)) = kept {
        tracing::debug!("the backup is not kept for completion: {error}");
    }
    Ok(context.ui.result(&format!("{}\n", object.name), &object)?)
}

async fn into_file(context: &Context, cluster: &Cluster, path: &Path) -> Result<(), Error> {
    let database = context.database(cluster).await?;
    let progress = context.ui.progress();
    let inventory = local::run(&database.container, path, progress.as_ref()).await?;
    let written = Written {
        file: path.display().to_string(),
        bytes: inventory.bytes,
        rows: inventory.rows(),
    };
    Ok(context
        .ui
        .result(&format!("{}\n", written.file), &written)?)
}

//! `list`: the backups of the bucket.

use crate::cli::ListArgs;
use crate::error::Error;
use crate::restore::{drill_list, safety_list};
use crate::ui::render::{self, DrillNote, ListedBackup};

use super::{Context, find};

/// Backups that a terminal gets where nothing else is asked for.
const ON_A_TERMINAL: usize = 20;

pub(super) async fn run(context: &Context, args: &ListArgs) -> Result<(), Error> {
    let cluster = context.cluster().await?;
    let cronjob = context.cronjob(&cluster, None).await?;
    let (bucket, place) = context.bucket(&cluster, &cronjob, None).await?;
    let listed = context
        .until_interrupted(async { Ok(bucket.list().await?) })
        .await;
    place.leave().await?;
    let objects = listed?;
    find::remember(&cluster, bucket.folder(), &objects);
    if objects.is_empty() {
        context.ui.say(&format!(
            "No backups in {}. Take one: kubectl quetzal-db backup",
            bucket.folder()
        ));
    }
    let safety = safety_list::read(&cluster).await?;
    let safety = safety.among(bucket.folder(), &safety_list::listed(&objects));
    let drills = drill_list::read(&cluster).await?;
    let limit = limit(context, args);
    let more = objects.len().saturating_sub(limit);
    let listed: Vec<_> = objects
        .into_iter()
        .take(limit)
        .map(|object| ListedBackup {
            safety_copy: safety.get(&object.name).cloned(),
            drill: drills.of(&object.name, object.size).map(DrillNote::from),
            object,
        })
        .collect();
    let now = crate::clock::now();
    context.ui.result(&render::backups(&listed, now), &listed)?;
    if more > 0 {
        context.ui.say(&format!(
            "{more} more, all older: kubectl quetzal-db list --limit 0"
        ));
    }
    Ok(())
}

/// How many are shown.
fn limit(context: &Context, args: &ListArgs) -> usize {
    match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None if context.ui.shows_results_to_a_person() => ON_A_TERMINAL,
        None => usize::MAX,
    }
}

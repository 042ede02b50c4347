//! `list`: the backups of the bucket.

use crate::error::Error;
use crate::restore::safety_list;
use crate::ui::render::{self, ListedBackup};

use super::{Context, find};

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    let cluster = context.cluster().await?;
    let cronjob = context.cronjob(&cluster, None).await?;
    let (bucket, place) = context.bucket(&cluster, &cronjob, None).await?;
    let listed = context
        .until_interrupted(async { Ok(bucket.list().await?) })
        .await;
    place.leave().await?;
    let objects = listed?;
    find::remember(bucket.folder(), &objects);
    if objects.is_empty() {
        context.ui.say(&format!(
            "No backups in {}. Take one: kubectl quetzal-db backup",
            bucket.folder()
        ));
    }
    let safety = safety_list::read(&cluster).await?;
    let safety = safety.among(bucket.folder(), &safety_list::listed(&objects));
    let listed: Vec<_> = objects
        .into_iter()
        .map(|object| ListedBackup {
            safety_copy: safety.get(&object.name).cloned(),
            object,
        })
        .collect();
    let now = crate::clock::now();
    Ok(context.ui.result(&render::backups(&listed, now), &listed)?)
}

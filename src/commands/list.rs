//! `list`: the backups of the bucket.

use crate::error::Error;
use crate::ui::render;

use super::Context;

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    let cluster = context.cluster().await?;
    let cronjob = context.cronjob(&cluster, None).await?;
    let (bucket, place) = context.bucket(&cluster, &cronjob, None).await?;
    let listed = context
        .until_interrupted(async { Ok(bucket.list().await?) })
        .await;
    place.leave().await?;
    let objects = listed?;
    if objects.is_empty() {
        context.ui.say(&format!(
            "No backups in {}. Take one: kubectl quetzal-db backup",
            bucket.folder()
        ));
    }
    let now = jiff::Timestamp::now();
    Ok(context
        .ui
        .result(&render::objects(&objects, now), &objects)?)
}

//! `list`: the backups of the bucket.

use crate::error::Error;
use crate::ui::render;

use super::Context;

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    let cluster = context.cluster().await?;
    let cronjob = context.cronjob(&cluster, None).await?;
    let (bucket, helper) = context.bucket(&cluster, &cronjob).await?;
    let listed = bucket.list().await;
    helper.remove().await?;
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

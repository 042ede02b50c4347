//! `cleanup`: drops the databases that finished restores kept, and their records.

use serde::Serialize;

use crate::cli::ConfirmArgs;
use crate::error::Error;
use crate::restore::record::Standing;
use crate::restore::steps::drop_kept;

use super::Context;
use super::site::{Sessions, observe};

#[derive(Serialize)]
struct Report {
    dropped: Vec<String>,
}

pub(super) async fn run(context: &Context, args: &ConfirmArgs) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    let over = |e: &super::site::Earlier| match e.record.standing() {
        Standing::Finished | Standing::RolledBack => true,
        Standing::GivenUp => seen.lost(e).is_empty(),
        Standing::Interrupted | Standing::Stuck => false,
    };
    let earlier: Vec<_> = seen.earlier().await?.into_iter().filter(over).collect();
    let names = |e: &super::site::Earlier| -> Vec<String> {
        let kept = e
            .record
            .plan
            .databases
            .iter()
            .filter_map(|d| d.kept.clone());
        kept.filter(|name| seen.live.database(name).is_some())
            .collect()
    };
    let dropped: Vec<String> = earlier.iter().flat_map(names).collect();
    if earlier.is_empty() {
        context.ui.say("There is nothing to clean up.");
        return Ok(context.ui.result("", &Report { dropped })?);
    }
    if !dropped.is_empty() {
        context.ui.say(&format!(
            "These databases will be dropped: {}.",
            dropped.join(", ")
        ));
    }
    if !args.yes && !dropped.is_empty() {
        context
            .ui
            .confirm("After that there is no way back.", &seen.release())?;
    }
    let lock = seen.lock(context, Sessions::Respect).await?;
    let server = crate::server::Server::new(
        seen.database.container.clone(),
        "kubectl-quetzal-db".to_owned(),
    );
    let progress = context.ui.progress();
    let work = async {
        for e in &earlier {
            drop_kept(&server, &e.record.plan, progress.as_ref())
                .await
                .map_err(Error::from)?;
            seen.cluster.delete_document(&e.document).await?;
        }
        Ok::<_, Error>(())
    };
    let done = work.await;
    let released = lock.release().await;
    done?;
    released?;
    let text = if dropped.is_empty() {
        "Only records of former restores were left: removed.\n".to_owned()
    } else {
        format!("Dropped {}.\n", dropped.join(", "))
    };
    Ok(context.ui.result(&text, &Report { dropped })?)
}

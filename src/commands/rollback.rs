//! `rollback`: back to what was there before a restore, whether it was interrupted or finished.

use crate::cli::ConfirmArgs;
use crate::error::Error;
use crate::restore::engine::{self, RestoreError};
use crate::restore::in_place;
use crate::restore::journal::{Status, StepName};
use crate::restore::ledger::Ledger;
use crate::restore::record::Standing;

use super::Context;
use super::site::{Earlier, Sessions, observe};

pub(super) async fn run(context: &Context, args: &ConfirmArgs) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    let newest = seen
        .earlier()
        .await?
        .into_iter()
        .find(|e| e.record.standing() != Standing::RolledBack);
    let Some(Earlier { document, record }) = newest else {
        return Err(Error::NothingToRollBack);
    };
    let release = record.plan.target.release.clone();
    let swapped = record.journal.status(StepName::Swap) != Status::Pending;
    context.ui.say(&format!(
        "Restore {} of {}, begun {}.",
        record.plan.id, record.plan.backup.name, record.begun_at
    ));
    let emptied = in_place::may_be_gone(&record);
    if (swapped || emptied) && !args.yes {
        let question = if emptied {
            "What was loaded is dropped; the old databases come back from the safety backup only."
        } else {
            "The databases from before it come back; whatever was written since then is lost."
        };
        context.ui.confirm(question, &release)?;
    }
    let lock = seen.lock(context, Sessions::End).await?;
    let cluster = seen.cluster.clone();
    let mut site = seen.site(context, &record);
    let mut ledger = Ledger::reopen(&cluster, document, record);
    let done = engine::roll_back(&mut site, &mut ledger).await;
    let closed = if done.is_ok() {
        ledger.close().await
    } else {
        Ok(())
    };
    let released = lock.release().await;
    done?;
    closed.map_err(RestoreError::from)?;
    released?;
    let text = format!("Rolled back restore {} of {release}.\n", site.plan.id);
    Ok(context.ui.result(&text, &site.plan.id)?)
}

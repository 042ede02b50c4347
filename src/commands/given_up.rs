//! The records of restores in place that were given up: they are needed until the databases are there again.

use crate::error::Error;
use crate::restore::in_place;
use crate::restore::record::{KIND, Record, Standing};
use crate::restore::steps::World;

/// After a restore: removes the records of those whose databases it brought back.
pub(super) async fn forget(world: &World) -> Result<(), Error> {
    let (cluster, server) = (&world.site.cluster, &world.site.server);
    let mut given_up = Vec::new();
    for document in cluster.documents(KIND).await? {
        let record = Record::read(&document.name, &document.text)?;
        if record.standing() == Standing::GivenUp {
            given_up.push((document, record));
        }
    }
    if given_up.is_empty() {
        return Ok(());
    }
    let live = server.catalog().await?;
    let names: Vec<_> = live.databases.into_iter().map(|d| d.name).collect();
    for (document, record) in given_up {
        let ours = record.system_identifier == live.system_identifier;
        if ours && in_place::missing(&record.plan, &names).is_empty() {
            cluster.delete_document(&document).await?;
        }
    }
    Ok(())
}

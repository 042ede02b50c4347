//! Keeps in the cluster what the last drills found.

use crate::cluster::Cluster;

use super::evidence::{Drilled, Drills};
use super::list::{ListError, Place};

const PLACE: Place = Place {
    kind: "drills",
    document: "quetzal-db-drills",
    what: "drills",
};

/// What is known; nothing where there was never a drill.
pub async fn read(cluster: &Cluster) -> Result<Drills, ListError> {
    PLACE.read(cluster).await
}

/// Keeps what one found.
pub async fn keep(cluster: &Cluster, drilled: &Drilled) -> Result<(), ListError> {
    let keep = |drills: &mut Drills| drills.keep(drilled.clone());
    PLACE.change(cluster, keep).await
}

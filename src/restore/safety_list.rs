//! Keeps the list of safety copies in the cluster, where every restore of the namespace adds to it.

use crate::cluster::Cluster;
use crate::storage::Object;

use super::list::{ListError, Place};
use super::safety::{DOCUMENT, KIND, Listed, SafetyCopies};

const PLACE: Place = Place {
    kind: KIND,
    document: DOCUMENT,
    what: "safety copies",
};

/// The list; empty where there was never a safety copy.
pub async fn read(cluster: &Cluster) -> Result<SafetyCopies, ListError> {
    PLACE.read(cluster).await
}

/// Changes it.
pub async fn change(cluster: &Cluster, act: impl Fn(&mut SafetyCopies)) -> Result<(), ListError> {
    PLACE.change(cluster, act).await
}

/// The backups of a bucket as the list knows them.
pub fn listed(objects: &[Object]) -> Vec<Listed> {
    let one = |o: &Object| Listed {
        time: o.created,
        name: o.name.clone(),
    };
    objects.iter().map(one).collect()
}

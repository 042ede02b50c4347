//! Keeps the list of safety copies in the cluster, where every restore of the namespace adds to it.

use crate::cluster::{ApiError, Cluster, Document};
use crate::storage::Object;

use super::safety::{DOCUMENT, KIND, Listed, SafetyCopies};

/// Others may write at the same moment: so often the change is made anew on what they wrote.
const TRIES: u32 = 10;

/// Why the list is not known, or not changed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Not the JSON of a list.
    #[error("the list of safety copies in configmap/{DOCUMENT} cannot be read")]
    Text(#[from] serde_json::Error),
    /// The cluster.
    #[error("the list of safety copies is out of reach")]
    Store(#[from] ApiError),
}

/// The list; empty where there was never a safety copy.
pub async fn read(cluster: &Cluster) -> Result<SafetyCopies, ListError> {
    match find(cluster).await? {
        Some(document) => Ok(serde_json::from_str(&document.text)?),
        None => Ok(SafetyCopies::default()),
    }
}

/// Changes it.
pub async fn change(cluster: &Cluster, act: impl Fn(&mut SafetyCopies)) -> Result<(), ListError> {
    let mut tries = 0;
    loop {
        match try_change(cluster, &act).await {
            Err(ListError::Store(error))
                if tries < TRIES && (error.is_conflict() || error.is_already_exists()) =>
            {
                tries += 1;
            }
            done => return done,
        }
    }
}

/// The backups of a bucket as the list knows them.
pub fn listed(objects: &[Object]) -> Vec<Listed> {
    let one = |o: &Object| Listed {
        time: o.created,
        name: o.name.clone(),
    };
    objects.iter().map(one).collect()
}

async fn find(cluster: &Cluster) -> Result<Option<Document>, ApiError> {
    let documents = cluster.documents(KIND).await?;
    Ok(documents.into_iter().find(|d| d.name == DOCUMENT))
}

async fn try_change(cluster: &Cluster, act: &impl Fn(&mut SafetyCopies)) -> Result<(), ListError> {
    let found = find(cluster).await?;
    let before = match &found {
        Some(document) => serde_json::from_str(&document.text)?,
        None => SafetyCopies::default(),
    };
    let mut after = before.clone();
    act(&mut after);
    if after == before {
        return Ok(());
    }
    let text = serde_json::to_string_pretty(&after)?;
    match found {
        Some(mut document) => cluster.update_document(KIND, &mut document, &text).await?,
        None => drop(cluster.create_document(KIND, DOCUMENT, &text).await?),
    }
    Ok(())
}

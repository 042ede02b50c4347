//! Lists that are kept in the cluster, one document each, where every plugin of the namespace adds to them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cluster::{ApiError, Cluster, Document};

/// Others may write at the same moment: so often the change is made anew on what they wrote.
const TRIES: u32 = 10;

/// Where a list is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Kind of the document.
    pub kind: &'static str,
    /// Its name.
    pub document: &'static str,
    /// What it lists, for messages.
    pub what: &'static str,
}

/// Why a list is not known, or not changed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Not the JSON of a list.
    #[error("the list of {what} in configmap/{document} cannot be read")]
    Text {
        /// What it lists.
        what: &'static str,
        /// The ConfigMap.
        document: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// It does not become text.
    #[error("cannot put the list of {what} into words")]
    Words {
        /// What it lists.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// The cluster.
    #[error("the list of {what} is out of reach")]
    Store {
        /// What it lists.
        what: &'static str,
        /// Why.
        source: ApiError,
    },
}

impl Place {
    /// The list; an empty one where none was ever written.
    pub async fn read<T: Default + DeserializeOwned>(
        self,
        cluster: &Cluster,
    ) -> Result<T, ListError> {
        match self.find(cluster).await? {
            Some(document) => self.parse(&document),
            None => Ok(T::default()),
        }
    }

    /// Changes it.
    pub async fn change<T>(self, cluster: &Cluster, act: impl Fn(&mut T)) -> Result<(), ListError>
    where
        T: Default + Clone + PartialEq + Serialize + DeserializeOwned,
    {
        let mut tries = 0;
        loop {
            match self.try_change(cluster, &act).await {
                Err(ListError::Store { source, .. })
                    if tries < TRIES && (source.is_conflict() || source.is_already_exists()) =>
                {
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    async fn try_change<T>(self, cluster: &Cluster, act: &impl Fn(&mut T)) -> Result<(), ListError>
    where
        T: Default + Clone + PartialEq + Serialize + DeserializeOwned,
    {
        let found = self.find(cluster).await?;
        let before: T = match &found {
            Some(document) => self.parse(document)?,
            None => T::default(),
        };
        let mut after = before.clone();
        act(&mut after);
        if after == before {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&after).map_err(|source| ListError::Words {
            what: self.what,
            source,
        })?;
        let written = if let Some(mut document) = found {
            let update = cluster.update_document(self.kind, &mut document, &text);
            update.await
        } else {
            let create = cluster.create_document(self.kind, self.document, &text);
            create.await.map(drop)
        };
        written.map_err(|source| self.store(source))
    }

    async fn find(self, cluster: &Cluster) -> Result<Option<Document>, ListError> {
        let documents = cluster.documents(self.kind).await;
        let documents = documents.map_err(|source| self.store(source))?;
        Ok(documents.into_iter().find(|d| d.name == self.document))
    }

    fn parse<T: DeserializeOwned>(self, document: &Document) -> Result<T, ListError> {
        serde_json::from_str(&document.text).map_err(|source| ListError::Text {
            what: self.what,
            document: self.document,
            source,
        })
    }

    fn store(self, source: ApiError) -> ListError {
        ListError::Store {
            what: self.what,
            source,
        }
    }
}

//! Small texts kept in the cluster, one ConfigMap each, so that anybody on any machine finds them again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::api::{DeleteParams, ObjectMeta, PostParams};

use super::api::{Answers, ApiError};
use super::connect::Cluster;

/// Written into every object of ours, and into its managed fields.
pub const FIELD_MANAGER: &str = "kubectl-quetzal-db";
/// The label that says by whom an object was made.
pub(super) const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const KIND: &str = "quetzal-db/document";
const KEY: &str = "document.json";

/// A text and the version of it that we know.
#[derive(Debug, Clone)]
pub struct Document {
    /// The ConfigMap's name.
    pub name: String,
    /// The text.
    pub text: String,
    version: Option<String>,
    /// When it was made, by the API server's clock; it does not depend on any client's.
    pub created: Option<Timestamp>,
}

impl Cluster {
    /// All documents of a kind, such as `restore`.
    pub async fn documents(&self, kind: &str) -> Result<Vec<Document>, ApiError> {
        let maps = self
            .list::<ConfigMap>("configmaps", &format!("{KIND}={kind}"))
            .await?;
        Ok(maps.into_iter().map(document).collect())
    }

    /// Makes a new document; its name must be free.
    pub async fn create_document(
        &self,
        kind: &str,
        name: &str,
        text: &str,
    ) -> Result<Document, ApiError> {
        let map = config_map(kind, name, text, None);
        let what = format!("create configmap/{name}");
        let (api, post) = (self.api::<ConfigMap>(), post());
        match self.repeat(&what, || api.create(&post, &map)).await {
            (Err(error), Answers::Lost) if error.is_already_exists() => {
                self.own(name, text).await?.ok_or(error)
            }
            (made, _) => Ok(document(made?)),
        }
    }

    /// Replaces a document's text, unless somebody else changed it since we read it: then it is a conflict.
    pub async fn update_document(
        &self,
        kind: &str,
        document: &mut Document,
        text: &str,
    ) -> Result<(), ApiError> {
        let map = config_map(kind, &document.name, text, document.version.clone());
        let what = format!("write configmap/{}", document.name);
        let (api, post) = (self.api::<ConfigMap>(), post());
        let replaced = self
            .repeat(&what, || api.replace(&document.name, &post, &map))
            .await;
        *document = match replaced {
            (Err(error), Answers::Lost) if error.is_conflict() => {
                self.own(&document.name, text).await?.ok_or(error)?
            }
            (made, _) => self::document(made?),
        };
        Ok(())
    }

    /// The document, if it has the text that we wrote: then the answer was lost and not the request.
    async fn own(&self, name: &str, text: &str) -> Result<Option<Document>, ApiError> {
        let what = format!("get configmap/{name}");
        let api = self.api::<ConfigMap>();
        let found = self.read(&what, || api.get_opt(name)).await?;
        Ok(found.map(document).filter(|found| found.text == text))
    }

    /// Removes a document; one that is gone already is fine.
    pub async fn delete_document(&self, document: &Document) -> Result<(), ApiError> {
        let what = format!("delete configmap/{}", document.name);
        let api = self.api::<ConfigMap>();
        let params = DeleteParams::default();
        let deleted = self.repeat(&what, || api.delete(&document.name, &params));
        match deleted.await.0 {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

fn post() -> PostParams {
    PostParams {
        field_manager: Some(FIELD_MANAGER.to_owned()),
        ..PostParams::default()
    }
}

fn document(map: ConfigMap) -> Document {
    Document {
        name: map.name_any(),
        version: map.resource_version(),
        created: map.creation_timestamp().map(|time| time.0),
        text: map
            .data
            .and_then(|mut data| data.remove(KEY))
            .unwrap_or_default(),
    }
}

fn config_map(kind: &str, name: &str, text: &str, version: Option<String>) -> ConfigMap {
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    ConfigMap {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(BTreeMap::from([
                label(MANAGED_BY, FIELD_MANAGER),
                label(KIND, kind),
            ])),
            resource_version: version,
            ..ObjectMeta::default()
        },
        data: Some(BTreeMap::from([label(KEY, text)])),
        ..ConfigMap::default()
    }
}

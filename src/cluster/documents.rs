//! Small texts kept in the cluster, one ConfigMap each, so that anybody on any machine finds them again.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::api::{DeleteParams, ObjectMeta, PostParams};

use super::api::ApiError;
use super::connect::Cluster;

/// Written into every object of ours, and into its managed fields.
pub const FIELD_MANAGER: &str = "kubectl-quetzal-db";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
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
        let made = self
            .write(&what, self.api::<ConfigMap>().create(&post(), &map))
            .await?;
        Ok(document(made))
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
        let made = self
            .write(
                &what,
                self.api::<ConfigMap>()
                    .replace(&document.name, &post(), &map),
            )
            .await?;
        document.version = made.resource_version();
        text.clone_into(&mut document.text);
        Ok(())
    }

    /// Removes a document; one that is gone already is fine.
    pub async fn delete_document(&self, document: &Document) -> Result<(), ApiError> {
        let what = format!("delete configmap/{}", document.name);
        let api = self.api::<ConfigMap>();
        match self
            .write(&what, api.delete(&document.name, &DeleteParams::default()))
            .await
        {
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

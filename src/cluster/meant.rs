//! What was probably meant, where a flag's value fits nothing: looked for only after the fact, and only as a hint, so
//! whatever goes wrong here means that nothing is offered.

use k8s_openapi::NamespaceResourceScope;
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;

use crate::hint::{nearest_name, word};

use super::api::ApiError;
use super::connect::Cluster;
use super::find::FindError;
use super::select::{INSTANCE, SelectError, Selector};

impl Cluster {
    /// The error with what was probably meant by the name, the instance or the namespace.
    pub(super) async fn with_meant<K>(
        &self,
        error: SelectError,
        kind: &str,
        (flag, name): (&str, Option<&String>),
        selector: &Selector,
    ) -> SelectError
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + DeserializeOwned,
    {
        let SelectError::None {
            what,
            namespace,
            selector: sought,
            ..
        } = error
        else {
            return error;
        };
        let mut meant = None;
        if let Some(name) = name {
            let there = self.list::<K>(kind, "").await.unwrap_or_default();
            let names: Vec<_> = there.iter().map(ResourceExt::name_any).collect();
            meant = nearest_name(name, &names).map(|name| format!("{flag} {name}"));
        } else if let Some(instance) = &selector.instance {
            let there = self.list::<K>(kind, &selector.labels).await;
            let there = there.unwrap_or_default();
            let labels = there.iter().filter_map(|o| o.labels().get(INSTANCE));
            let names: Vec<_> = labels.cloned().collect();
            meant = nearest_name(instance, &names).map(|name| format!("--instance {name}"));
        }
        if meant.is_none() {
            meant = self.meant_namespace().await;
        }
        SelectError::None {
            what,
            namespace,
            selector: sought,
            meant,
        }
    }

    /// The error where the account may not look into a namespace, with the one that was probably meant.
    pub(super) async fn not_to_be_seen(&self, error: ApiError) -> FindError {
        match &error {
            ApiError::Forbidden { .. } => match self.meant_namespace().await {
                Some(meant) => FindError::Closed {
                    namespace: self.namespace().to_owned(),
                    meant,
                    source: error,
                },
                None => error.into(),
            },
            _ => error.into(),
        }
    }

    /// Only where there is no namespace of that name; those that the account may not list are known by the kubeconfig.
    async fn meant_namespace(&self) -> Option<String> {
        let listed = self.namespaces().await;
        let names = listed.unwrap_or_else(|_| self.known_namespaces.to_vec());
        if names.iter().any(|name| name == self.namespace()) {
            return None;
        }
        let meant = nearest_name(self.namespace(), &names)?;
        Some(format!("--namespace {}", word(&meant)))
    }
}

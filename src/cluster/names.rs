//! Names that people choose from: those of the kubeconfig, and the cluster's namespaces.

use std::path::Path;

use k8s_openapi::api::core::v1::Namespace;
use kube::api::ListParams;
use kube::config::Kubeconfig;
use kube::{Api, ResourceExt};

use super::api::ApiError;
use super::connect::{Cluster, ConnectError};
use super::kubeconfig;

/// What a kubeconfig has names for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeconfigNames {
    /// The context that is meant where none is named.
    pub current: Option<String>,
    /// Contexts.
    pub contexts: Vec<String>,
    /// Clusters.
    pub clusters: Vec<String>,
    /// Users.
    pub users: Vec<String>,
    /// Namespaces that its contexts name.
    pub namespaces: Vec<String>,
}

impl KubeconfigNames {
    /// Of this file, or of those that kubectl would read.
    pub fn read(path: Option<&Path>) -> Result<Self, ConnectError> {
        let kubeconfig = kubeconfig::read(path).map_err(ConnectError::Kubeconfig)?;
        Ok(Self::of(&kubeconfig))
    }

    /// Of one that was read.
    pub(super) fn of(kubeconfig: &Kubeconfig) -> Self {
        let contexts = kubeconfig.contexts.iter();
        let clusters = kubeconfig.clusters.iter();
        let users = kubeconfig.auth_infos.iter();
        let namespaces = contexts
            .clone()
            .filter_map(|c| c.context.as_ref()?.namespace.clone());
        Self {
            current: kubeconfig.current_context.clone(),
            namespaces: namespaces.collect(),
            contexts: contexts.map(|c| c.name.clone()).collect(),
            clusters: clusters.map(|c| c.name.clone()).collect(),
            users: users.map(|u| u.name.clone()).collect(),
        }
    }
}

impl Cluster {
    /// The namespaces, where the account may see them.
    pub async fn namespaces(&self) -> Result<Vec<String>, ApiError> {
        let api: Api<Namespace> = Api::all(self.client.clone());
        let params = ListParams::default();
        let list = self.read("list namespaces", || async { api.list(&params).await });
        Ok(list.await?.iter().map(ResourceExt::name_any).collect())
    }
}

//! Names that people choose from: those of the kubeconfig, and the cluster's namespaces.

use std::path::Path;

use k8s_openapi::api::core::v1::Namespace;
use kube::api::ListParams;
use kube::config::Kubeconfig;
use kube::{Api, ResourceExt};

use super::api::ApiError;
use super::connect::{Cluster, ConnectError};

/// What a kubeconfig has names for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeconfigNames {
    /// Contexts.
    pub contexts: Vec<String>,
    /// Clusters.
    pub clusters: Vec<String>,
    /// Users.
    pub users: Vec<String>,
}

impl KubeconfigNames {
    /// Of this file, or of those that kubectl would read.
    pub fn read(path: Option<&Path>) -> Result<Self, ConnectError> {
        let read = path.map_or_else(Kubeconfig::read, Kubeconfig::read_from);
        let kubeconfig = read.map_err(ConnectError::Kubeconfig)?;
        Ok(Self {
            contexts: kubeconfig.contexts.into_iter().map(|c| c.name).collect(),
            clusters: kubeconfig.clusters.into_iter().map(|c| c.name).collect(),
            users: kubeconfig.auth_infos.into_iter().map(|u| u.name).collect(),
        })
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

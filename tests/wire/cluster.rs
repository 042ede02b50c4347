//! The test cluster, as `make test` names it.

use std::path::PathBuf;

use quetzal_db::cluster::{Cluster, ConnectOptions, Container, Selector};

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: `make test` brings up a cluster and sets it")
    })
}

/// Options that lead to the test namespace.
pub(crate) fn options() -> ConnectOptions {
    ConnectOptions {
        kubeconfig: Some(PathBuf::from(variable("QUETZAL_TEST_KUBECONFIG"))),
        namespace: Some(variable("QUETZAL_TEST_NAMESPACE")),
        ..ConnectOptions::default()
    }
}

/// The test namespace.
pub(crate) async fn connect() -> Cluster {
    Cluster::connect(&options()).await.unwrap()
}

/// The container of the demo's database.
pub(crate) async fn database(cluster: &Cluster) -> Container {
    cluster
        .database(&Selector::default())
        .await
        .unwrap()
        .container
}

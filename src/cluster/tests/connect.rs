//! Tests of `connect`.

use super::*;

#[test]
fn debug_output_hides_the_token() {
    let options = ConnectOptions {
        token: Some("tell-nobody".into()),
        ..Default::default()
    };
    assert!(!format!("{options:?}").contains("tell-nobody"));
}

#[tokio::test]
async fn a_named_kubeconfig_that_is_missing_is_an_error() {
    let options = ConnectOptions {
        kubeconfig: Some("/nonexistent/kubeconfig".into()),
        ..Default::default()
    };
    let error = Cluster::connect(&options).await.unwrap_err();
    assert!(matches!(error, ConnectError::Kubeconfig(_)), "{error:?}");
}

#[tokio::test]
async fn flags_override_the_kubeconfig() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KUBECONFIG).unwrap();
    let options = ConnectOptions {
        kubeconfig: Some(file.path().to_owned()),
        context: Some("b".into()),
        server: Some("https://127.0.0.1:7".into()),
        namespace: Some("other".into()),
        ..Default::default()
    };
    let cluster = Cluster::connect(&options).await.unwrap();
    assert_eq!(cluster.context(), "b");
    assert_eq!(cluster.namespace(), "other");
    assert_eq!(cluster.server(), "https://127.0.0.1:7/");
    let plain = ConnectOptions {
        server: None,
        namespace: None,
        ..options
    };
    let cluster = Cluster::connect(&plain).await.unwrap();
    assert_eq!(cluster.namespace(), "quetzal-b");
    assert_eq!(cluster.server(), "https://b.example:6443/");
}

#[tokio::test]
async fn an_unknown_context_is_named_by_the_cause() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KUBECONFIG).unwrap();
    let options = ConnectOptions {
        kubeconfig: Some(file.path().to_owned()),
        context: Some("nowhere".into()),
        ..Default::default()
    };
    let error = Cluster::connect(&options).await.unwrap_err();
    let ConnectError::Kubeconfig(source) = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        source.to_string(),
        "failed to load current context: nowhere"
    );
}

const KUBECONFIG: &str = "apiVersion: v1
kind: Config
current-context: a
clusters:
- {name: a, cluster: {server: 'https://a.example:6443'}}
- {name: b, cluster: {server: 'https://b.example:6443'}}
users:
- {name: u, user: {token: t}}
contexts:
- {name: a, context: {cluster: a, user: u}}
- {name: b, context: {cluster: b, user: u, namespace: quetzal-b}}
";

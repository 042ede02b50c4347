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
async fn what_the_kubeconfig_lacks_is_named_with_the_nearest() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KUBECONFIG).unwrap();
    let plain = ConnectOptions {
        kubeconfig: Some(file.path().to_owned()),
        ..Default::default()
    };
    let with = |flag: &str, value: &str| {
        let mut options = plain.clone();
        let value = Some(value.to_owned());
        match flag {
            "context" => options.context = value,
            "cluster" => options.cluster = value,
            _ => options.user = value,
        }
        options
    };
    for (flag, value, meant) in [
        ("context", "prodcution", Some("production")),
        ("context", "nowhere", None),
        ("cluster", "production", None),
        ("user", "operater", Some("operator")),
    ] {
        let error = Cluster::connect(&with(flag, value)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the kubeconfig has no {flag} {value:?}")
        );
        let ConnectError::Unknown { nearest, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(nearest.as_deref(), meant, "{flag} {value}");
    }
    Cluster::connect(&with("context", "production"))
        .await
        .unwrap();
}

const KUBECONFIG: &str = "apiVersion: v1
kind: Config
current-context: a
clusters:
- {name: a, cluster: {server: 'https://a.example:6443'}}
- {name: b, cluster: {server: 'https://b.example:6443'}}
users:
- {name: u, user: {token: t}}
- {name: operator, user: {token: t}}
contexts:
- {name: production, context: {cluster: a, user: u}}
- {name: a, context: {cluster: a, user: u}}
- {name: b, context: {cluster: b, user: u, namespace: quetzal-b}}
";

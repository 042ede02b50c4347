//! Who asks: the flags about it over what the kubeconfig says.

use std::path::Path;

use kube::Config;
use kube::config::AuthInfo;

use super::connect::{ConnectError, ConnectOptions};

/// Lets the flags replace credentials, and whom to act as.
pub(super) fn apply(options: &ConnectOptions, config: &mut Config) -> Result<(), ConnectError> {
    let auth = &mut config.auth_info;
    log_in(options, auth);
    impersonate(options, auth)?;
    // As kubectl: nothing secret over a connection that anybody may read.
    if config.cluster_url.scheme_str() == Some("http") {
        *auth = AuthInfo {
            impersonate: auth.impersonate.take(),
            impersonate_groups: auth.impersonate_groups.take(),
            impersonate_uid: auth.impersonate_uid.take(),
            impersonate_user_extra: auth.impersonate_user_extra.take(),
            ..AuthInfo::default()
        };
    }
    Ok(())
}

/// A credential by flag replaces the one of its kind, and what would fetch another.
fn log_in(options: &ConnectOptions, auth: &mut AuthInfo) {
    if let Some(token) = &options.token {
        auth.token = Some(token.clone().into());
        auth.token_file = None;
        auth.exec = None;
        auth.auth_provider = None;
    }
    let text = |path: &Path| path.to_string_lossy().into_owned();
    if let Some(path) = &options.client_certificate {
        auth.client_certificate = Some(text(path));
        auth.client_certificate_data = None;
    }
    if let Some(path) = &options.client_key {
        auth.client_key = Some(text(path));
        auth.client_key_data = None;
    }
    if let Some(username) = &options.username {
        auth.username = Some(username.clone());
    }
    if let Some(password) = &options.password {
        auth.password = Some(password.clone().into());
    }
}

fn impersonate(options: &ConnectOptions, auth: &mut AuthInfo) -> Result<(), ConnectError> {
    if let Some(user) = &options.as_user {
        auth.impersonate = Some(user.clone());
    }
    if !options.as_groups.is_empty() {
        auth.impersonate_groups = Some(options.as_groups.clone());
    }
    if let Some(uid) = &options.as_uid {
        auth.impersonate_uid = Some(uid.clone());
    }
    let of_somebody = auth
        .impersonate_groups
        .as_ref()
        .is_some_and(|g| !g.is_empty())
        || auth.impersonate_uid.is_some();
    if of_somebody && auth.impersonate.is_none() {
        return Err(ConnectError::Nobody);
    }
    Ok(())
}

//! Who asks: the flags about it over what the kubeconfig says.

use std::path::Path;

use kube::Config;
use kube::config::AuthInfo;

use super::connect::{ConnectError, ConnectOptions};

/// Lets the flags replace credentials, and whom to act as.
pub(super) fn apply(options: &ConnectOptions, config: &mut Config) -> Result<(), ConnectError> {
    let auth = &mut config.auth_info;
    log_in(options, auth)?;
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

/// A credential by flag replaces the one of its kind, and what would fetch another. As kubectl: a file that is named beside the
/// kubeconfig's own data is refused.
fn log_in(options: &ConnectOptions, auth: &mut AuthInfo) -> Result<(), ConnectError> {
    if let Some(token) = &options.token {
        auth.token = Some(token.clone().into());
        auth.token_file = None;
        auth.exec = None;
        auth.auth_provider = None;
    }
    let (certificate, key) = (&options.client_certificate, &options.client_key);
    if let Some(path) = certificate {
        let is_twice = auth.client_certificate_data.is_some();
        auth.client_certificate = Some(file("client-certificate", path, is_twice)?);
    }
    if let Some(path) = key {
        let is_twice = auth.client_key_data.is_some();
        auth.client_key = Some(file("client-key", path, is_twice)?);
    }
    if let Some(username) = &options.username {
        auth.username = Some(username.clone());
    }
    if let Some(password) = &options.password {
        auth.password = Some(password.clone().into());
    }
    Ok(())
}

fn file(flag: &'static str, path: &Path, is_twice: bool) -> Result<String, ConnectError> {
    if is_twice {
        return Err(ConnectError::Twice(flag));
    }
    Ok(path.to_string_lossy().into_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(options: &ConnectOptions, auth: AuthInfo) -> Result<AuthInfo, ConnectError> {
        let mut config = Config::new("https://server.example".parse().unwrap());
        config.auth_info = auth;
        apply(options, &mut config).map(|()| config.auth_info)
    }

    #[test]
    fn names_and_passwords_take_the_place_of_the_kubeconfig_s() {
        let options = ConnectOptions {
            username: Some("ann".to_owned()),
            ..ConnectOptions::default()
        };
        let of_kubeconfig = AuthInfo {
            username: Some("bob".to_owned()),
            password: Some("secret".to_owned().into()),
            ..AuthInfo::default()
        };
        let auth = applied(&options, of_kubeconfig).unwrap();
        assert_eq!(auth.username.as_deref(), Some("ann"));
        assert!(auth.password.is_some());
        let nobody = applied(&ConnectOptions::default(), AuthInfo::default()).unwrap();
        assert!(nobody.username.is_none() && nobody.password.is_none());
    }
}

//! kubectl's own flags, under kubectl's names.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;
use crate::cluster::ConnectOptions;

/// kubectl's own flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Kubernetes options")]
pub(super) struct KubeArgs {
    /// Path to the kubeconfig file
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, global = true)]
    context: Option<String>,
    /// Cluster of the kubeconfig
    #[arg(long, global = true)]
    cluster: Option<String>,
    /// User of the kubeconfig
    #[arg(long, global = true)]
    user: Option<String>,
    /// Namespace
    #[arg(short, long, global = true)]
    namespace: Option<String>,
    /// User to impersonate
    #[arg(long = "as", global = true, value_name = "USER")]
    as_user: Option<String>,
    /// Group to impersonate (may be repeated)
    #[arg(long = "as-group", global = true, value_name = "GROUP")]
    as_groups: Vec<String>,
    /// UID to impersonate
    #[arg(long, global = true, value_name = "UID")]
    as_uid: Option<String>,
    /// How long a single request to the API server may take, such as 10s; 0 for no limit
    #[arg(long, global = true, value_parser = duration, value_name = "DURATION")]
    request_timeout: Option<Duration>,
    /// Bearer token for the API server
    #[arg(long, global = true, hide_env_values = true)]
    token: Option<String>,
    /// Path to a client certificate for the API server
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    client_certificate: Option<PathBuf>,
    /// Path to the key of the client certificate
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    client_key: Option<PathBuf>,
    /// Username for basic authentication to the API server
    #[arg(long, global = true, value_name = "NAME")]
    username: Option<String>,
    /// Password for basic authentication to the API server
    #[arg(long, global = true)]
    password: Option<String>,
    /// Address of the API server
    #[arg(short, long, global = true, value_name = "URL")]
    server: Option<String>,
    /// Do not check the API server's certificate
    #[arg(long, global = true)]
    insecure_skip_tls_verify: bool,
    /// Path to the certificate of the API server's authority
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    certificate_authority: Option<PathBuf>,
    /// Name to check the API server's certificate against
    #[arg(long, global = true, value_name = "NAME")]
    tls_server_name: Option<String>,
}

impl KubeArgs {
    /// Connection flags.
    pub(super) fn options(&self) -> ConnectOptions {
        ConnectOptions {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            cluster: self.cluster.clone(),
            user: self.user.clone(),
            namespace: self.namespace.clone(),
            as_user: self.as_user.clone(),
            as_groups: self.as_groups.clone(),
            as_uid: self.as_uid.clone(),
            request_timeout: self.request_timeout,
            token: self.token.clone(),
            client_certificate: self.client_certificate.clone(),
            client_key: self.client_key.clone(),
            username: self.username.clone(),
            password: self.password.clone(),
            server: self.server.clone(),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            certificate_authority: self.certificate_authority.clone(),
            tls_server_name: self.tls_server_name.clone(),
        }
    }
}

//! From kubectl's flags and kubeconfig to a client.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use kube::config::{InClusterError, KubeConfigOptions, KubeconfigError};
use kube::{Client, Config};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use thiserror::Error;

use crate::hint::nearest_name;

use super::login::LoginError;
use super::names::KubeconfigNames;
use super::{api, credentials, kubeconfig, proxy};

/// How long a plain API call may take when no `--request-timeout` is given.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// kubectl's own connection flags, as typed.
#[derive(Clone, Default)]
pub struct ConnectOptions {
    /// `--kubeconfig`: this file alone, instead of `$KUBECONFIG` and `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `--cluster`.
    pub cluster: Option<String>,
    /// `--user`.
    pub user: Option<String>,
    /// `-n`, `--namespace`.
    pub namespace: Option<String>,
    /// `--as`.
    pub as_user: Option<String>,
    /// `--as-group`, repeatable.
    pub as_groups: Vec<String>,
    /// `--as-uid`.
    pub as_uid: Option<String>,
    /// `--request-timeout`; zero means none.
    pub request_timeout: Option<Duration>,
    /// `--token`: replaces every other credential but a client certificate.
    pub token: Option<String>,
    /// `--client-certificate`: a PEM file.
    pub client_certificate: Option<PathBuf>,
    /// `--client-key`: a PEM file.
    pub client_key: Option<PathBuf>,
    /// `--username`.
    pub username: Option<String>,
    /// `--password`.
    pub password: Option<String>,
    /// `-s`, `--server`.
    pub server: Option<String>,
    /// `--insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: bool,
    /// `--certificate-authority`: a PEM file.
    pub certificate_authority: Option<PathBuf>,
    /// `--tls-server-name`.
    pub tls_server_name: Option<String>,
}

// Written by hand: a derived one would print the token.
impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("kubeconfig", &self.kubeconfig)
            .field("context", &self.context)
            .field("namespace", &self.namespace)
            .field("server", &self.server)
            .field("token", &self.token.as_ref().map(|_| "hidden"))
            .finish_non_exhaustive()
    }
}

impl ConnectOptions {
    /// True if a flag names something that only a kubeconfig can hold.
    fn names_kubeconfig(&self) -> bool {
        self.kubeconfig.is_some()
            || self.context.is_some()
            || self.cluster.is_some()
            || self.user.is_some()
    }
}

/// Why there is no connection. Nothing was asked of any server yet.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The kubeconfig is missing or broken.
    #[error("cannot use the kubeconfig")]
    Kubeconfig(#[source] KubeconfigError),
    /// A flag names what the kubeconfig has not.
    #[error("the kubeconfig has no {what} {name:?}")]
    Unknown {
        /// `context`, `cluster` or `user`.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The one that was probably meant.
        nearest: Option<String>,
    },
    /// There is neither a kubeconfig nor the environment of a Pod.
    #[error("no kubeconfig to use, and this is not a pod of a cluster either ({in_cluster})")]
    Nowhere {
        /// Why the environment of a Pod could not be used.
        in_cluster: InClusterError,
        /// Why the kubeconfig could not be used.
        source: KubeconfigError,
    },
    /// `--server` or the kubeconfig's server is no URL.
    #[error("the server address {address:?} is not a url")]
    Server {
        /// The address as given.
        address: String,
    },
    /// The file given by `--certificate-authority` cannot be used.
    #[error("cannot read the certificate authority {}", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// What the PEM reader said.
        source: pem::Error,
    },
    /// A name without credentials, not even empty ones.
    #[error("the kubeconfig has no user {0:?}")]
    NoUser(String),
    /// Somebody must be impersonated for a group or uid to be theirs.
    #[error("a group or a uid is to be impersonated, and no user")]
    Nobody,
    /// A certificate that is not looked at needs no authority.
    #[error("an authority is given for a certificate that is not to be checked")]
    Unchecked,
    /// By a flag and as data of the kubeconfig: it is not clear which one is meant.
    #[error("--{0} is given, and the kubeconfig has {0}-data for this user")]
    Twice(&'static str),
    /// A credential plugin gave nothing.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// TLS or credentials cannot be set up.
    #[error("cannot set up the connection to {server}")]
    Client {
        /// The server's URL.
        server: String,
        /// What kube said.
        source: Box<kube::Error>,
    },
}

/// One cluster and one namespace in it. Cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    pub(super) client: Client,
    namespace: String,
    context: String,
    server: String,
    /// Host and port of the proxy that leads there; what may be before them in its address is secret.
    proxy: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) patience: Duration,
    /// Those that the kubeconfig's contexts name.
    pub(super) known_namespaces: Arc<[String]>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cluster({} {})", self.context, self.namespace)
    }
}

impl Cluster {
    /// Reads the configuration and makes a client. No server is asked, except by a credential plugin.
    pub async fn connect(options: &ConnectOptions) -> Result<Self, ConnectError> {
        install_crypto_provider();
        let Loaded {
            mut config,
            context,
            namespaces: known,
            proxy,
        } = load(options).await?;
        apply(options, &mut config)?;
        let proxy = proxy::choose(&config, proxy);
        config.proxy_url = proxy.as_deref().map(parse_server).transpose()?;
        let namespace = options
            .namespace
            .clone()
            .unwrap_or_else(|| config.default_namespace.clone());
        let server = config.cluster_url.to_string();
        let proxy = config.proxy_url.as_ref();
        let proxy = proxy.map(|url| proxy::place(url.host(), url.port_u16()));
        let exec = config.auth_info.exec.clone();
        let client = Client::try_from(config).map_err(|source| match (exec, source) {
            (Some(exec), kube::Error::Auth(error)) => LoginError::new(&exec, error).into(),
            (_, source) => ConnectError::Client {
                server: server.clone(),
                source: Box::new(source),
            },
        })?;
        let timeout = options.request_timeout.unwrap_or(REQUEST_TIMEOUT);
        Ok(Self {
            client,
            namespace,
            context,
            server,
            proxy,
            timeout: (!timeout.is_zero()).then_some(timeout),
            patience: api::HASTE,
            known_namespaces: known.into(),
        })
    }

    /// The namespace everything happens in.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The kubeconfig context, or `in-cluster`.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// The API server's URL.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The API server and the proxy before it, for an error.
    pub(super) fn way(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("{} through the proxy {proxy}", self.server),
            None => self.server.clone(),
        }
    }
}

/// Chooses ring once for the process; another choice made before stays.
fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that another thread was first, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

/// The configuration before flags override parts of it.
struct Loaded {
    config: Config,
    /// Name of its context.
    context: String,
    /// Namespaces that the kubeconfig names.
    namespaces: Vec<String>,
    /// The proxy that it names.
    proxy: Option<String>,
}

impl Loaded {
    /// Without a kubeconfig.
    fn alone(config: Config, context: &str) -> Self {
        Self {
            config,
            context: context.to_owned(),
            namespaces: Vec::new(),
            proxy: None,
        }
    }
}

async fn load(options: &ConnectOptions) -> Result<Loaded, ConnectError> {
    let error = match kubeconfig::read(options.kubeconfig.as_deref()) {
        Ok(kubeconfig) => {
            let known = KubeconfigNames::of(&kubeconfig);
            check_names(options, &known)?;
            let current = kubeconfig.current_context.clone();
            let chosen = KubeConfigOptions {
                context: options.context.clone(),
                cluster: options.cluster.clone(),
                user: options.user.clone(),
            };
            let context = options.context.clone().or(current).unwrap_or_default();
            if let Some(user) = kubeconfig::missing_user(&kubeconfig, &chosen) {
                return Err(ConnectError::NoUser(user));
            }
            let proxy = proxy::of_kubeconfig(&kubeconfig, &chosen);
            match Config::from_custom_kubeconfig(kubeconfig, &chosen).await {
                Ok(config) => {
                    return Ok(Loaded {
                        config,
                        context,
                        namespaces: known.namespaces,
                        proxy,
                    });
                }
                Err(error) => error,
            }
        }
        Err(error) => error,
    };
    // A kubeconfig that is there but wrong must not lead to another cluster.
    if options.names_kubeconfig() || !is_absent(&error) {
        return Err(ConnectError::Kubeconfig(error));
    }
    if let Some(server) = &options.server {
        return Ok(Loaded::alone(Config::new(parse_server(server)?), server));
    }
    match Config::incluster() {
        Ok(config) => Ok(Loaded::alone(config, "in-cluster")),
        Err(in_cluster) => Err(ConnectError::Nowhere {
            in_cluster,
            source: error,
        }),
    }
}

/// What the flags name must be there.
fn check_names(options: &ConnectOptions, known: &KubeconfigNames) -> Result<(), ConnectError> {
    let named = [
        ("context", &options.context, &known.contexts),
        ("cluster", &options.cluster, &known.clusters),
        ("user", &options.user, &known.users),
    ];
    for (what, name, names) in named {
        if let Some(name) = name
            && !names.contains(name)
        {
            return Err(ConnectError::Unknown {
                what,
                name: name.clone(),
                nearest: nearest_name(name, names),
            });
        }
    }
    Ok(())
}

/// True if there is no kubeconfig at all, or only an empty one.
fn is_absent(error: &KubeconfigError) -> bool {
    match error {
        KubeconfigError::FindPath | KubeconfigError::CurrentContextNotSet => true,
        KubeconfigError::ReadConfig(error, _) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Lets the flags override what the kubeconfig says.
fn apply(options: &ConnectOptions, config: &mut Config) -> Result<(), ConnectError> {
    // One write blocked for five minutes is normal for exec: psql builds an index and reads nothing.
    config.write_timeout = None;
    // A create or an exec that may have happened must not be sent again; reads are retried in `api`.
    config.default_retry = false;
    if let Some(server) = &options.server {
        config.cluster_url = parse_server(server)?;
    }
    if options.insecure_skip_tls_verify && options.certificate_authority.is_some() {
        return Err(ConnectError::Unchecked);
    }
    if let Some(path) = &options.certificate_authority {
        config.root_cert = Some(read_authority(path.clone())?);
        config.root_cert_file = None;
    }
    if options.insecure_skip_tls_verify {
        config.accept_invalid_certs = true;
        config.root_cert_file = None;
    }
    if let Some(name) = &options.tls_server_name {
        config.tls_server_name = Some(name.clone());
    }
    credentials::apply(options, config)
}

fn parse_server<U: std::str::FromStr>(address: &str) -> Result<U, ConnectError> {
    address.parse().map_err(|_| ConnectError::Server {
        address: address.to_owned(),
    })
}

/// The certificates of a PEM file, as DER.
fn read_authority(path: PathBuf) -> Result<Vec<Vec<u8>>, ConnectError> {
    let read = CertificateDer::pem_file_iter(&path).and_then(|certificates| {
        certificates
            .map(|der| der.map(|der| der.to_vec()))
            .collect()
    });
    read.map_err(|source| ConnectError::Authority { path, source })
}

#[cfg(test)]
#[path = "tests/connect.rs"]
mod tests;

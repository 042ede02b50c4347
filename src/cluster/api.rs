//! Calls to the API server, and why one failed.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use k8s_openapi::NamespaceResourceScope;
use kube::client::UpgradeConnectionError;
use kube::{Api, Resource};
use thiserror::Error;

use super::connect::Cluster;

const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For how long requests are repeated where there is nothing to lose by giving up.
pub(super) const HASTE: Duration = Duration::from_secs(2);
/// For how long they are once work is under way: an API server that starts anew is back by then.
const PATIENCE: Duration = Duration::from_secs(90);

/// Why a call to the API server failed. `what` is the act, such as `list pods in namespace dev`.
#[derive(Debug, Error)]
pub enum ApiError {
    /// The account lacks a permission; the server's message names verb and resource.
    #[error("no permission to {what}: {message}")]
    Forbidden {
        /// The act.
        what: String,
        /// The server's words.
        message: String,
    },
    /// The server answered with another refusal.
    #[error("the server refused to {what}: {message}")]
    Refused {
        /// The act.
        what: String,
        /// The HTTP code, such as 404 or 409.
        code: u16,
        /// The machine-readable reason, such as `AlreadyExists`.
        reason: String,
        /// The server's words.
        message: String,
    },
    /// No answer in time: whether a change happened is unknown.
    #[error("no answer within {seconds} s to the request to {what}")]
    Timeout {
        /// The act.
        what: String,
        /// The limit.
        seconds: u64,
    },
    /// No usable answer: whether a change happened is unknown.
    #[error("cannot {what}")]
    Call {
        /// The act.
        what: String,
        /// What kube said.
        source: Box<kube::Error>,
    },
}

impl ApiError {
    pub(super) fn new(what: &str, error: kube::Error) -> Self {
        let what = what.to_owned();
        match error {
            kube::Error::Api(status) if status.code == 403 => Self::Forbidden {
                what,
                message: status.message,
            },
            kube::Error::Api(status) => Self::Refused {
                what,
                code: status.code,
                reason: status.reason,
                message: status.message,
            },
            other => Self::Call {
                what,
                source: Box::new(other),
            },
        }
    }

    /// The object is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { code: 404, .. })
    }

    /// The credentials are not accepted: none, wrong or expired ones.
    pub fn is_stranger(&self) -> bool {
        matches!(self, Self::Refused { code: 401, .. })
    }

    /// Another object has the name already.
    pub fn is_already_exists(&self) -> bool {
        matches!(self, Self::Refused { reason, .. } if reason == "AlreadyExists")
    }

    /// The object changed since it was read.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { reason, .. } if reason == "Conflict")
    }

    /// A change that was asked for may have happened.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Refused { code, .. } => *code == 504,
            Self::Call { source, .. } => !is_connect_failure(source),
            Self::Forbidden { .. } => false,
        }
    }

    /// A change that was asked for did not happen: the request never came to be looked at.
    fn is_unheard(&self) -> bool {
        match self {
            Self::Refused { code, .. } => *code == 429,
            Self::Call { source, .. } => is_connect_failure(source),
            Self::Timeout { .. } | Self::Forbidden { .. } => false,
        }
    }

    /// The server could not be asked, or not now; the question itself is fine.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Timeout { .. }) || self.is_transient()
    }

    /// The Pod of an exec session is not there.
    pub(super) fn is_no_pod(&self) -> bool {
        let upgrade = match self {
            Self::Call { source, .. } => refused_upgrade(source),
            _ => None,
        };
        self.is_not_found() || upgrade == Some(404)
    }

    /// The request makes no sense in the object's present state.
    pub(super) fn is_bad_request(&self) -> bool {
        matches!(self, Self::Refused { code: 400, .. })
    }

    /// The same read may succeed a little later.
    fn is_transient(&self) -> bool {
        match self {
            Self::Refused { code, .. } => is_code_of_trouble(*code),
            Self::Call { source, .. } => match &**source {
                kube::Error::HyperError(_) | kube::Error::Service(_) => true,
                other => refused_upgrade(other).is_some_and(is_code_of_trouble),
            },
            Self::Timeout { .. } | Self::Forbidden { .. } => false,
        }
    }
}

/// Codes of a server that may do better a little later.
fn is_code_of_trouble(code: u16) -> bool {
    matches!(code, 429 | 500 | 502..=504)
}

/// The HTTP code with which the server refused to open a websocket.
fn refused_upgrade(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::UpgradeConnection(UpgradeConnectionError::ProtocolSwitch(code)) => {
            Some(code.as_u16())
        }
        _ => None,
    }
}

/// True if the request cannot have reached a server, or could not even be made.
pub(super) fn is_connect_failure(error: &kube::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = match error {
        kube::Error::Service(source) => Some(source.as_ref()),
        kube::Error::HyperError(source) => Some(source),
        kube::Error::Auth(_) | kube::Error::BuildRequest(_) | kube::Error::HttpError(_) => {
            return true;
        }
        _ => None,
    };
    while let Some(current) = cause {
        if let Some(error) = current.downcast_ref::<hyper_util::client::legacy::Error>() {
            return error.is_connect();
        }
        cause = current.source();
    }
    false
}

impl Cluster {
    pub(super) fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), self.namespace())
    }

    /// One request that changes something: sent once.
    pub(super) async fn write<T>(
        &self,
        what: &str,
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, ApiError> {
        let result = match self.timeout {
            None => request.await,
            Some(limit) => tokio::time::timeout(limit, request)
                .await
                .map_err(|_| timed_out(what, limit))?,
        };
        result.map_err(|error| match &error {
            kube::Error::Service(_) | kube::Error::HyperError(_) if is_connect_failure(&error) => {
                let way = self.way();
                ApiError::new(&format!("{what}: no connection to {way}"), error)
            }
            _ => ApiError::new(what, error),
        })
    }

    /// One request that changes nothing: sent again where that may help.
    pub(super) async fn read<T, F>(
        &self,
        what: &str,
        request: impl FnMut() -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = kube::Result<T>>,
    {
        self.repeat(what, request).await.0
    }

    /// One request that may be carried out twice without harm: sent again where that may help. A refusal after a lost
    /// answer may be the answer to what our own first attempt did.
    pub(super) async fn repeat<T, F>(
        &self,
        what: &str,
        mut request: impl FnMut() -> F,
    ) -> (Result<T, ApiError>, Answers)
    where
        F: Future<Output = kube::Result<T>>,
    {
        let (begun, lost) = (Instant::now(), AtomicBool::new(false));
        let backoff = ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times();
        let result = (|| self.write(what, request()))
            .retry(backoff)
            .when(|error| error.is_passing() && begun.elapsed() < self.patience)
            .notify(|error, _| {
                tracing::info!("once more: {error}");
                lost.fetch_or(!error.is_unheard(), Relaxed);
            })
            .await;
        let answers = if lost.into_inner() {
            Answers::Lost
        } else {
            Answers::Whole
        };
        (result, answers)
    }

    /// The same cluster, waited for when its server is away for a minute: for work that has begun.
    #[must_use]
    pub fn patient(&self) -> Self {
        let mut patient = self.clone();
        patient.patience = PATIENCE;
        patient
    }
}

/// What is known of the attempts before the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    /// None of them changed anything.
    Whole,
    /// One may have.
    Lost,
}

fn timed_out(what: &str, limit: Duration) -> ApiError {
    ApiError::Timeout {
        what: what.to_owned(),
        seconds: limit.as_secs(),
    }
}

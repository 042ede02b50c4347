//! One operation at a time: a Lease with a heartbeat.
//!
//! Whether a holder is alive is judged by watching its heartbeat, never by comparing clocks: those of two machines
//! may differ by any amount.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::ResourceExt;
use kube::api::{DeleteParams, ObjectMeta, PostParams, Preconditions};
use thiserror::Error;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::api::ApiError;
use super::connect::Cluster;
use super::documents::FIELD_MANAGER;

const HEARTBEAT: Duration = Duration::from_secs(3);
/// A holder whose heartbeat did not change for so long while we watched is gone, or cut off.
pub const SILENCE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_secs(1);

/// The lock, held. Dropping it stops the heartbeat; [`Lock::release`] gives it back at once.
pub struct Lock {
    cluster: Cluster,
    name: String,
    uid: Option<String>,
    beat: JoinHandle<()>,
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// Who.
    pub who: String,
    /// Since when, by their clock.
    pub since: String,
    /// It changes every few seconds while the holder is alive.
    pub beat: String,
}

/// Why the lock is not ours.
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody holds it, and is alive.
    #[error("{holder} is at work since {since}")]
    Held {
        /// Who.
        holder: String,
        /// Since when, by their clock.
        since: String,
    },
    /// The holder was silent while we watched. The lock may be taken over by [`Cluster::take_over`] once it is sure
    /// that nothing of the holder's work goes on.
    #[error("{holder} held the lock since {since} and was silent for {} s", SILENCE.as_secs())]
    Silent {
        /// Who.
        holder: String,
        /// Since when, by their clock.
        since: String,
        /// What to take over.
        lease: Box<StaleLease>,
    },
    /// The cluster could not be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// A lock whose holder was silent.
#[derive(Debug, Clone)]
pub struct StaleLease(Lease);

impl Cluster {
    /// Takes the lock of that name. `lost` is cancelled when it stops being ours. Waits for [`SILENCE`] where a
    /// holder does not seem to be alive.
    pub async fn lock(
        &self,
        name: &str,
        holder: &str,
        lost: CancellationToken,
    ) -> Result<Lock, LockError> {
        let what = format!("create lease/{name}");
        let fresh = lease(name, holder, None);
        match self
            .write(&what, self.api::<Lease>().create(&post(), &fresh))
            .await
        {
            Ok(made) => Ok(self.held(made, holder, lost)),
            Err(error) if error.is_already_exists() => match self.watch(name).await? {
                Some(refused) => Err(refused),
                None => Box::pin(self.lock(name, holder, lost)).await,
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Takes over the lock of a silent holder; fails where somebody else was quicker or the holder came back.
    pub async fn take_over(
        &self,
        stale: &StaleLease,
        holder: &str,
        lost: CancellationToken,
    ) -> Result<Lock, LockError> {
        let name = stale.0.name_any();
        let ours = lease(&name, holder, stale.0.resource_version());
        let what = format!("take over lease/{name}");
        let made = self
            .write(&what, self.api::<Lease>().replace(&name, &post(), &ours))
            .await?;
        Ok(self.held(made, holder, lost))
    }

    /// Who holds the lock of that name, if anybody does.
    pub async fn lock_holder(&self, name: &str) -> Result<Option<LockHolder>, ApiError> {
        let what = format!("get lease/{name}");
        let found = self
            .read(&what, || async { self.api::<Lease>().get_opt(name).await })
            .await?;
        Ok(found.map(|lease| {
            let (who, since) = described(&lease);
            let beat = lease.resource_version().unwrap_or_default();
            LockHolder { who, since, beat }
        }))
    }

    /// Watches a holder: the refusal, or none where the lock was given back meanwhile.
    async fn watch(&self, name: &str) -> Result<Option<LockError>, ApiError> {
        let what = format!("get lease/{name}");
        let get = || self.read(&what, || async { self.api::<Lease>().get_opt(name).await });
        let Some(first) = get().await? else {
            return Ok(None);
        };
        let deadline = Instant::now() + SILENCE;
        let (holder, since) = described(&first);
        while Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
            match get().await? {
                None => return Ok(None),
                Some(now) if now.resource_version() != first.resource_version() => {
                    return Ok(Some(LockError::Held { holder, since }));
                }
                Some(_) => {}
            }
        }
        Ok(Some(LockError::Silent {
            holder,
            since,
            lease: Box::new(StaleLease(first)),
        }))
    }

    fn held(&self, made: Lease, holder: &str, lost: CancellationToken) -> Lock {
        let (name, uid) = (made.name_any(), made.uid());
        let beat = tokio::spawn(beat(self.clone(), made, holder.to_owned(), lost));
        Lock {
            cluster: self.clone(),
            name,
            uid,
            beat,
        }
    }
}

impl Lock {
    /// Gives the lock back.
    pub async fn release(self) -> Result<(), ApiError> {
        self.beat.abort();
        let params = DeleteParams {
            preconditions: Some(Preconditions {
                uid: self.uid.clone(),
                resource_version: None,
            }),
            ..DeleteParams::default()
        };
        let what = format!("delete lease/{}", self.name);
        let api = self.cluster.api::<Lease>();
        let deleted = self
            .cluster
            .repeat(&what, || api.delete(&self.name, &params));
        match deleted.await.0 {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.beat.abort();
    }
}

/// Renews until the lease is no longer ours. An API server that is away for a while does not end it: whoever wants
/// the lock can't reach that server either.
async fn beat(cluster: Cluster, mut lease: Lease, holder: String, lost: CancellationToken) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let name = lease.name_any();
        if let Some(spec) = &mut lease.spec {
            spec.renew_time = Some(MicroTime(crate::clock::now()));
        }
        let what = format!("renew lease/{name}");
        let renewed = cluster
            .write(
                &what,
                cluster.api::<Lease>().replace(&name, &post(), &lease),
            )
            .await;
        match renewed {
            Ok(now) => lease = now,
            Err(error) if error.is_conflict() || error.is_not_found() => {
                match cluster.api::<Lease>().get_opt(&name).await {
                    // Our own renewal whose answer was lost.
                    Ok(Some(now)) if described(&now).0 == holder => lease = now,
                    Ok(_) => return lost.cancel(),
                    Err(error) => tracing::debug!("cannot read lease/{name}: {error}"),
                }
            }
            Err(error) => tracing::debug!("cannot renew lease/{name}: {error}"),
        }
    }
}

fn described(lease: &Lease) -> (String, String) {
    let spec = lease.spec.as_ref();
    let holder = spec
        .and_then(|s| s.holder_identity.clone())
        .unwrap_or_else(|| "somebody".to_owned());
    let since = spec
        .and_then(|s| s.acquire_time.as_ref())
        .map_or_else(String::new, |t| t.0.to_string());
    (holder, since)
}

fn post() -> PostParams {
    PostParams {
        field_manager: Some(FIELD_MANAGER.to_owned()),
        ..PostParams::default()
    }
}

fn lease(name: &str, holder: &str, version: Option<String>) -> Lease {
    let now = MicroTime(crate::clock::now());
    Lease {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            resource_version: version,
            ..ObjectMeta::default()
        },
        spec: Some(LeaseSpec {
            holder_identity: Some(holder.to_owned()),
            acquire_time: Some(now.clone()),
            renew_time: Some(now),
            lease_duration_seconds: i32::try_from(SILENCE.as_secs()).ok(),
            ..LeaseSpec::default()
        }),
    }
}

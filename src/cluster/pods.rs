//! A Pod on its way to running, watched for what keeps it from getting there.

use std::collections::BTreeSet;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Event, Pod};
use kube::ResourceExt;
use kube::api::ListParams;
use tokio::time::Instant;

use super::api::ApiError;
use super::connect::Cluster;
use super::stuck::{self, Hold};

/// How long a reason that does not go away by waiting must last: one failed pull may be a hiccup.
const FATAL: Duration = Duration::from_secs(15);
/// How long events may say that a volume or the network cannot be set up.
const BLOCKED: Duration = Duration::from_mins(1);
/// Such events' reasons.
const BLOCKING: [&str; 4] = [
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "FailedScheduling",
];

/// What was seen of one Pod so far.
#[derive(Debug, Default)]
pub(super) struct Watched {
    fatal_since: Option<Instant>,
    held_since: Option<Instant>,
    warned: BTreeSet<String>,
}

/// What one look at a Pod says.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Warnings not seen before.
    pub(super) warnings: Vec<String>,
    /// What it waits for, if it is not ready.
    pub(super) waits_for: Option<String>,
    /// Why it will not start.
    pub(super) stuck: Option<String>,
}

impl Watched {
    /// Looks at the Pod's status and, while something holds it up, at its events.
    pub(super) async fn look(&mut self, cluster: &Cluster, pod: &Pod) -> Result<Look, ApiError> {
        let Some(hold) = stuck::hold(pod) else {
            *self = Self {
                warned: std::mem::take(&mut self.warned),
                ..Self::default()
            };
            return Ok(Look::default());
        };
        let events = cluster
            .events_of(pod.uid().as_deref().unwrap_or_default())
            .await?;
        Ok(self.judge(&hold, &events, Instant::now()))
    }

    fn judge(&mut self, hold: &Hold, events: &[Event], now: Instant) -> Look {
        let waited = now - *self.held_since.get_or_insert(now);
        let fatal = match hold {
            Hold::Fatal(_) => now - *self.fatal_since.get_or_insert(now),
            Hold::Waiting(_) => {
                self.fatal_since = None;
                Duration::ZERO
            }
        };
        let keeps_out = |event: &Event| {
            event
                .reason
                .as_deref()
                .is_some_and(|reason| BLOCKING.contains(&reason))
        };
        let blocked = waited >= BLOCKED && events.iter().any(keeps_out);
        let warning = stuck::newest_warning(events);
        let stuck = (fatal >= FATAL || blocked).then(|| match &warning {
            Some(warning) => format!("{} ({})", hold.reason(), warning.trim()),
            None => hold.reason().to_owned(),
        });
        let new = warning
            .into_iter()
            .filter(|text| self.warned.insert(text.clone()));
        Look {
            warnings: new.collect(),
            waits_for: Some(hold.reason().to_owned()),
            stuck,
        }
    }
}

impl Cluster {
    /// The events about one object.
    pub(super) async fn events_of(&self, uid: &str) -> Result<Vec<Event>, ApiError> {
        let params = ListParams::default().fields(&format!("involvedObject.uid={uid}"));
        let what = format!("list events in namespace {}", self.namespace());
        let list = self.read(&what, || async { self.api::<Event>().list(&params).await });
        Ok(list.await?.items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(reason: &str, message: &str) -> Event {
        serde_json::from_value(
            json!({"metadata": {}, "involvedObject": {}, "type": "Warning",
            "reason": reason, "message": message, "lastTimestamp": "2026-01-01T00:00:00Z"}),
        )
        .unwrap()
    }

    #[test]
    fn a_fatal_reason_must_last() {
        let mut watched = Watched::default();
        let start = Instant::now();
        let pull = Hold::Fatal("container c: ErrImagePull".into());
        let events = [event("Failed", "no such image")];
        let first = watched.judge(&pull, &events, start);
        assert_eq!((first.stuck, first.warnings.len()), (None, 1));
        let again = watched.judge(&pull, &events, start + Duration::from_secs(14));
        assert_eq!((again.stuck, again.warnings.len()), (None, 0));
        let waiting = Hold::Waiting("container c: ContainerCreating".into());
        assert_eq!(
            watched
                .judge(&waiting, &events, start + Duration::from_secs(15))
                .stuck,
            None
        );
        assert_eq!(
            watched
                .judge(&pull, &events, start + Duration::from_secs(16))
                .stuck,
            None
        );
        let last = watched.judge(&pull, &events, start + Duration::from_secs(31));
        assert_eq!(
            last.stuck.as_deref(),
            Some("container c: ErrImagePull (no such image)")
        );
    }

    #[test]
    fn a_volume_that_cannot_be_mounted_is_fatal_in_the_end() {
        let mut watched = Watched::default();
        let start = Instant::now();
        let hold = Hold::Waiting("container c: ContainerCreating".into());
        let events = [event("FailedMount", "secret \"s\" not found")];
        assert_eq!(watched.judge(&hold, &events, start).stuck, None);
        let late = watched.judge(&hold, &events, start + BLOCKED);
        assert_eq!(
            late.stuck.as_deref(),
            Some("container c: ContainerCreating (secret \"s\" not found)")
        );
        let slow_image = watched.judge(&hold, &[], start + BLOCKED * 5);
        assert_eq!(slow_image.stuck, None);
    }
}

//! A Job followed to its end: phases of its Pods, their logs, and what keeps them from starting.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{BoxStream, StreamExt};
use futures::{AsyncBufReadExt, TryStreamExt};
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::LogParams;
use tokio::time::Instant;

use super::api::ApiError;
use super::connect::Cluster;
use super::jobs::{JobError, JobHandle, POLL, outcome};
use super::pods::Watched;
use super::stuck;

/// How long the API server may fail to answer before following ends; the Job goes on by itself.
const OUTAGE: Duration = Duration::from_mins(1);
/// How long a Job may have no Pod when an event says that none can be made.
const NO_POD: Duration = Duration::from_secs(15);
/// How long the rest of the log is awaited after the end.
const LAST_LINES: Duration = Duration::from_secs(10);

/// What happens while a Job is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEvent {
    /// The Job's name.
    Created(String),
    /// A Pod of the Job is in a new phase.
    Pod {
        /// The Pod's name.
        name: String,
        /// `Pending`, `Running`, `Succeeded` or `Failed`.
        phase: String,
    },
    /// One line of a Pod's log.
    Log(String),
    /// Something that may explain a delay.
    Warning(String),
}

/// When a Job that succeeded began and ended, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// Its start.
    pub started: Timestamp,
    /// Its end.
    pub finished: Timestamp,
}

impl Cluster {
    /// Follows a Job to its end. A Pod that cannot start ends it early, with the event that explains it.
    pub async fn follow(
        &self,
        job: &JobHandle,
        timeout: Duration,
        mut on: impl FnMut(JobEvent),
    ) -> Result<Finished, JobError> {
        let started = Instant::now();
        on(JobEvent::Created(job.name.clone()));
        let mut follower = Follower::new(self, job);
        let mut answered = started;
        loop {
            match follower.look(&mut on).await {
                Ok(Some(ended)) => {
                    follower.last_lines(&mut on).await;
                    return ended;
                }
                Ok(None) => answered = Instant::now(),
                Err(error) if error.is_passing() && answered.elapsed() < OUTAGE => {
                    on(JobEvent::Warning(error.to_string()));
                }
                Err(error) => return Err(error.into()),
            }
            if started.elapsed() >= timeout {
                return Err(JobError::Timeout {
                    what: format!("job/{}", job.name),
                    seconds: timeout.as_secs(),
                    waits_for: follower.waits_for,
                });
            }
            follower.lines_until(Instant::now() + POLL, &mut on).await;
        }
    }
}

/// What is known of a Job that is followed.
struct Follower<'a> {
    cluster: &'a Cluster,
    job: &'a JobHandle,
    since: Instant,
    phases: BTreeMap<String, String>,
    watched: BTreeMap<String, Watched>,
    waits_for: String,
    log: Option<Log>,
    /// Lines already handed over, by Pod: a log that is opened again starts at its beginning.
    handed: BTreeMap<String, usize>,
}

/// The open log of one Pod.
struct Log {
    pod: String,
    skip: usize,
    lines: BoxStream<'static, std::io::Result<String>>,
}

type Ended = Result<Finished, JobError>;

impl<'a> Follower<'a> {
    fn new(cluster: &'a Cluster, job: &'a JobHandle) -> Self {
        Self {
            cluster,
            job,
            since: Instant::now(),
            phases: BTreeMap::new(),
            watched: BTreeMap::new(),
            waits_for: "its pod to be made".to_owned(),
            log: None,
            handed: BTreeMap::new(),
        }
    }

    /// Looks once at the Job and its Pods; `Some` if that is the end.
    async fn look(&mut self, on: &mut impl FnMut(JobEvent)) -> Result<Option<Ended>, ApiError> {
        let name = &self.job.name;
        let what = format!("get job/{name}");
        let job = self.cluster.read(&what, || async {
            self.cluster.api::<Job>().get_opt(name).await
        });
        let job = job
            .await?
            .filter(|job| job.uid().as_deref() == Some(self.job.uid.as_str()));
        let Some(job) = job else {
            return Ok(Some(Err(JobError::Gone { job: name.clone() })));
        };
        let pods = self
            .cluster
            .list::<Pod>("pods", &format!("job-name={name}"))
            .await?;
        for pod in &pods {
            if let Some(stuck) = self.look_at(pod, on).await? {
                return Ok(Some(Err(stuck)));
            }
        }
        if let Some(ended) = outcome(&job) {
            let failed = |why| JobError::Failed {
                job: name.clone(),
                why: explain(why, &pods),
            };
            return Ok(Some(ended.map_err(failed)));
        }
        if pods.is_empty() {
            self.without_pod(on).await
        } else {
            Ok(None)
        }
    }

    /// Looks at one Pod: its phase, what holds it up, its log.
    async fn look_at(
        &mut self,
        pod: &Pod,
        on: &mut impl FnMut(JobEvent),
    ) -> Result<Option<JobError>, ApiError> {
        let name = pod.name_any();
        let phase = stuck::phase(pod);
        if self
            .phases
            .insert(name.clone(), phase.to_owned())
            .as_deref()
            != Some(phase)
        {
            on(JobEvent::Pod {
                name: name.clone(),
                phase: phase.to_owned(),
            });
        }
        let look = self
            .watched
            .entry(name.clone())
            .or_default()
            .look(self.cluster, pod)
            .await?;
        look.warnings
            .into_iter()
            .map(JobEvent::Warning)
            .for_each(&mut *on);
        if let Some(why) = look.stuck {
            return Ok(Some(JobError::Stuck { pod: name, why }));
        }
        self.waits_for = match look.waits_for {
            Some(reason) => format!("pod/{name}: {reason}"),
            None => format!("pod/{name} to end"),
        };
        if phase != "Pending" && self.log.is_none() {
            self.open_log(pod, on).await;
        }
        Ok(None)
    }

    /// Looks for the reason why there is no Pod: a quota, an admission controller.
    async fn without_pod(
        &mut self,
        on: &mut impl FnMut(JobEvent),
    ) -> Result<Option<Ended>, ApiError> {
        let events = self.cluster.events_of(&self.job.uid).await?;
        let Some(why) = stuck::newest_warning(&events) else {
            return Ok(None);
        };
        if self.since.elapsed() >= NO_POD {
            let job = self.job.name.clone();
            return Ok(Some(Err(JobError::NoPod { job, why })));
        }
        if self.waits_for != why {
            on(JobEvent::Warning(why.clone()));
            self.waits_for = why;
        }
        Ok(None)
    }

    /// Opens a Pod's log unless all of it was read. A log that cannot be read is no reason to stop.
    async fn open_log(&mut self, pod: &Pod, on: &mut impl FnMut(JobEvent)) {
        let name = pod.name_any();
        let ended = matches!(stuck::phase(pod), "Succeeded" | "Failed");
        if ended && self.handed.contains_key(&name) {
            return;
        }
        let params = LogParams {
            follow: true,
            container: pod
                .spec
                .as_ref()
                .and_then(|s| s.containers.first())
                .map(|c| c.name.clone()),
            ..LogParams::default()
        };
        let api = self.cluster.api::<Pod>();
        let what = format!("read the log of pod/{name}");
        match self
            .cluster
            .write(&what, api.log_stream(&name, &params))
            .await
        {
            Ok(reader) => {
                let skip = *self.handed.entry(name.clone()).or_default();
                let lines = reader.lines().into_stream().boxed();
                self.log = Some(Log {
                    pod: name,
                    skip,
                    lines,
                });
            }
            // The container is between two states: the next look tries again.
            Err(error) if error.is_bad_request() => {}
            Err(error) => {
                if self.handed.insert(name, 0).is_none() {
                    on(JobEvent::Warning(error.to_string()));
                }
            }
        }
    }

    /// Hands over lines of the log until it ends or time is up.
    async fn lines_until(&mut self, deadline: Instant, on: &mut impl FnMut(JobEvent)) {
        while let Some(log) = &mut self.log {
            match tokio::time::timeout_at(deadline, log.lines.next()).await {
                Ok(Some(Ok(_))) if log.skip > 0 => log.skip -= 1,
                Ok(Some(Ok(line))) => {
                    *self.handed.entry(log.pod.clone()).or_default() += 1;
                    on(JobEvent::Log(clean(&line)));
                }
                // A log that breaks off is opened again by the next look.
                Ok(Some(Err(_)) | None) => self.log = None,
                Err(_) => return,
            }
        }
        tokio::time::sleep_until(deadline).await;
    }

    /// Hands over what is left of the log after the end.
    async fn last_lines(&mut self, on: &mut impl FnMut(JobEvent)) {
        if self.log.is_some() {
            let deadline = Instant::now() + LAST_LINES;
            while self.log.is_some() && Instant::now() < deadline {
                self.lines_until(Instant::now() + POLL, on).await;
            }
        }
    }
}

/// The Job's reason with the exit code of its newest Pod that failed.
fn explain(why: String, pods: &[Pod]) -> String {
    let newest = pods
        .iter()
        .filter(|pod| stuck::phase(pod) == "Failed")
        .max_by_key(|pod| pod.creation_timestamp().map(|time| time.0));
    let statuses = newest.and_then(|pod| pod.status.as_ref()?.container_statuses.as_ref());
    let code = statuses.into_iter().flatten().find_map(|status| {
        let ended = status.state.as_ref()?.terminated.as_ref()?;
        (ended.exit_code != 0).then(|| {
            format!(
                "container {} exited with code {}",
                status.name, ended.exit_code
            )
        })
    });
    match code {
        Some(code) => format!("{code} ({why})"),
        None => why,
    }
}

/// A log line without control characters, which could rewrite the terminal. A program that redraws its line leaves every
/// state of it in the log: the last one that says something counts.
fn clean(line: &str) -> String {
    let mut states = line.split('\r').rev();
    let says = |state: &&str| state.contains(char::is_alphanumeric);
    states
        .find(says)
        .unwrap_or(line)
        .trim_end()
        .chars()
        .filter(|c| !c.is_control() || *c == '\t')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_redrawn_line_the_last_state_that_says_something_counts() {
        for (line, wanted) in [
            ("/ [0 files]   \r/ [1 files]  \r-", "/ [1 files]"),
            ("plain\ttext  ", "plain\ttext"),
            ("\u{1b}[2Jred\r", "[2Jred"),
            ("---\r===", "---==="),
        ] {
            assert_eq!(clean(line), wanted, "{line:?}");
        }
    }
}

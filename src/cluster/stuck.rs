//! Why a Pod does not run, read from its own status. Pure.

use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Event, Pod, PodStatus};

/// Waiting reasons that do not go away by waiting: the image, its name, or what the container refers to.
const FATAL: [&str; 8] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "CrashLoopBackOff",
];

/// Why a Pod is not ready yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// It may still start: what it waits for.
    Waiting(String),
    /// It will not start without a change: why.
    Fatal(String),
}

impl Hold {
    /// The reason, however bad.
    pub fn reason(&self) -> &str {
        match self {
            Self::Waiting(reason) | Self::Fatal(reason) => reason,
        }
    }
}

/// What holds a Pod up; `None` if it is ready or finished.
pub fn hold(pod: &Pod) -> Option<Hold> {
    let status = pod.status.as_ref()?;
    if is_ready(pod) || matches!(phase(pod), "Succeeded" | "Failed") {
        return None;
    }
    if let Some(reason) = unscheduled(status) {
        return Some(reason);
    }
    let statuses = || container_statuses(status);
    if let Some(fatal) = statuses().find_map(fatal) {
        return Some(Hold::Fatal(fatal));
    }
    let waiting = statuses()
        .find_map(waiting)
        .unwrap_or_else(|| match phase(pod) {
            "Running" => "its containers are not ready".to_owned(),
            _ => "its containers have not started".to_owned(),
        });
    Some(Hold::Waiting(waiting))
}

/// The Pod's phase, `Unknown` if it has none.
pub fn phase(pod: &Pod) -> &str {
    let status = pod.status.as_ref();
    status.and_then(|s| s.phase.as_deref()).unwrap_or("Unknown")
}

/// True if the Pod's `Ready` condition holds.
pub fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|s| s.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|c| c.type_ == "Ready" && c.status == "True"))
}

/// The message of the newest warning among a Pod's events.
pub fn newest_warning(events: &[Event]) -> Option<String> {
    let warnings = events
        .iter()
        .filter(|e| e.type_.as_deref() == Some("Warning"));
    let newest = warnings.max_by_key(|e| {
        let series = e
            .series
            .as_ref()
            .and_then(|s| s.last_observed_time.as_ref());
        let micro = series.or(e.event_time.as_ref()).map(|t| t.0);
        e.last_timestamp.as_ref().map(|t| t.0).max(micro)
    })?;
    newest.message.clone().or_else(|| newest.reason.clone())
}

fn unscheduled(status: &PodStatus) -> Option<Hold> {
    let conditions = status.conditions.as_ref()?;
    let condition = conditions
        .iter()
        .find(|c| c.type_ == "PodScheduled" && c.status == "False")?;
    let reason = condition.reason.as_deref().unwrap_or("not scheduled");
    let text = match &condition.message {
        Some(message) => format!("{reason}: {message}"),
        None => reason.to_owned(),
    };
    // A cluster that adds nodes can still help, so the caller decides how long to wait.
    Some(if reason == "Unschedulable" {
        Hold::Fatal(text)
    } else {
        Hold::Waiting(text)
    })
}

fn container_statuses(status: &PodStatus) -> impl Iterator<Item = &ContainerStatus> {
    let init = status.init_container_statuses.iter().flatten();
    init.chain(status.container_statuses.iter().flatten())
}

fn fatal(status: &ContainerStatus) -> Option<String> {
    let waiting = status.state.as_ref()?.waiting.as_ref()?;
    let reason = waiting.reason.as_deref()?;
    let text = describe(&status.name, reason, waiting.message.as_deref());
    FATAL.contains(&reason).then_some(text)
}

fn waiting(status: &ContainerStatus) -> Option<String> {
    match status.state.as_ref()? {
        ContainerState {
            waiting: Some(waiting),
            ..
        } => {
            let reason = waiting.reason.as_deref().unwrap_or("waiting");
            Some(describe(&status.name, reason, waiting.message.as_deref()))
        }
        ContainerState {
            terminated: Some(ended),
            ..
        } if ended.exit_code != 0 => {
            let reason = format!("exited with code {}", ended.exit_code);
            Some(describe(&status.name, &reason, ended.message.as_deref()))
        }
        _ if !status.ready => Some(describe(&status.name, "not ready", None)),
        _ => None,
    }
}

fn describe(container: &str, reason: &str, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("container {container}: {reason}: {}", message.trim()),
        None => format!("container {container}: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(status: &Value) -> Pod {
        serde_json::from_value(json!({"metadata": {"name": "p"}, "status": status})).unwrap()
    }

    fn container(state: &Value) -> Value {
        json!([{"name": "quetzal", "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state}])
    }

    #[test]
    fn the_reason_is_found_where_it_is() {
        let waiting = |reason: &str, message: Value| {
            container(&json!({"waiting": {"reason": reason, "message": message}}))
        };
        let cases = [
            (
                json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}),
                None,
            ),
            (json!({"phase": "Succeeded"}), None),
            (
                json!({"phase": "Pending", "containerStatuses": waiting("ImagePullBackOff", Value::Null)}),
                Some(Hold::Fatal("container quetzal: ImagePullBackOff".into())),
            ),
            (
                json!({"phase": "Pending", "initContainerStatuses": waiting("CreateContainerConfigError", json!("secret \"s\" not found"))}),
                Some(Hold::Fatal(
                    "container quetzal: CreateContainerConfigError: secret \"s\" not found".into(),
                )),
            ),
            (
                json!({"phase": "Pending", "containerStatuses": waiting("ContainerCreating", Value::Null)}),
                Some(Hold::Waiting("container quetzal: ContainerCreating".into())),
            ),
            (
                json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
                    "reason": "Unschedulable", "message": "0/1 nodes are available"}]}),
                Some(Hold::Fatal("Unschedulable: 0/1 nodes are available".into())),
            ),
            (
                json!({"phase": "Running", "containerStatuses": container(&json!({"running": {}}))}),
                Some(Hold::Waiting("container quetzal: not ready".into())),
            ),
            (
                json!({"phase": "Running", "containerStatuses":
                    container(&json!({"terminated": {"exitCode": 137}}))}),
                Some(Hold::Waiting(
                    "container quetzal: exited with code 137".into(),
                )),
            ),
        ];
        for (status, expected) in cases {
            assert_eq!(hold(&pod(&status)), expected, "{status}");
        }
    }

    #[test]
    fn the_newest_warning_explains() {
        let event = |kind: &str, at: &str, message: &str| -> Event {
            serde_json::from_value(json!({"metadata": {}, "involvedObject": {}, "type": kind,
                "lastTimestamp": at, "message": message}))
            .unwrap()
        };
        let events = [
            event("Warning", "2026-01-01T00:00:00Z", "old"),
            event("Warning", "2026-01-02T00:00:00Z", "Failed to pull image"),
            event("Normal", "2026-01-03T00:00:00Z", "Scheduled"),
        ];
        assert_eq!(
            newest_warning(&events).as_deref(),
            Some("Failed to pull image")
        );
        assert_eq!(newest_warning(&events[2..]), None);
    }
}

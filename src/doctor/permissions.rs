//! What each command asks of the API server: one table behind the check, the Role that is printed ([`super::rbac`]) and
//! the README. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One thing that an account must be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Need {
    /// API group, empty for the core.
    pub group: &'static str,
    /// Resource in the plural, its subresource behind a slash.
    pub resource: &'static str,
    /// Kubernetes' verb, such as `list`.
    pub verb: &'static str,
}

impl fmt::Display for Need {
    /// As `kubectl auth can-i` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (resource, sub) = match self.resource.split_once('/') {
            Some((resource, sub)) => (resource, Some(sub)),
            None => (self.resource, None),
        };
        write!(f, "{} {resource}", self.verb)?;
        if !self.group.is_empty() {
            write!(f, ".{}", self.group)?;
        }
        sub.map_or(Ok(()), |sub| write!(f, "/{sub}"))
    }
}

/// Kubernetes' verbs, in the order in which a Role names them.
pub(super) const VERBS: [&str; 7] = [
    "get", "list", "watch", "create", "update", "patch", "delete",
];

/// Group, resource and verbs.
type Part = &'static [(&'static str, &'static str, &'static [&'static str])];

const EXEC: &[&str] = &["get", "create"];

/// The Pod is found by labels, or by `--pod`.
const DATABASE: Part = &[("", "pods", &["get", "list"]), ("", "pods/exec", EXEC)];
const CRONJOB: Part = &[("batch", "cronjobs", &["get", "list"])];
/// A Pod of ours beside the bucket, and why it does not start.
const BUCKET: Part = &[
    ("", "pods", &["get", "list", "create", "delete"]),
    ("", "pods/exec", EXEC),
    ("", "events", &["list"]),
];
const JOB: Part = &[
    ("batch", "jobs", &["get", "list", "create"]),
    ("", "pods", &["list"]),
    ("", "pods/log", &["get"]),
    ("", "events", &["list"]),
];
/// Jobs of ours that work on a restore.
const SEE_JOBS: Part = &[("batch", "jobs", &["list"])];
/// A safety backup that is no longer wanted.
const STOP_JOB: Part = &[
    ("batch", "jobs", &["get", "delete"]),
    ("", "pods", &["list"]),
];
/// The schedule stopped, and what it started awaited.
const SCHEDULE: Part = &[
    ("batch", "cronjobs", &["patch"]),
    ("batch", "jobs", &["list"]),
];
const APPLICATION: Part = &[
    ("apps", "deployments", &["list"]),
    ("apps", "statefulsets", &["list"]),
];
const STOP_APPLICATION: Part = &[
    ("apps", "deployments", &["get", "patch"]),
    ("apps", "statefulsets", &["get", "patch"]),
    ("", "pods", &["list"]),
];
const READ_RECORDS: Part = &[("", "configmaps", &["list"])];
const WRITE_RECORDS: Part = &[("", "configmaps", &["get", "create", "update"])];
const DROP_RECORDS: Part = &[("", "configmaps", &["delete"])];
/// The script of the backup, where a ConfigMap holds it.
const SCRIPT: Part = &[("", "configmaps", &["get"])];
const SEE_LOCK: Part = &[("coordination.k8s.io", "leases", &["get"])];
const LOCK: Part = &[(
    "coordination.k8s.io",
    "leases",
    &["get", "create", "update", "delete"],
)];

/// Every command that asks a cluster, and the parts of its work.
const COMMANDS: &[(&str, &[Part])] = &[
    ("backup", &[DATABASE, CRONJOB, BUCKET, JOB]),
    ("list", &[DATABASE, CRONJOB, BUCKET, READ_RECORDS]),
    ("download", &[DATABASE, CRONJOB, BUCKET, READ_RECORDS]),
    ("verify", &[DATABASE, CRONJOB, BUCKET, READ_RECORDS]),
    ("restore", RESTORE),
    (
        "drill",
        &[
            DATABASE,
            CRONJOB,
            BUCKET,
            APPLICATION,
            SCHEDULE,
            READ_RECORDS,
            WRITE_RECORDS,
            DROP_RECORDS,
            LOCK,
        ],
    ),
    (
        "status",
        &[
            DATABASE,
            CRONJOB,
            APPLICATION,
            READ_RECORDS,
            SEE_JOBS,
            SEE_LOCK,
        ],
    ),
    ("resume", RESTORE),
    (
        "rollback",
        &[
            DATABASE,
            CRONJOB,
            APPLICATION,
            STOP_APPLICATION,
            SCHEDULE,
            STOP_JOB,
            READ_RECORDS,
            WRITE_RECORDS,
            DROP_RECORDS,
            LOCK,
        ],
    ),
    (
        "cleanup",
        &[
            DATABASE,
            CRONJOB,
            APPLICATION,
            READ_RECORDS,
            DROP_RECORDS,
            LOCK,
        ],
    ),
    (
        "maintenance",
        &[
            DATABASE,
            CRONJOB,
            APPLICATION,
            STOP_APPLICATION,
            READ_RECORDS,
            LOCK,
        ],
    ),
    (
        "doctor",
        &[DATABASE, CRONJOB, SCRIPT, READ_RECORDS, SEE_LOCK],
    ),
];

const RESTORE: &[Part] = &[
    DATABASE,
    CRONJOB,
    BUCKET,
    JOB,
    STOP_JOB,
    SCHEDULE,
    APPLICATION,
    STOP_APPLICATION,
    READ_RECORDS,
    WRITE_RECORDS,
    DROP_RECORDS,
    LOCK,
];

/// The commands of the table.
pub fn commands() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, _)| *name)
}

/// What a command may ask for; nothing for one that is not in the table.
pub fn needs(command: &str) -> BTreeSet<Need> {
    let of = COMMANDS.iter().filter(|(name, _)| *name == command);
    let parts = of.flat_map(|(_, parts)| parts.iter());
    parts
        .flat_map(|part| part.iter())
        .flat_map(|&(group, resource, verbs)| {
            verbs.iter().map(move |verb| Need {
                group,
                resource,
                verb,
            })
        })
        .collect()
}

/// The same as kubectl names it, `cronjobs.batch`, each with its verbs.
pub fn by_resource(command: &str) -> BTreeMap<String, Vec<&'static str>> {
    let mut resources = BTreeMap::<_, Vec<_>>::new();
    let needs = needs(command);
    for verb in VERBS {
        for need in needs.iter().filter(|need| need.verb == verb) {
            let text = need.to_string();
            let resource = text.trim_start_matches(verb).trim_start();
            resources.entry(resource.to_owned()).or_default().push(verb);
        }
    }
    resources
}

/// What all commands together may ask for.
pub fn all_needs() -> BTreeSet<Need> {
    commands().flat_map(needs).collect()
}

/// The commands that need something of `missing`, each with what it lacks.
pub fn lacking(missing: &[Need]) -> BTreeMap<&'static str, Vec<Need>> {
    let lack = |name| {
        let lacks = needs(name)
            .into_iter()
            .filter(|need| missing.contains(need));
        (name, lacks.collect::<Vec<_>>())
    };
    let lacking = commands().map(lack);
    lacking.filter(|(_, lacks)| !lacks.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_reads_as_kubectl_takes_it() {
        let need = |group, resource| Need {
            group,
            resource,
            verb: "get",
        };
        assert_eq!(need("", "pods/exec").to_string(), "get pods/exec");
        assert_eq!(need("batch", "jobs").to_string(), "get jobs.batch");
    }

    #[test]
    fn what_a_command_needs_is_told_by_resource() {
        let list = by_resource("list");
        assert_eq!(list["pods"], ["get", "list", "create", "delete"]);
        assert_eq!(list["cronjobs.batch"], ["get", "list"]);
        assert!(by_resource("completion").is_empty());
    }

    #[test]
    fn what_is_missing_is_told_by_command() {
        let delete = Need {
            group: "batch",
            resource: "jobs",
            verb: "delete",
        };
        let lacking = lacking(&[delete]);
        let commands: Vec<_> = lacking.keys().copied().collect();
        assert_eq!(commands, ["restore", "resume", "rollback"]);
        assert_eq!(lacking["restore"], [delete]);
    }
}

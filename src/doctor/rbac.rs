//! The Role that all commands together need, as a manifest. Pure.

use std::fmt::Write as _;

use super::permissions::{VERBS, all_needs};

/// Resources in the order of the Role's rules, with what a reader may wonder about. Neighbours with the same verbs and
/// no word between them share a rule.
const RESOURCES: &[(&str, &str, &str)] = &[
    (
        "",
        "pods",
        "create, delete: the short-lived Pod that talks to the bucket",
    ),
    ("", "pods/log", ""),
    (
        "",
        "pods/exec",
        "exec over a websocket is a get; from Kubernetes 1.35 on it takes create as well",
    ),
    ("", "events", ""),
    (
        "",
        "configmaps",
        "the journals of restores, and which backups are safety copies",
    ),
    ("batch", "cronjobs", "patch: suspend"),
    (
        "batch",
        "jobs",
        "delete: a safety backup that is no longer wanted",
    ),
    (
        "apps",
        "deployments",
        "patch: replicas, to stop and start the application",
    ),
    ("apps", "statefulsets", ""),
    ("coordination.k8s.io", "leases", "the lock"),
];

/// Who is to be allowed all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A `ServiceAccount` of the same namespace; it is made, too.
    ServiceAccount(String),
    /// A user, by the name that the cluster knows.
    User(String),
    /// A group.
    Group(String),
}

const NAME: &str = "quetzal-db-operator";
const RBAC: &str = "rbac.authorization.k8s.io";

impl Default for Subject {
    fn default() -> Self {
        Self::ServiceAccount(NAME.to_owned())
    }
}

/// The manifest: a Role with all that any command needs, given to the subject; without a namespace, unless one is named.
pub fn manifest(subject: &Subject, namespace: Option<&str>) -> String {
    let metadata = |name: &str| {
        let namespace = namespace.map(|n| format!("\n  namespace: {}", quoted(n)));
        format!(
            "metadata:\n  name: {name}{}\n",
            namespace.unwrap_or_default()
        )
    };
    let (account, subject) = match subject {
        Subject::ServiceAccount(name) => (
            format!(
                "apiVersion: v1\nkind: ServiceAccount\n{}---\n",
                metadata(&quoted(name))
            ),
            format!("kind: ServiceAccount\n    name: {}", quoted(name))
                + &namespace
                    .map_or_else(String::new, |n| format!("\n    namespace: {}", quoted(n))),
        ),
        Subject::User(name) => (String::new(), named("User", name)),
        Subject::Group(name) => (String::new(), named("Group", name)),
    };
    format!(
        "# All that kubectl quetzal-db may do. It reads no Secret.\n{account}\
         apiVersion: {RBAC}/v1\nkind: Role\n{metadata}{rules}---\n\
         apiVersion: {RBAC}/v1\nkind: RoleBinding\n{metadata}\
         roleRef:\n  apiGroup: {RBAC}\n  kind: Role\n  name: {NAME}\nsubjects:\n  - {subject}\n",
        metadata = metadata(NAME),
        rules = rules(),
    )
}

fn named(kind: &str, name: &str) -> String {
    format!(
        "apiGroup: {RBAC}\n    kind: {kind}\n    name: {}",
        quoted(name)
    )
}

/// A name as YAML takes it for text: as it is where nothing else could be meant.
fn quoted(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&name.to_ascii_lowercase().as_str());
    if plain {
        name.to_owned()
    } else {
        serde_json::Value::from(name).to_string()
    }
}

/// The rules of the Role.
pub fn rules() -> String {
    let needs = all_needs();
    let verbs = |group: &str, resource: &str| -> Vec<&str> {
        let has = |verb: &&str| {
            let mut of = needs.iter();
            of.any(|n| (n.group, n.resource, n.verb) == (group, resource, *verb))
        };
        VERBS.into_iter().filter(has).collect()
    };
    let is_one = |a: &(&str, &str, &str), b: &(&str, &str, &str)| {
        a.0 == b.0 && b.2.is_empty() && verbs(a.0, a.1) == verbs(b.0, b.1)
    };
    // Writing to a String cannot fail.
    let mut text = "rules:\n".to_owned();
    for rule in RESOURCES.chunk_by(is_one) {
        let [(group, first, word), ..] = rule else {
            continue;
        };
        if !word.is_empty() {
            let _ = writeln!(text, "  # {word}");
        }
        let group = if group.is_empty() { "\"\"" } else { group };
        let resources: Vec<_> = rule.iter().map(|(_, resource, _)| *resource).collect();
        let _ = write!(
            text,
            "  - apiGroups: [{group}]\n    resources: [{}]\n    verbs: [{}]\n",
            resources.join(", "),
            verbs(rule[0].0, first).join(", ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_resource_has_its_place_in_the_role() {
        let placed: BTreeSet<_> = RESOURCES.iter().map(|(g, r, _)| (*g, *r)).collect();
        let needed: BTreeSet<_> = all_needs().iter().map(|n| (n.group, n.resource)).collect();
        assert_eq!(placed, needed);
        for need in all_needs() {
            assert!(VERBS.contains(&need.verb), "{need}");
        }
    }

    #[test]
    fn a_name_stays_text() {
        assert_eq!(quoted("dba-team"), "dba-team");
        assert_eq!(quoted("jane@example.org"), r#""jane@example.org""#);
        assert_eq!(quoted("no"), r#""no""#);
        assert_eq!(quoted("1e3"), r#""1e3""#);
        assert_eq!(quoted("a\n- b: \"c"), r#""a\n- b: \"c""#);
    }

    #[test]
    fn a_user_gets_no_service_account() {
        let text = manifest(&Subject::User("jane@example.org".to_owned()), Some("shop"));
        assert!(!text.contains("ServiceAccount"), "{text}");
        assert!(
            text.ends_with(
                "subjects:\n  - apiGroup: rbac.authorization.k8s.io\n    kind: User\n    name: \"jane@example.org\"\n"
            ),
            "{text}"
        );
        assert_eq!(text.matches("  namespace: shop\n").count(), 2, "{text}");
    }
}

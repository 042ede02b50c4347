//! What the long help of each verb says of permissions.

use crate::doctor::permissions::by_resource;

/// The examples, and below them what the command may ask of the API server.
pub(super) fn below(examples: &str, command: &str) -> String {
    let resources = by_resource(command).into_iter();
    let lines = resources.map(|(resource, verbs)| format!("\n  {resource}: {}", verbs.join(", ")));
    let lines: String = lines.collect();
    format!("{examples}\n\nPermissions in the namespace; doctor tells which are missing:{lines}")
}

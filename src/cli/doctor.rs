//! `doctor`.

use clap::Args;

use crate::doctor::rbac::Subject;

/// `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print the Role that all commands together need, to be applied; asks no cluster
    #[arg(long)]
    pub rbac: bool,
    /// Whom that Role is given to (with `--rbac`): serviceaccount:NAME, user:NAME or group:NAME
    #[arg(
        long,
        requires = "rbac",
        value_name = "KIND:NAME",
        value_parser = subject,
        default_value = "serviceaccount:quetzal-db-operator"
    )]
    pub rbac_for: Subject,
}

fn subject(text: &str) -> Result<Subject, String> {
    let (kind, name) = text.split_once(':').unwrap_or((text, ""));
    let of = match kind {
        "serviceaccount" => Subject::ServiceAccount,
        "user" => Subject::User,
        "group" => Subject::Group,
        _ => return Err("the kind is serviceaccount, user or group".to_owned()),
    };
    if name.is_empty() {
        return Err(format!("a name is missing: {kind}:NAME"));
    }
    Ok(of(name.to_owned()))
}

//! What a person can type where an undo failed for good. Pure.

use crate::postgres::identifier;

use super::journal::StepName;
use super::plan::{DatabasePlan, Plan};

/// Commands that do what the undo of `step` would have done; SQL is for `psql -d postgres` as the superuser.
pub fn by_hand(step: StepName, plan: &Plan) -> Vec<String> {
    let namespace = &plan.target.namespace;
    let scale = |name: &str, replicas: i32| {
        format!("kubectl -n {namespace} scale {name} --replicas={replicas}")
    };
    let suspend = |suspended: bool| {
        let cronjob = plan.cronjob.iter().filter(|(_, before)| !before);
        let patch = format!(r#"'{{"spec":{{"suspend":{suspended}}}}}'"#);
        cronjob
            .map(|(name, _)| format!("kubectl -n {namespace} patch cronjob {name} -p {patch}"))
            .collect()
    };
    let databases = || plan.databases.iter();
    match step {
        StepName::Transfer | StepName::Unpack => vec![format!(
            "kubectl -n {namespace} exec {} -- rm -rf {}/{}",
            plan.target.pod, plan.disk.folder, plan.id
        )],
        StepName::SuspendBackups => suspend(false),
        StepName::ResumeBackups => suspend(true),
        StepName::StartSafetyBackup => {
            let safety = plan.safety.iter();
            safety
                .map(|s| format!("kubectl -n {namespace} delete job {}", s.job))
                .collect()
        }
        StepName::CreateRoles => {
            let roles = plan.roles.create.iter();
            roles
                .map(|r| format!("DROP ROLE {};", identifier(r)))
                .collect()
        }
        StepName::Stage => databases()
            .map(|d| format!("DROP DATABASE IF EXISTS {};", identifier(&d.staged)))
            .collect(),
        StepName::MaintenanceOn => {
            let runners = plan.runners.iter();
            runners.map(|r| scale(&r.name, r.replicas)).collect()
        }
        StepName::DropOld => databases()
            .filter(|d| d.live_bytes.is_some())
            .map(|d| {
                format!(
                    "ALTER DATABASE {} ALLOW_CONNECTIONS true;",
                    identifier(&d.name)
                )
            })
            .collect(),
        StepName::MaintenanceOff => plan.runners.iter().map(|r| scale(&r.name, 0)).collect(),
        StepName::Swap => databases().flat_map(names_back).collect(),
        StepName::ProveSafetyBackup
        | StepName::Prove
        | StepName::Count
        | StepName::DropStaged
        | StepName::CleanUp => Vec::new(),
    }
}

fn names_back(database: &DatabasePlan) -> Vec<String> {
    let name = identifier(&database.name);
    let staged = identifier(&database.staged);
    let mut statements = vec![format!("ALTER DATABASE {name} RENAME TO {staged};")];
    if let Some(kept) = &database.kept {
        let kept = identifier(kept);
        statements.push(format!("ALTER DATABASE {kept} RENAME TO {name};"));
        statements.push(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true;"));
    }
    statements
}

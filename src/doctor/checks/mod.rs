//! What was seen, judged. Pure.

mod backups;
mod container;
mod restores;

use crate::cluster::access::BUILT_FOR;

use super::check::{Check, Seen, Verdict};
use super::facts::{CronJob, Facts, Server};
use super::permissions::{Need, all_needs, lacking};

/// Before it uploads have no end: the API server speaks no version 5 of the exec protocol.
const OLDEST: u32 = 30;
/// Servers this much newer than our types are served well: only APIs are used that are stable for years.
const AHEAD: u32 = 3;

/// Every check, in the order in which one thing rests on the other.
pub fn all(facts: &Facts) -> Vec<Check> {
    vec![
        server(&facts.server),
        permissions(&facts.missing),
        database(&facts.database),
        cronjob(&facts.cronjob),
        container::protocol(&facts.protocol),
        container::tools(&facts.container),
        container::versions(facts),
        container::disk(facts),
        backups::script(&facts.script),
        backups::age(facts),
        backups::bucket(facts),
        restores::restores(facts),
    ]
}

fn server(server: &Seen<Server>) -> Check {
    let judge = |s: &Server| match s.minor {
        None => (
            Verdict::Unknown,
            format!("version {} can't be read", s.text),
        ),
        Some(minor) if minor < OLDEST => (
            Verdict::Failed,
            format!("Kubernetes {}, older than 1.{OLDEST}", s.text),
        ),
        Some(minor) if minor > BUILT_FOR + AHEAD => (
            Verdict::Warning,
            format!(
                "Kubernetes {}, much newer than this plugin (1.{BUILT_FOR})",
                s.text
            ),
        ),
        Some(_) => (Verdict::Ok, format!("Kubernetes {}", s.text)),
    };
    let why = "the plugin is built for the API of certain versions; before 1.30 a restore can't send a backup into a Pod";
    let check = server.check("api-server", why, judge);
    match check.verdict {
        Verdict::Warning => check.mended_by(["kubectl krew upgrade quetzal-db"]),
        _ => check,
    }
}

fn permissions(missing: &Seen<Vec<Need>>) -> Check {
    let judge = |missing: &Vec<Need>| {
        if missing.is_empty() {
            let all = all_needs().len();
            return (Verdict::Ok, format!("all {all} that the commands use"));
        }
        let told = lacking(missing).into_iter().map(|(command, lacks)| {
            let lacks: Vec<_> = lacks.iter().map(ToString::to_string).collect();
            format!("{command} may not {}", lacks.join(", "))
        });
        (Verdict::Failed, told.collect::<Vec<_>>().join("\n"))
    };
    let why = "a command that may not do a part of its work stops there";
    let check = missing.check("permissions", why, judge);
    match check.verdict {
        Verdict::Failed => check.mended_by([
            "kubectl quetzal-db doctor --rbac --rbac-for user:NAME | kubectl apply -f -",
        ]),
        _ => check,
    }
}

fn database(database: &Seen<String>) -> Check {
    let why = "commands act on exactly one database Pod; where labels fit several, a flag decides";
    database.check("database", why, |what| (Verdict::Ok, what.clone()))
}

fn cronjob(cronjob: &Seen<CronJob>) -> Check {
    let judge = |c: &CronJob| match &c.bucket {
        Some(bucket) => (Verdict::Ok, format!("cronjob/{}, to {bucket}", c.name)),
        None => (
            Verdict::Warning,
            format!(
                "cronjob/{} names no bucket: no variable begins with gs:// or s3://",
                c.name
            ),
        ),
    };
    let why = "backups, and the safety backup of a restore, are Jobs of exactly one CronJob";
    let check = cronjob.check("cronjob", why, judge);
    match check.verdict {
        Verdict::Warning => check.mended_by(["export QUETZAL_DB_BUCKET=gs://BUCKET/db"]),
        _ => check,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_the_api_server_counts() {
        let verdict = |minor| {
            let text = "v1".to_owned();
            server(&Seen::There(Server { minor, text })).verdict
        };
        assert_eq!(verdict(Some(29)), Verdict::Failed);
        assert_eq!(verdict(Some(30)), Verdict::Ok);
        assert_eq!(verdict(Some(BUILT_FOR + 3)), Verdict::Ok);
        assert_eq!(verdict(Some(BUILT_FOR + 4)), Verdict::Warning);
        assert_eq!(verdict(None), Verdict::Unknown);
    }

    #[test]
    fn a_missing_permission_is_told_with_its_commands() {
        let missing = Need {
            group: "",
            resource: "pods/log",
            verb: "get",
        };
        let check = permissions(&Seen::There(vec![missing]));
        assert_eq!(check.verdict, Verdict::Failed);
        assert_eq!(
            check.found,
            "backup may not get pods/log\nrestore may not get pods/log\nresume may not get pods/log"
        );
    }

    #[test]
    fn what_was_not_seen_is_unknown_and_what_is_not_there_fails() {
        let unseen = database(&Seen::Unseen("no permission".to_owned()));
        assert_eq!(
            (unseen.verdict, unseen.found.as_str()),
            (Verdict::Unknown, "no permission")
        );
        let wrong = Seen::Wrong("several".to_owned(), Some("choose".to_owned()));
        let wrong = database(&wrong);
        assert_eq!(
            (wrong.verdict, wrong.mend),
            (Verdict::Failed, vec!["choose".to_owned()])
        );
    }
}

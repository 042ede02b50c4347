//! The container of the database: how it is spoken with, what is in it, and its volume.

use bytesize::ByteSize;

use crate::doctor::check::{Check, Seen, Verdict};
use crate::doctor::facts::{CronJob, Facts, Protocol};
use crate::doctor::tools::{ALL, DECOMPRESSORS, DUMP, Probed, RESTORE};
use crate::postgres::{Catalog, is_kept_name};
use crate::restore::facts::Disk;
use crate::restore::space;

pub(super) fn protocol(seen: &Seen<Protocol>) -> Check {
    let judge = |protocol: &Protocol| match protocol {
        Protocol::V5 => (Verdict::Ok, "WebSocket, version 5".to_owned()),
        Protocol::V4 => (
            Verdict::Failed,
            "WebSocket, version 4: the end of an upload can't be told".to_owned(),
        ),
    };
    let why = "a restore sends the backup through it; only version 5 (Kubernetes 1.30 and later) can end an upload";
    seen.check("exec", why, judge)
}

pub(super) fn tools(seen: &Seen<Probed>) -> Check {
    let judge = |probed: &Probed| {
        let all = [ALL, RESTORE, &[DUMP]].concat();
        let lacks: Vec<_> = [
            ("every command", ALL),
            ("restore", RESTORE),
            ("backup --output", &[DUMP]),
        ]
        .into_iter()
        .map(|(who, tools)| (who, probed.without(tools)))
        .filter(|(_, missing)| !missing.is_empty())
        .map(|(who, missing)| format!("{who} lacks {}", missing.join(", ")))
        .collect();
        if !lacks.is_empty() {
            return (Verdict::Failed, lacks.join("\n"));
        }
        let absent = probed.without(DECOMPRESSORS);
        let but = match absent.as_slice() {
            [] => String::new(),
            absent => format!(
                "; no backup compressed by {} can be restored",
                absent.join(", ")
            ),
        };
        (
            Verdict::Ok,
            format!("all {} that the steps run{but}", all.len()),
        )
    };
    let why =
        "the steps run these programs in the database's container; nothing is installed there";
    seen.check("tools", why, judge)
}

pub(super) fn versions(facts: &Facts) -> Check {
    let why = "a pg_dumpall older than the server refuses to dump it, and what a newer one writes may not load into it";
    let id = "client-versions";
    let (Some(probed), Some(live)) = (facts.container.get(), facts.live.get()) else {
        let reason = facts.container.reason().or(facts.live.reason());
        let reason = reason.unwrap_or_default().to_owned();
        return Check::new(id, why, (Verdict::Unknown, reason));
    };
    Check::new(
        id,
        why,
        judge_versions(probed, live.major(), facts.cronjob.get()),
    )
}

fn judge_versions(probed: &Probed, server: u32, cronjob: Option<&CronJob>) -> (Verdict, String) {
    let told = |program: &str| match probed.majors.get(program) {
        Some(major) => format!("{program} {major}"),
        None => format!("no {program}"),
    };
    let found = format!(
        "PostgreSQL {server}, in its container {} and {}",
        told("psql"),
        told(DUMP)
    );
    let dump = probed.majors.get(DUMP).copied();
    let psql = probed.majors.get("psql").copied();
    match (dump, psql, cronjob.and_then(|c| c.other_image.as_ref())) {
        (Some(dump), ..) if dump < server => (Verdict::Failed, found),
        (None, ..) | (_, None, _) => (Verdict::Unknown, found),
        (Some(dump), Some(psql), _) if dump > server || psql < server => (Verdict::Warning, found),
        (.., Some(image)) => (
            Verdict::Unknown,
            format!("{found}; what the CronJob's image {image} has can't be seen"),
        ),
        _ => (Verdict::Ok, found),
    }
}

/// Measured ratios of a database to its text begin here.
const TEXT_PERCENT: u64 = 164;

pub(super) fn disk(facts: &Facts) -> Check {
    let why = "a restore loads beside the live databases, so the volume must hold both, the backup and its text";
    let id = "disk";
    let Some(live) = facts.live.get() else {
        let reason = facts.live.reason().unwrap_or_default().to_owned();
        return Check::new(id, why, (Verdict::Unknown, reason));
    };
    let judge = |disk: &Disk| judge_disk(disk, live, facts.newest_bytes);
    let check = facts.disk.check(id, why, judge);
    let kept = live.databases.iter().any(|d| is_kept_name(&d.name));
    match check.verdict {
        Verdict::Warning | Verdict::Failed if kept => {
            check.mended_by(["kubectl quetzal-db cleanup"])
        }
        Verdict::Warning => check.mended_by(["kubectl quetzal-db restore BACKUP --in-place"]),
        Verdict::Failed => check.mended_by(["kubectl edit persistentvolumeclaim NAME"]),
        _ => check,
    }
}

/// Of the newest backup only its size is known: what it holds is taken for as large as what is live.
fn judge_disk(disk: &Disk, live: &Catalog, newest: Option<u64>) -> (Verdict, String) {
    let restored = |name: &str| !name.starts_with("template") && !is_kept_name(name);
    let databases = live.databases.iter().filter(|d| restored(&d.name));
    let old: u64 = databases.map(|d| d.size).sum();
    let text = old.saturating_mul(100) / TEXT_PERCENT;
    let stored = newest.unwrap_or(text / 2);
    let log = if disk.log.is_none() {
        live.max_wal_bytes.min(text)
    } else {
        0
    };
    let fixed = stored + text + space::reserve(disk.total);
    let beside = fixed + old + log;
    let found = format!(
        "{} free, about {} needed for a backup of what is live",
        ByteSize(disk.free),
        ByteSize(beside)
    );
    let verdict = if beside <= disk.free {
        Verdict::Ok
    } else if fixed <= disk.free && fixed + log <= disk.free.saturating_add(old) {
        Verdict::Warning
    } else {
        Verdict::Failed
    };
    (verdict, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probed(majors: &[(&str, u32)], without: &str) -> Probed {
        let tools = [ALL, RESTORE, &[DUMP, "xz"]].concat();
        Probed {
            tools: tools
                .into_iter()
                .filter(|tool| *tool != without)
                .map(str::to_owned)
                .collect(),
            majors: majors.iter().map(|(p, m)| ((*p).to_owned(), *m)).collect(),
            file: None,
        }
    }

    #[test]
    fn a_missing_program_is_told_with_who_needs_it() {
        let check = |without| tools(&Seen::There(probed(&[], without)));
        let well = check("");
        assert_eq!(well.verdict, Verdict::Ok);
        assert!(
            well.found
                .ends_with("; no backup compressed by bzip2, zstd can be restored")
        );
        let cases = [
            ("df", "every command lacks df"),
            ("tar", "restore lacks tar"),
            (DUMP, "backup --output lacks pg_dumpall"),
        ];
        for (tool, found) in cases {
            let check = check(tool);
            assert_eq!(
                (check.verdict, check.found.as_str()),
                (Verdict::Failed, found)
            );
        }
        assert_eq!(check("xz").verdict, Verdict::Ok);
    }

    #[test]
    fn a_client_must_fit_its_server() {
        let verdict = |psql, dump| {
            let probed = probed(&[("psql", psql), (DUMP, dump)], "");
            judge_versions(&probed, 15, None).0
        };
        assert_eq!(verdict(15, 15), Verdict::Ok);
        assert_eq!(verdict(15, 14), Verdict::Failed);
        assert_eq!(verdict(15, 16), Verdict::Warning);
        assert_eq!(verdict(14, 15), Verdict::Warning);
        assert_eq!(
            judge_versions(&probed(&[], ""), 15, None).0,
            Verdict::Unknown
        );
    }

    #[test]
    fn the_volume_must_hold_both_or_at_least_the_new_ones() {
        const GIB: u64 = 1 << 30;
        let live: Catalog = serde_json::from_value(serde_json::json!({
            "version_num": 150_000, "version": "15", "system_identifier": "1", "started": "", "user": "u",
            "databases": [
                {"name": "quetzal", "size": 164 * GIB, "connectable": true},
                {"name": "quetzal__before_1ead8dbe", "size": 900 * GIB, "connectable": false}],
            "roles": [], "predefined_roles": [], "parameters": [], "memberships": null, "role_settings": null, "tablespaces": [], "extensions": null,
            "busy": null, "max_wal_bytes": GIB,
        }))
        .unwrap();
        let verdict = |free| {
            let disk = Disk {
                folder: String::new(),
                data: String::new(),
                free: free * GIB,
                total: 1000 * GIB,
                log: None,
            };
            judge_disk(&disk, &live, Some(20 * GIB)).0
        };
        // 20 stored, 100 of text, 10 kept free; then 164 for the databases and 1 of log.
        assert_eq!(verdict(295), Verdict::Ok);
        assert_eq!(verdict(294), Verdict::Warning);
        assert_eq!(verdict(130), Verdict::Warning);
        assert_eq!(verdict(129), Verdict::Failed);
    }
}

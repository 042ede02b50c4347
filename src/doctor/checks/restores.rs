//! Restores that are under way, or were left.

use crate::doctor::check::{Check, Seen, Verdict};
use crate::doctor::facts::{Facts, Restore};
use crate::restore::record::Standing;

pub(super) fn restores(facts: &Facts) -> Check {
    let why = "what a restore left half-way keeps the next one from beginning, and may keep the application stopped";
    let holder = facts.holder.get().and_then(Option::as_ref);
    let judge = |restores: &Vec<Restore>| judge(restores, holder);
    let id = "restores";
    if let Seen::Unseen(reason) = &facts.holder {
        return Check::new(id, why, (Verdict::Unknown, reason.clone()));
    }
    let check = facts.restores.check(id, why, judge);
    let any = |standing| {
        let restores = facts.restores.get();
        restores.is_some_and(|all| all.iter().any(|r| r.standing == standing))
    };
    match check.verdict {
        Verdict::Ok | Verdict::Unknown => check,
        _ if holder.is_some() => check.mended_by(["kubectl quetzal-db status --watch"]),
        _ if any(Standing::Stuck) => check.mended_by(["kubectl quetzal-db rollback"]),
        _ if any(Standing::Interrupted) => {
            check.mended_by(["kubectl quetzal-db resume", "kubectl quetzal-db rollback"])
        }
        _ => check.mended_by(["kubectl quetzal-db status"]),
    }
}

fn judge(restores: &[Restore], holder: Option<&(String, String)>) -> (Verdict, String) {
    let open = restores.iter().find(|r| {
        matches!(
            r.standing,
            Standing::Interrupted | Standing::Stuck | Standing::GivenUp
        )
    });
    let at = |r: &Restore| {
        r.step
            .map_or_else(String::new, |step| format!(" at \"{step}\""))
    };
    match (open, holder) {
        (Some(r), Some((who, since))) => (
            Verdict::Warning,
            format!("{} is under way{}, by {who} since {since}", r.id, at(r)),
        ),
        (None, Some((who, since))) => (Verdict::Warning, format!("{who} is at work since {since}")),
        (Some(r), None) => {
            let what = match r.standing {
                Standing::Stuck => "is stuck in its rollback",
                Standing::GivenUp => "was given up with the old databases dropped",
                _ => "was interrupted",
            };
            (Verdict::Failed, format!("{} {what}{}", r.id, at(r)))
        }
        (None, None) => {
            let kept = restores.iter().filter(|r| r.standing == Standing::Finished);
            let found = match kept.count() {
                0 => "none is open".to_owned(),
                kept => format!("none is open, {kept} finished with the old databases kept"),
            };
            (Verdict::Ok, found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_counts_and_who_is_at_work() {
        let restore = |standing| Restore {
            id: "1ead8dbe".to_owned(),
            standing,
            step: Some("Swap the databases"),
        };
        let holder = ("ada".to_owned(), "noon".to_owned());
        let cases = [
            (vec![], None, Verdict::Ok, "none is open"),
            (
                vec![],
                Some(&holder),
                Verdict::Warning,
                "ada is at work since noon",
            ),
            (
                vec![restore(Standing::Interrupted)],
                Some(&holder),
                Verdict::Warning,
                "1ead8dbe is under way at \"Swap the databases\", by ada since noon",
            ),
            (
                vec![restore(Standing::Finished), restore(Standing::Interrupted)],
                None,
                Verdict::Failed,
                "1ead8dbe was interrupted at \"Swap the databases\"",
            ),
            (
                vec![restore(Standing::Finished)],
                None,
                Verdict::Ok,
                "none is open, 1 finished with the old databases kept",
            ),
        ];
        for (restores, holder, verdict, found) in cases {
            assert_eq!(judge(&restores, holder), (verdict, found.to_owned()));
        }
    }
}

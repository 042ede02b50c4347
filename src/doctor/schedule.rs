//! When a CronJob should have run, from its schedule in cron's notation as Kubernetes reads it. Pure.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// The 29th of February comes back within eight years.
const DAYS: u32 = 8 * 366;

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    kind: Kind,
    zone: TimeZone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Bit N: at N.
    Fields {
        minutes: u64,
        hours: u64,
        days: u64,
        months: u64,
        weekdays: u64,
        /// A day must fit both fields where one of them is a star, else either.
        both: bool,
    },
    Every(SignedDuration),
}

impl Schedule {
    /// Reads one; nothing where it has a form that we do not know. Without a zone it is meant in UTC, as the
    /// controller's own clock mostly is.
    pub fn parse(text: &str, zone: Option<&str>) -> Option<Self> {
        let zone = match zone {
            Some(name) => TimeZone::get(name).ok()?,
            None => TimeZone::UTC,
        };
        let kind = match text.trim() {
            "@yearly" | "@annually" => fields("0 0 1 1 *"),
            "@monthly" => fields("0 0 1 * *"),
            "@weekly" => fields("0 0 * * 0"),
            "@daily" | "@midnight" => fields("0 0 * * *"),
            "@hourly" => fields("0 * * * *"),
            other => match other.strip_prefix("@every ") {
                Some(span) => every(span),
                None => fields(other),
            },
        };
        Some(Self { kind: kind?, zone })
    }

    /// The last time at or before `now` at which it was due.
    pub fn last_due(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.kind {
            Kind::Every(span) => now.checked_sub(*span).ok(),
            Kind::Fields { minutes, hours, .. } => {
                let local = now.to_zoned(self.zone.clone()).datetime();
                let mut date = local.date();
                let mut latest = local.time();
                for _ in 0..DAYS {
                    if self.is_day(date)
                        && let Some(time) = last_time(*hours, *minutes, latest)
                    {
                        return self.instant(DateTime::from_parts(date, time));
                    }
                    date = date.checked_sub(Span::new().days(1)).ok()?;
                    latest = Time::MAX;
                }
                None
            }
        }
    }

    fn instant(&self, at: DateTime) -> Option<Timestamp> {
        let zoned = self.zone.to_ambiguous_zoned(at).compatible().ok()?;
        Some(zoned.timestamp())
    }

    fn is_day(&self, date: Date) -> bool {
        let Kind::Fields {
            days,
            months,
            weekdays,
            both,
            ..
        } = self.kind
        else {
            return false;
        };
        let day = has(days, date.day());
        let weekday = has(weekdays, date.weekday().to_sunday_zero_offset());
        has(months, date.month()) && if both { day && weekday } else { day || weekday }
    }
}

fn has(set: u64, number: i8) -> bool {
    set >> number & 1 == 1
}

/// The last time of day of the schedule that is not after `latest`.
fn last_time(hours: u64, minutes: u64, latest: Time) -> Option<Time> {
    let mut hour = (0..=latest.hour()).rev().filter(|h| has(hours, *h));
    let time = |hour: i8| {
        let end = if hour == latest.hour() {
            latest.minute()
        } else {
            59
        };
        let minute = (0..=end).rev().find(|m| has(minutes, *m))?;
        Time::new(hour, minute, 0, 0).ok()
    };
    hour.find_map(time)
}

/// `1h30m`, as Go writes it.
fn every(text: &str) -> Option<Kind> {
    let span = humantime::parse_duration(text).ok()?;
    Some(Kind::Every(SignedDuration::try_from(span).ok()?))
}

fn fields(text: &str) -> Option<Kind> {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    const WEEKDAYS: &str = "sun mon tue wed thu fri sat";
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays] = fields[..] else {
        return None;
    };
    let is_star = |field: &str| field.starts_with(['*', '?']);
    Some(Kind::Fields {
        minutes: set(minutes, 0, 59, "")?,
        hours: set(hours, 0, 23, "")?,
        days: set(days, 1, 31, "")?,
        months: set(months, 1, 12, MONTHS)?,
        weekdays: set(weekdays, 0, 6, WEEKDAYS)?,
        both: is_star(days) || is_star(weekdays),
    })
}

/// A field: lists of numbers, ranges and steps.
fn set(field: &str, low: u32, high: u32, names: &str) -> Option<u64> {
    let number = |text: &str| {
        let name = text.to_ascii_lowercase();
        let position = names.split(' ').position(|n| !n.is_empty() && n == name);
        let value = match position {
            Some(position) => low + u32::try_from(position).ok()?,
            None => text.parse().ok()?,
        };
        (low..=high).contains(&value).then_some(value)
    };
    let mut set = 0;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|s| *s > 0)?)),
            None => (part, None),
        };
        let (first, last) = match (range, range.split_once('-'), step) {
            ("*" | "?", ..) => (low, high),
            (_, Some((first, last)), _) => (number(first)?, number(last)?),
            // `5/15` goes on to the end.
            (_, None, Some(_)) => (number(range)?, high),
            (_, None, None) => (number(range)?, number(range)?),
        };
        if first > last {
            return None;
        }
        for value in (first..=last).step_by(usize::try_from(step.unwrap_or(1)).ok()?) {
            set |= 1 << value;
        }
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn due(schedule: &str, zone: Option<&str>, now: &str) -> String {
        let schedule = Schedule::parse(schedule, zone).unwrap();
        schedule.last_due(now.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn the_last_time_is_found() {
        // 25 November 2026 is a Wednesday.
        let cases = [
            ("17 3 * * 0", "2026-11-25T01:00:00Z", "2026-11-22T03:17:00Z"),
            ("17 3 * * *", "2026-11-25T03:17:00Z", "2026-11-25T03:17:00Z"),
            ("17 3 * * *", "2026-11-25T03:16:59Z", "2026-11-24T03:17:00Z"),
            (
                "*/20 * * * *",
                "2026-11-25T00:19:00Z",
                "2026-11-25T00:00:00Z",
            ),
            (
                "50 22 * * *",
                "2026-11-25T23:10:00Z",
                "2026-11-25T22:50:00Z",
            ),
            (
                "0 4 1,15 * *",
                "2026-11-25T01:00:00Z",
                "2026-11-15T04:00:00Z",
            ),
            (
                "0 4 1 * FRI",
                "2026-11-25T01:00:00Z",
                "2026-11-20T04:00:00Z",
            ),
            (
                "0 4 */2 * MON-TUE",
                "2026-11-25T01:00:00Z",
                "2026-11-23T04:00:00Z",
            ),
            (
                "0 0 29 feb *",
                "2026-11-25T01:00:00Z",
                "2024-02-29T00:00:00Z",
            ),
            (
                "5/15 8 * * *",
                "2026-11-25T09:00:00Z",
                "2026-11-25T08:50:00Z",
            ),
            ("@weekly", "2026-11-25T01:00:00Z", "2026-11-22T00:00:00Z"),
            (
                "@every 1h30m",
                "2026-11-25T01:30:00Z",
                "2026-11-25T00:00:00Z",
            ),
        ];
        for (schedule, now, wanted) in cases {
            assert_eq!(due(schedule, None, now), wanted, "{schedule} before {now}");
        }
    }

    #[test]
    fn the_zone_counts() {
        let zone = Some("Europe/Berlin");
        let now = "2026-11-25T12:00:00Z";
        assert_eq!(due("0 3 * * *", zone, now), "2026-11-25T02:00:00Z");
        assert_eq!(Schedule::parse("0 3 * * *", Some("Mars/Olympus")), None);
    }

    #[test]
    fn what_is_not_understood_is_no_schedule() {
        for text in [
            "",
            "17 3 * *",
            "60 * * * *",
            "0 0 0 * *",
            "* * * * 8",
            "5-1 * * * *",
            "*/0 * * * *",
            "@reboot",
            "@every soon",
            "TZ=UTC 0 3 * * *",
        ] {
            assert_eq!(Schedule::parse(text, None), None, "{text}");
        }
    }
}

//! Whether the server that answers now is the one that was there before, and what became of it in between. Pure.

use std::fmt;

use crate::postgres::catalog::Pulse;

/// What tells one life of the database server from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Name of the Pod.
    pub pod: String,
    /// Its uid.
    pub pod_uid: String,
    /// How often its container was restarted.
    pub restarts: i32,
    /// How the container ended the last time.
    pub last_end: Option<End>,
    /// What the server says.
    pub pulse: Pulse,
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Kubernetes' word for it, such as `OOMKilled`.
    pub reason: String,
    /// Exit code; above 128 a signal.
    pub code: i32,
}

/// What happened to the server between two looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mishap {
    /// Another Pod took the place of the one that was there.
    Moved {
        /// The one that is gone.
        from: String,
        /// The one that is there.
        to: String,
    },
    /// The container ended for want of memory.
    OutOfMemory {
        /// Its Pod.
        pod: String,
    },
    /// The container ended for another reason.
    Restarted {
        /// Its Pod.
        pod: String,
        /// How it ended, where Kubernetes says so.
        end: Option<End>,
    },
    /// A process of the server was killed: it ended all sessions and recovered.
    Crashed {
        /// Its Pod.
        pod: String,
    },
}

impl Life {
    /// What happened since `before`; none if it is the same life.
    pub fn since(&self, before: &Self) -> Option<Mishap> {
        let pod = || self.pod.clone();
        if self.pod_uid != before.pod_uid {
            return Some(Mishap::Moved {
                from: before.pod.clone(),
                to: pod(),
            });
        }
        if self.restarts != before.restarts {
            let memory = |end: &End| end.reason == "OOMKilled";
            return Some(if self.last_end.as_ref().is_some_and(memory) {
                Mishap::OutOfMemory { pod: pod() }
            } else {
                Mishap::Restarted {
                    pod: pod(),
                    end: self.last_end.clone(),
                }
            });
        }
        (self.pulse != before.pulse).then(|| Mishap::Crashed { pod: pod() })
    }
}

impl Mishap {
    /// Whether what was under way may have been its cause: to do that again could take the live databases down again.
    pub fn may_be_our_fault(&self) -> bool {
        !matches!(self, Self::Moved { .. })
    }
}

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved { from, to } => {
                write!(f, "pod/{from} is gone, pod/{to} took its place")
            }
            Self::OutOfMemory { pod } => write!(
                f,
                "the database container of pod/{pod} was killed for want of memory (OOMKilled) and restarted"
            ),
            Self::Restarted { pod, end } => {
                write!(f, "the database container of pod/{pod} ended")?;
                if let Some(End { reason, code }) = end {
                    write!(f, " ({reason}, exit code {code})")?;
                }
                f.write_str(" and was restarted")
            }
            Self::Crashed { pod } => write!(
                f,
                "a process of the database server in pod/{pod} was killed, for want of memory or by a crash: the \
                 server ended all sessions and recovered"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life() -> Life {
        Life {
            pod: "db-1".into(),
            pod_uid: "u-1".into(),
            restarts: 3,
            last_end: None,
            pulse: Pulse {
                system_identifier: "7".into(),
                started: "10:00".into(),
                checkpointer: Some("10:00".into()),
            },
        }
    }

    fn killed(reason: &str) -> End {
        End {
            reason: reason.into(),
            code: 137,
        }
    }

    #[test]
    fn the_same_life_is_no_mishap() {
        assert_eq!(life().since(&life()), None);
        // Kubernetes may learn late how it ended before; that is not news.
        let later = Life {
            last_end: Some(killed("Error")),
            ..life()
        };
        assert_eq!(later.since(&life()), None);
    }

    #[test]
    fn a_killed_process_shows_in_the_checkpointer_alone() {
        let mut after = life();
        after.pulse.checkpointer = Some("10:05".into());
        let mishap = after.since(&life()).unwrap();
        assert_eq!(mishap, Mishap::Crashed { pod: "db-1".into() });
        assert!(mishap.may_be_our_fault());
    }

    #[test]
    fn a_restarted_container_says_why() {
        let after = |reason| Life {
            restarts: 4,
            last_end: Some(killed(reason)),
            ..life()
        };
        let killed = after("OOMKilled").since(&life()).unwrap();
        assert_eq!(killed, Mishap::OutOfMemory { pod: "db-1".into() });
        let ended = after("Error").since(&life()).unwrap();
        assert_eq!(
            ended.to_string(),
            "the database container of pod/db-1 ended (Error, exit code 137) and was restarted"
        );
    }

    #[test]
    fn another_pod_is_not_our_fault() {
        let after = Life {
            pod: "db-2".into(),
            pod_uid: "u-2".into(),
            restarts: 0,
            ..life()
        };
        let moved = after.since(&life()).unwrap();
        assert_eq!(
            moved.to_string(),
            "pod/db-1 is gone, pod/db-2 took its place"
        );
        assert!(!moved.may_be_our_fault());
    }
}

//! How many sessions load, and with how much memory each. Pure.

use std::num::NonZeroU32;

/// More sessions than this get in each other's way.
const MOST: u32 = 8;
/// Sorting an index with less takes many passes.
const LEAST_MEMORY: u64 = 64 << 20;
/// More makes no index faster.
const MOST_MEMORY: u64 = 512 << 20;
/// The least that a B-tree is sorted with.
const LEAST_SORT: u64 = 8 << 20;
/// What each process of a parallel sort must have (`planner.c`, `plan_create_index_workers`).
const LEAST_SHARE: u64 = 32 << 20;
/// Memory for one run while runs are merged (`tuplesort.c`, `tuplesort_merge_order`: a merge buffer and two tapes).
const RUN: u64 = (32 + 2) * 8192;
/// The entries of an index are about this part of the rows.
const ENTRIES: u64 = 4;
/// The share of the container's memory that all sessions may take: the server and the page cache need the rest.
const SHARE: u64 = 4;
/// What a container is taken to have where it doesn't say.
const UNKNOWN_MEMORY: u64 = 2 << 30;

/// What the database's container may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Resources {
    /// Processors, a part of one counted as one; `None` where nothing is known.
    pub cpus: Option<u32>,
    /// Bytes of memory.
    pub memory: Option<u64>,
}

impl Resources {
    /// Reads lines of `cpus N`, `quota MICROSECONDS PERIOD`, `limit BYTES`, `total KIBIBYTES`, each perhaps missing or
    /// without a number where there is no limit.
    pub fn parse(answer: &str) -> Self {
        let numbers = |name: &str| {
            let line = answer.lines().find_map(|line| line.strip_prefix(name));
            let words = line.unwrap_or_default().split_whitespace();
            words
                .map_while(|word| word.parse::<u64>().ok())
                .collect::<Vec<_>>()
        };
        let cpus = numbers("cpus ").first().copied();
        let quota = match numbers("quota ")[..] {
            [quota, period] if period > 0 => Some(quota.div_ceil(period)),
            _ => None,
        };
        let total = numbers("total ").first().map(|kib| kib * 1024);
        let limit = numbers("limit ").first().copied();
        let least = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
        Self {
            cpus: least(cpus, quota).map(|n| u32::try_from(n.max(1)).unwrap_or(u32::MAX)),
            memory: least(total, limit),
        }
    }
}

/// The sessions of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sessions {
    /// How many work at the same time.
    pub count: u32,
    /// `maintenance_work_mem` of each, in bytes.
    pub memory: u64,
    /// Processors that the server may use.
    pub cpus: u32,
}

/// What a transaction that builds indexes sets for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Building {
    /// Further processes for each index; `None` leaves it to the server.
    pub workers: Option<u32>,
    /// `maintenance_work_mem` in bytes where all of them are sorted; `None` leaves it as the session has it.
    pub sort: Option<u64>,
}

impl Sessions {
    /// As many as there are processors, or as the user wants.
    pub fn new(resources: Resources, wanted: Option<NonZeroU32>) -> Self {
        let cpus = resources.cpus.unwrap_or(1);
        let count = wanted.map_or(cpus.min(MOST), NonZeroU32::get);
        let memory = resources.memory.unwrap_or(UNKNOWN_MEMORY) / SHARE / u64::from(count);
        Self {
            count,
            memory: memory.clamp(LEAST_MEMORY, MOST_MEMORY),
            cpus,
        }
    }

    /// Further processes that the server may start for one index: none where each processor has its session. `None`
    /// leaves it to the server.
    pub fn workers(&self) -> Option<u32> {
        (self.count > 1 || self.cpus == 1).then_some(0)
    }

    /// For indexes of rows with so many bytes in all.
    pub fn building(&self, bytes: u64) -> Building {
        Building {
            workers: None,
            sort: self.sort(bytes, self.workers()),
        }
    }

    /// The same for those that are built while other sessions become idle.
    pub fn building_at_the_end(&self, bytes: u64) -> Building {
        let all = (self.count > 1 || self.cpus == 1).then(|| self.cpus.saturating_sub(1));
        Building {
            workers: all,
            sort: self.sort(bytes, all),
        }
    }

    /// As little as one pass over the sorted runs needs: what a run is sorted in should fit into a processor's cache. With
    /// 256 MiB a text index of four million rows took 27 s, with 8 MiB 10 s.
    fn sort(&self, bytes: u64, workers: Option<u32>) -> Option<u64> {
        let workers = u64::from(workers?);
        let one_pass = (bytes / ENTRIES).saturating_mul(RUN).isqrt();
        let least = match workers {
            0 => LEAST_SORT,
            _ => LEAST_SHARE * (workers + 1),
        };
        Some(one_pass.max(least).min(self.memory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(answer: &str, wanted: u32) -> (u32, u64) {
        let sessions = Sessions::new(Resources::parse(answer), NonZeroU32::new(wanted));
        (sessions.count, sessions.memory >> 20)
    }

    #[test]
    fn the_container_s_share_counts_not_the_machine_s() {
        let four = "cpus 16\nquota 400000 100000\nlimit 4294967296\ntotal 65536000\n";
        assert_eq!(sessions(four, 0), (4, 256));
        assert_eq!(
            sessions("cpus 16\nquota 150000 100000\ntotal 65536000\n", 0),
            (2, 512)
        );
        assert_eq!(
            sessions("cpus 2\nquota 50000 100000\nlimit 536870912\n", 0),
            (1, 128)
        );
    }

    #[test]
    fn without_a_limit_the_machine_counts() {
        let one = "cpus 4\nquota max 100000\nlimit max\ntotal 8388608\n";
        assert_eq!(sessions(one, 0), (4, 512));
        // Control groups of the first version have numbers for "no limit".
        let first = "cpus 4\nquota -1 100000\nlimit 9223372036854771712\ntotal 2097152\n";
        assert_eq!(sessions(first, 0), (4, 128));
        assert_eq!(sessions("cpus 64\n", 0).0, 8);
    }

    #[test]
    fn what_is_not_known_is_taken_for_little() {
        assert_eq!(sessions("", 0), (1, 512));
        assert_eq!(sessions("cpus 2\n", 16), (16, 64));
    }

    #[test]
    fn each_processor_has_its_session_or_is_left_to_the_server() {
        let workers = |cpus, wanted| {
            let resources = Resources { cpus, memory: None };
            let sessions = Sessions::new(resources, NonZeroU32::new(wanted));
            let [during, end] = [sessions.building(0), sessions.building_at_the_end(0)];
            assert_eq!(during.workers, None, "the session's own");
            (sessions.workers(), end.workers)
        };
        assert_eq!(workers(Some(4), 0), (Some(0), Some(3)));
        assert_eq!(workers(Some(4), 1), (None, None));
        assert_eq!(workers(Some(1), 0), (Some(0), Some(0)));
        assert_eq!(workers(None, 0), (Some(0), Some(0)));
    }

    #[test]
    fn an_index_is_sorted_in_as_little_memory_as_one_pass_needs() {
        let sessions = |cpus, wanted| {
            let (cpus, memory) = (Some(cpus), Some(4 << 30));
            Sessions::new(Resources { cpus, memory }, NonZeroU32::new(wanted))
        };
        let mib = |building: Building| building.sort.map(|bytes| bytes >> 20);
        let two = sessions(2, 0);
        let during = [0, 100 << 20, 10 << 30, 1 << 40, u64::MAX].map(|b| mib(two.building(b)));
        assert_eq!(during, [8, 8, 26, 263, 512].map(Some));
        let end = [0, 10 << 30, 1 << 40].map(|b| mib(two.building_at_the_end(b)));
        assert_eq!(end, [64, 64, 263].map(Some));
        assert_eq!(mib(sessions(1, 0).building_at_the_end(0)), Some(8));
        assert_eq!(
            mib(sessions(4, 1).building(0)),
            None,
            "the server may take workers"
        );
        let small = Sessions::new(
            Resources {
                cpus: Some(8),
                memory: Some(1 << 30),
            },
            None,
        );
        assert_eq!(
            mib(small.building_at_the_end(0)),
            Some(64),
            "what the session may take"
        );
    }
}

//! Room on the database's volumes, in bytes: what a restore takes, and whether it fits. Pure.

use crate::dump::Inventory;
use crate::postgres::is_kept_name;

use super::facts::{Facts, Volume};
use super::plan::{DatabasePlan, Place};

/// A database takes more room than its text: indexes, tuple headers, alignment. Measured ratios were 1.64 to 2.07.
const GROWTH_PERCENT: u64 = 210;
/// A database without a single table of its own.
const EMPTY_DATABASE: u64 = 8 << 20;
const MIN_RESERVE: u64 = 1 << 30;
const MAX_RESERVE: u64 = 10 << 30;
/// A volume of the log alone is small by nature.
const MIN_LOG_RESERVE: u64 = 256 << 20;
const RESERVE_PERCENT: u64 = 5;

/// The data volume.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Space {
    /// Free now.
    pub free: u64,
    /// The backup as it is stored.
    pub stored: u64,
    /// Its text.
    pub text: u64,
    /// The new databases, estimated.
    pub databases: u64,
    /// Write-ahead log that the load may leave; 0 where the log has a volume of its own.
    pub wal: u64,
    /// Kept free whatever happens: a server without room for its log stops.
    pub reserve: u64,
    /// The live databases that are replaced.
    pub old: u64,
    /// Databases that earlier restores kept: `cleanup` drops them.
    pub kept: u64,
    /// The volume of the write-ahead log, where that is another one.
    pub log: Option<LogSpace>,
}

/// A volume that holds the write-ahead log alone.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LogSpace {
    /// A folder on it.
    pub path: String,
    /// Free now.
    pub free: u64,
    /// Log that the load may leave.
    pub wal: u64,
    /// Kept free whatever happens.
    pub reserve: u64,
}

impl Space {
    /// Adds up what a restore of these databases takes.
    pub(super) fn new(facts: &Facts, inventory: &Inventory, databases: &[DatabasePlan]) -> Self {
        let wal = facts.live.max_wal_bytes.min(inventory.bytes);
        let kept = facts
            .live
            .databases
            .iter()
            .filter(|d| is_kept_name(&d.name));
        let log = facts.disk.log.as_ref();
        Self {
            free: facts.disk.free,
            stored: facts.backup.stored_bytes,
            text: inventory.bytes,
            databases: databases.iter().map(|d| estimate(d, inventory)).sum(),
            wal: if log.is_none() { wal } else { 0 },
            reserve: reserve(facts.disk.total),
            old: databases.iter().filter_map(|d| d.live_bytes).sum(),
            kept: kept.map(|d| d.size).sum(),
            log: log.map(|volume| LogSpace::new(volume, wal)),
        }
    }

    /// What must be free when the load begins.
    pub fn needed(&self) -> u64 {
        self.stored + self.text + self.databases + self.wal + self.reserve
    }

    /// How much more must be free; 0 where it fits.
    pub fn missing(&self, place: Place) -> u64 {
        match place {
            Place::Beside => self.needed().saturating_sub(self.free),
            // The backup must be there, and whole, while the old databases still are.
            Place::InPlace => {
                let before = (self.stored + self.text + self.reserve).saturating_sub(self.free);
                before.max(self.needed().saturating_sub(self.free + self.old))
            }
        }
    }
}

impl LogSpace {
    fn new(volume: &Volume, wal: u64) -> Self {
        Self {
            path: volume.path.clone(),
            free: volume.free,
            wal,
            reserve: share(volume.total).clamp(MIN_LOG_RESERVE, MAX_RESERVE),
        }
    }

    /// How much more must be free; 0 where it fits.
    pub fn missing(&self) -> u64 {
        (self.wal + self.reserve).saturating_sub(self.free)
    }
}

/// Kept free of a data volume of so many bytes.
pub fn reserve(total: u64) -> u64 {
    share(total).clamp(MIN_RESERVE, MAX_RESERVE)
}

fn share(total: u64) -> u64 {
    total / 100 * RESERVE_PERCENT
}

/// Bytes that a database of the plan will take.
fn estimate(plan: &DatabasePlan, inventory: &Inventory) -> u64 {
    let items = inventory
        .databases
        .get(plan.index)
        .map(|d| d.items.as_slice());
    // Large objects and rows as INSERTs are no COPY data, so all of the text counts.
    let text: u64 = items
        .unwrap_or_default()
        .iter()
        .map(|i| i.span.end - i.span.start)
        .sum();
    let from_text = text.saturating_mul(GROWTH_PERCENT) / 100;
    // The same data in the live database is the better guide, but not where the dump has far less of it.
    let from_live = plan.live_bytes.unwrap_or(0).min(from_text * 2);
    EMPTY_DATABASE + from_text.max(from_live)
}

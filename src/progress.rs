//! How work under way is reported, without knowing to whom.

use std::sync::Arc;

/// Receives progress. Implemented by [`crate::ui`]; every method returns at once.
pub trait Progress: Send + Sync {
    /// A phase begins. It ends when the next begins or [`Progress::done`] is called.
    fn begin(&self, what: &str);
    /// A phase that runs beside others: what is reported to the result is about this phase alone.
    fn beside(&self, _what: &str) -> Arc<dyn Progress> {
        Arc::new(Silent)
    }
    /// How many rows were loaded.
    fn rows(&self, _rows: u64) {}
    /// What one of several sessions works on; nothing where it waits.
    fn session(&self, _number: usize, _what: Option<&str>) {}
    /// How far the phase is, in bytes; `total` is `None` where it can't be known.
    fn bytes(&self, done: u64, total: Option<u64>);
    /// What the phase works on right now.
    fn detail(&self, what: &str);
    /// The phase ended well; `outcome` says with what.
    fn done(&self, outcome: &str);
    /// Something worth a line of its own.
    fn note(&self, line: &str);
}

/// Reports to nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _what: &str) {}
    fn bytes(&self, _done: u64, _total: Option<u64>) {}
    fn detail(&self, _what: &str) {}
    fn done(&self, _outcome: &str) {}
    fn note(&self, _line: &str) {}
}

//! The time of this machine, which may be wrong: nothing is decided by it, it is only shown.

use jiff::Timestamp;

/// Now, as this machine believes.
#[cfg(not(feature = "kill-points"))]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The same on a machine whose clock is wrong by `QUETZAL_DB_CLOCK_OFFSET` seconds.
#[cfg(feature = "kill-points")]
pub(crate) fn now() -> Timestamp {
    let offset = std::env::var("QUETZAL_DB_CLOCK_OFFSET").unwrap_or_default();
    let offset = jiff::SignedDuration::from_secs(offset.parse().unwrap_or_default());
    Timestamp::now()
        .checked_add(offset)
        .unwrap_or(Timestamp::MAX)
}

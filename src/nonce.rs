//! A word that nobody can foresee.

use std::hash::{BuildHasher as _, RandomState};

/// 32 lower-case hexadecimal digits, others with each call.
pub(crate) fn nonce() -> String {
    let half = || RandomState::new().hash_one(0);
    format!("{:016x}{:016x}", half(), half())
}

//! Names of the databases that a restore makes, and the id that ties them together.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// PostgreSQL cuts longer names silently (`NAMEDATALEN - 1`, `pg_config_manual.h`), so ours must fit.
const MAX_NAME_BYTES: usize = 63;
/// Hexadecimal digits of a name's hash that stand for the part cut off.
const HASH_DIGITS: usize = 8;
const KEPT: &str = "__before_";

/// Identifies one restore: eight lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RestoreId(String);

/// A text that is not eight lower-case hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a restore id: eight lower-case hexadecimal digits")]
pub struct NotAnId(String);

impl RestoreId {
    /// An id from what makes this restore unlike any other: the dump's checksum, the server, the time.
    pub fn derive(parts: &[&str]) -> Self {
        Self(short_hash(&parts.join("\0")))
    }
}

impl FromStr for RestoreId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let well_formed = text.len() == HASH_DIGITS
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        well_formed
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| NotAnId(text.to_owned()))
    }
}

impl TryFrom<String> for RestoreId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<RestoreId> for String {
    fn from(id: RestoreId) -> Self {
        id.0
    }
}

impl fmt::Display for RestoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name under which a database is loaded beside the live one.
pub fn staged_name(database: &str, id: &RestoreId) -> String {
    with_suffix(database, &format!("__restore_{id}"))
}

/// The name under which the live database is kept after the swap.
pub fn kept_name(database: &str, id: &RestoreId) -> String {
    with_suffix(database, &format!("{KEPT}{id}"))
}

/// Whether a restore may have kept a database under this name.
pub fn is_kept_name(name: &str) -> bool {
    name.rsplit_once(KEPT)
        .is_some_and(|(_, id)| id.parse::<RestoreId>().is_ok())
}

fn with_suffix(database: &str, suffix: &str) -> String {
    let room = MAX_NAME_BYTES - suffix.len();
    if database.len() <= room {
        return format!("{database}{suffix}");
    }
    let hash = short_hash(database);
    let cut = database.floor_char_boundary(room - hash.len() - 1);
    format!("{}~{hash}{suffix}", &database[..cut])
}

fn short_hash(text: &str) -> String {
    use fmt::Write as _;
    let mut hex = String::with_capacity(HASH_DIGITS);
    for byte in Sha256::digest(text.as_bytes()).iter().take(HASH_DIGITS / 2) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> RestoreId {
        "0123abcd".parse().unwrap()
    }

    #[test]
    fn a_short_name_carries_the_id() {
        assert_eq!(staged_name("quetzal", &id()), "quetzal__restore_0123abcd");
        assert_eq!(kept_name("quetzal", &id()), "quetzal__before_0123abcd");
    }

    #[test]
    fn a_kept_name_is_told_from_others() {
        assert!(is_kept_name(&kept_name("quetzal", &id())));
        for other in ["quetzal", "quetzal__restore_0123abcd", "a__before_noon"] {
            assert!(!is_kept_name(other), "{other}");
        }
    }

    #[test]
    fn long_names_fit_and_differ() {
        let (a, b) = (
            format!("{}a", "é".repeat(31)),
            format!("{}b", "é".repeat(31)),
        );
        let (staged_a, staged_b) = (staged_name(&a, &id()), staged_name(&b, &id()));
        assert!(staged_a.len() <= 63 && staged_b.len() <= 63);
        assert_ne!(staged_a, staged_b);
        assert!(staged_a.ends_with("__restore_0123abcd"));
    }

    #[test]
    fn only_eight_hexadecimal_digits_are_an_id() {
        for bad in ["", "0123abc", "0123abcde", "0123ABCD", "0123abc;"] {
            assert!(bad.parse::<RestoreId>().is_err(), "{bad}");
        }
    }
}

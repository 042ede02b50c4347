//! Titles of items.

use super::kind::Kind;
use std::borrow::Cow;

/// Characters of the name in a title that are kept: it may list all arguments of a function.
const LONGEST_TAG: usize = 160;
/// The same for the type. `pg_dump` knows none longer than 30.
const LONGEST_KIND: usize = 40;

/// The title of an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub tag: Box<str>,
    pub kind: Kind,
}

/// Parses a comment line without its `-- `. The last `; Type: ` counts: names may hold anything.
pub(super) fn parse(line: &[u8]) -> Option<Title> {
    const TYPE: &str = "; Type: ";
    let text = String::from_utf8_lossy(line);
    let text = ["Name: ", "Data for Name: ", "Statistics for Name: "]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))?;
    let (tag, rest) = text.rsplit_once(TYPE)?;
    let (kind, _) = rest.split_once("; Schema: ")?;
    Some(Title {
        tag: printable(tag, LONGEST_TAG).into(),
        kind: Kind::parse(&printable(kind, LONGEST_KIND)),
    })
}

/// The first characters, without those that steer a terminal.
fn printable(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().take(longest);
    let shown = shown.map(|char| if char.is_control() { '\u{fffd}' } else { char });
    Cow::Owned(shown.collect())
}

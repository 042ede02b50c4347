//! What a dump says in words that older servers do not know.
//!
//! Those are told that stand in the dump's own statements and have been read wrong, or not at all, by a server of an
//! earlier major version. What stands inside a view or a function of another kind is not looked at: where the server
//! does not know it, the load stops.

use super::cursor::Token;
use super::reader::Statement;
use super::refusal::Position;
use serde::Serialize;
use std::cell::OnceCell;
use std::fmt;

macro_rules! novelties {
    ($($name:ident = $since:literal, $text:literal;)*) => {
        /// Something that older servers do not know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Novelty {
            $(#[doc = concat!("Since ", $since, ": ", $text, ".")] $name,)*
        }

        impl Novelty {
            /// The first major version of the server that knows it.
            pub fn since(self) -> u32 {
                match self { $(Self::$name => $since,)* }
            }
        }

        impl fmt::Display for Novelty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)* })
            }
        }
    };
}

novelties! {
    ParsedBody = 14, "a function whose body is no string";
    Multirange = 14, "a range type with its multirange type";
    Subscript = 14, "a type with a subscript function";
    Compression = 14, "the compression of a column";
    ExpressionStatistics = 14, "statistics of an expression";
    NullsNotDistinct = 15, "NULLS NOT DISTINCT";
    SecurityInvoker = 15, "a view with security_invoker";
    SetSomeColumns = 15, "a foreign key that sets some of its columns";
    UnloggedSequence = 15, "an unlogged sequence";
    PublicationPart = 15, "a publication of a schema or of a part of a table";
    CollationRules = 16, "a collation with rules";
    Maintain = 17, "the privilege MAINTAIN";
    BuiltinCollation = 17, "a collation of the provider builtin";
    LoginTrigger = 17, "an event trigger on login";
    PartitionedMethod = 17, "the access method of a partitioned table";
    NotNullConstraint = 18, "a NOT NULL constraint of a table";
    VirtualColumn = 18, "a virtual generated column";
    NotEnforced = 18, "a constraint that is not enforced";
    WithoutOverlaps = 18, "a key WITHOUT OVERLAPS";
    StatisticsData = 18, "the statistics of a table";
}

/// A novelty where it first stands in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// What is needed.
    pub what: Novelty,
    /// The first statement that needs it.
    pub at: Position,
}

/// Statements that begin so and hold one of these rows of words have that novelty.
struct Rule(
    Novelty,
    &'static [&'static str],
    &'static [&'static [&'static str]],
);

/// Stands for one lexeme of any kind.
const ANY: &str = "";

const TABLE: [&str; 4] = [
    "create table",
    "create unlogged",
    "create foreign",
    "alter table",
];

const RULES: [Rule; 15] = [
    Rule(
        Novelty::Multirange,
        &["create type"],
        &[&["multirange_type_name"]],
    ),
    Rule(Novelty::Subscript, &["create type"], &[&["subscript", "="]]),
    Rule(
        Novelty::Compression,
        &["alter table"],
        &[&["set", "compression"]],
    ),
    Rule(
        Novelty::NullsNotDistinct,
        &["create unique", "alter table"],
        &[&["nulls", "not", "distinct"]],
    ),
    Rule(
        Novelty::SecurityInvoker,
        &["create view", "create or replace view"],
        &[&["security_invoker", "="]],
    ),
    Rule(
        Novelty::SetSomeColumns,
        &["alter table"],
        &[
            &["delete", "set", "null", "("],
            &["delete", "set", "default", "("],
        ],
    ),
    Rule(
        Novelty::UnloggedSequence,
        &["create unlogged sequence"],
        &[&["sequence"]],
    ),
    Rule(
        Novelty::PublicationPart,
        &["alter publication"],
        &[&["tables", "in", "schema"], &["("]],
    ),
    Rule(
        Novelty::CollationRules,
        &["create collation"],
        &[&["rules", "="]],
    ),
    Rule(
        Novelty::BuiltinCollation,
        &["create collation"],
        &[&["provider", "=", "builtin"]],
    ),
    Rule(
        Novelty::LoginTrigger,
        &["create event trigger"],
        &[&["on", "login"]],
    ),
    Rule(
        Novelty::PartitionedMethod,
        &["alter table"],
        &[&["set", "access", "method"]],
    ),
    // That of a column by itself has always been understood, with a name too.
    Rule(
        Novelty::NotNullConstraint,
        &TABLE,
        &[
            &["(", "not", "null", ANY],
            &[",", "not", "null", ANY],
            &["add", "not", "null"],
            &["(", "constraint", ANY, "not", "null"],
            &[",", "constraint", ANY, "not", "null"],
            &["add", "constraint", ANY, "not", "null"],
            &["not", "null", "no", "inherit"],
        ],
    ),
    Rule(Novelty::NotEnforced, &TABLE, &[&["not", "enforced"]]),
    Rule(
        Novelty::WithoutOverlaps,
        &TABLE,
        &[&["without", "overlaps"]],
    ),
];

/// What a definition, or a statement about rights, needs.
pub(super) fn novelties(statement: &Statement) -> Vec<Novelty> {
    let lead = statement.cursor().leading_words();
    let mut found = Vec::new();
    // Most statements are none that a rule is about.
    let lexemes = OnceCell::new();
    let text = || lexemes.get_or_init(|| all(statement));
    for Rule(novelty, leads, rows) in &RULES {
        if begins(&lead, leads) && rows.iter().any(|row| place(text(), row).is_some()) {
            found.push(*novelty);
        }
    }
    let read: [(Novelty, &[&str], Question); 4] = [
        (Novelty::ParsedBody, &ROUTINE, has_parsed_body),
        (
            Novelty::ExpressionStatistics,
            &["create statistics"],
            has_expression,
        ),
        (Novelty::VirtualColumn, &TABLE, has_virtual_column),
        (Novelty::Maintain, &RIGHTS, has_maintain),
    ];
    for (novelty, leads, has) in read {
        if begins(&lead, leads) && has(text()) {
            found.push(novelty);
        }
    }
    found
}

/// Asked of the lexemes of a statement.
type Question = fn(&[Token<'_>]) -> bool;

const ROUTINE: [&str; 4] = [
    "create function",
    "create procedure",
    "create or replace function",
    "create or replace procedure",
];
const RIGHTS: [&str; 3] = ["grant", "revoke", "alter default privileges"];

fn begins(lead: &str, leads: &[&str]) -> bool {
    leads.iter().any(|phrase| {
        lead.strip_prefix(phrase)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn all(statement: &Statement) -> Vec<Token<'_>> {
    let mut cursor = statement.cursor();
    std::iter::from_fn(move || cursor.next()).collect()
}

/// Where these words stand in a row.
fn place(text: &[Token<'_>], row: &[&str]) -> Option<usize> {
    text.windows(row.len())
        .position(|part| part.iter().zip(row).all(|(token, word)| is(token, word)))
}

fn is(token: &Token<'_>, word: &str) -> bool {
    word == ANY || token.is_word(word) || token.is_symbol(word)
}

/// The lexemes that stand in no parentheses.
fn outside<'t, 'a>(text: &'t [Token<'a>]) -> impl Iterator<Item = &'t Token<'a>> {
    let mut depth = 0_u32;
    text.iter().filter(move |token| {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0
    })
}

/// `RETURN expression` or `BEGIN ATOMIC …`, where other functions have `AS` and a string.
fn has_parsed_body(text: &[Token<'_>]) -> bool {
    let mut qualified = false;
    let mut body = outside(text).filter(move |token| {
        let is_name = qualified;
        qualified = token.is_symbol(".");
        !is_name
    });
    body.any(|token| token.is_word("return") || token.is_word("atomic"))
}

/// `CREATE STATISTICS name [(kinds)] ON list FROM table`: columns by themselves have no parentheses.
fn has_expression(text: &[Token<'_>]) -> bool {
    let behind = text.iter().skip_while(|token| !token.is_word("on"));
    behind
        .take_while(|token| !token.is_word("from"))
        .any(|token| token.is_symbol("("))
}

/// `GENERATED ALWAYS AS (expression)` without the word STORED.
fn has_virtual_column(text: &[Token<'_>]) -> bool {
    const HEAD: [&str; 4] = ["generated", "always", "as", "("];
    let mut rest = text;
    while let Some(at) = place(rest, &HEAD) {
        rest = &rest[at + HEAD.len() - 1..];
        let behind = outside(rest).nth(1);
        if !behind.is_some_and(|token| token.is_word("stored")) {
            return true;
        }
    }
    false
}

/// Among the privileges, which stand before ON.
fn has_maintain(text: &[Token<'_>]) -> bool {
    let privileges = text
        .iter()
        .skip_while(|token| !token.is_word("grant") && !token.is_word("revoke"));
    privileges
        .take_while(|token| !token.is_word("on"))
        .any(|token| token.is_word("maintain"))
}

//! Properties of the dump reader: lossless, blind to how its input is cut, never content with a part of a dump.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use quetzal_db::dump::{Inventory, Reason, Refusal, Scanner, lexemes};

const ODD: &[u8] = include_bytes!("fixtures/odd-15.sql");

const TITLE: &str = "--\n-- PostgreSQL database cluster dump\n--\n\n";
const SCRIPT: &str = "--\n-- Database \"postgres\" dump\n--\n\n\\connect postgres\n\n\
    --\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.18\n\
    -- Dumped by pg_dump version 15.18\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n";
const END: &str = "\n\n--\n-- PostgreSQL database dump complete\n--\n\n\
    --\n-- PostgreSQL database cluster dump complete\n--\n\n";

/// Pieces that a lexer may trip over, alone or side by side.
const FRAGMENTS: [&str; 72] = [
    "'",
    "''",
    "'a'",
    "\\",
    "\\'",
    "E'",
    "e'\\'",
    "B'",
    "N'",
    "U&'",
    "\"",
    "\"\"",
    "\"a\"",
    "$",
    "$$",
    "$a$",
    "$_$",
    "$1",
    "a$$",
    "--",
    "-- ",
    "-",
    "/*",
    "*/",
    "/",
    "*",
    "/**/",
    "\n",
    "\r",
    "\n\n",
    " ",
    "\t",
    "(",
    ")",
    "[",
    "]",
    ";",
    ";\n",
    ":",
    "::",
    ":=",
    ":a",
    ":'a'",
    "1",
    "1.5",
    "1e",
    "1e5",
    ".",
    ",",
    "a",
    "begin",
    "BEGIN ATOMIC ",
    "case ",
    " end",
    "CREATE FUNCTION ",
    "CREATE TABLE t (",
    "SELECT ",
    "COPY t (a) FROM stdin;\n",
    "\\.\n",
    "\\.",
    "\n\\.\n",
    "\\N\t1\n",
    "\\! touch /tmp/x\n",
    "\\connect evil\n",
    "é",
    "\u{1}",
    "\0",
    "--\n",
    "-- Name: x; Type: TABLE; Schema: public; Owner: o\n",
    "-- Data for Name: x; Type: TABLE DATA; Schema: -; Owner: o\n",
    "COMMENT ON TABLE t IS ",
    "-- PostgreSQL database cluster dump complete\n",
];

fn scan<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Inventory, Refusal> {
    let mut scanner = Scanner::new();
    for chunk in chunks {
        scanner.feed(chunk)?;
    }
    scanner.finish()
}

/// The text in pieces, cut at these places.
fn cut<'a>(text: &'a [u8], places: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places
        .iter()
        .map(|place| place.index(text.len() + 1))
        .collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places
        .windows(2)
        .map(|pair| &text[pair[0]..pair[1]])
        .collect()
}

fn noise() -> impl Strategy<Value = String> {
    prop::collection::vec(select(&FRAGMENTS[..]), 0..40).prop_map(|fragments| fragments.concat())
}

/// A dump that is sound but for what stands in its only database.
fn dump_with_noise() -> impl Strategy<Value = Vec<u8>> {
    noise().prop_map(|noise| [TITLE, SCRIPT, &noise, END].concat().into_bytes())
}

/// A COPY row in text format: no newline, and a backslash only before one of its letters.
fn row() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        "[ -\\[\\]-~é☃]{0,30}",
        select(vec![
            "CREATE ROLE dbuser;",
            "\\\\connect evil",
            "\\\\! touch /tmp/x",
            "--",
            "\\N",
            "\\\\.",
            "\\r\\n",
            "$$",
            "'",
            "-- PostgreSQL database cluster dump complete",
            "-- Name: x; Type: TABLE; Schema: public; Owner: o",
            "COPY t (a) FROM stdin;",
            "/*",
            "\"",
            "E'\\\\'",
            "\\\\restrict x",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(cell, 1..4).prop_map(|cells| cells.join("\t"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn lexemes_joined_give_the_input(text in noise()) {
        let mut joined = Vec::new();
        for lexeme in lexemes(text.as_bytes()) {
            let Ok(lexeme) = lexeme else {
                // What stands before the refusal is lossless too.
                prop_assert!(text.as_bytes().starts_with(&joined));
                return Ok(());
            };
            joined.extend_from_slice(lexeme.text);
        }
        prop_assert_eq!(joined, text.into_bytes());
    }

    #[test]
    fn any_cut_of_noise_gives_the_same_verdict(dump in dump_with_noise(), places in prop::collection::vec(any::<Index>(), 0..12)) {
        prop_assert_eq!(scan(cut(&dump, &places)), scan([dump.as_slice()]));
    }

    #[test]
    fn single_bytes_of_noise_give_the_same_verdict(dump in dump_with_noise()) {
        prop_assert_eq!(scan(dump.chunks(1)), scan([dump.as_slice()]));
    }

    #[test]
    fn rows_stay_rows(rows in prop::collection::vec(row(), 0..20)) {
        let data: String = rows.iter().flat_map(|row| [row, "\n"]).collect();
        let title = "--\n-- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: o\n--\n\n";
        let before = [TITLE, SCRIPT, title, "COPY public.t (a) FROM stdin;\n"].concat();
        let dump = [&before, &data, "\\.\n", END].concat();
        let inventory = scan([dump.as_bytes()]).expect("accepted");
        prop_assert_eq!(inventory.databases[0].items.len(), 1);
        let copy = inventory.databases[0].items[0].copy.as_ref().expect("COPY data");
        prop_assert_eq!(copy.rows, rows.len() as u64);
        prop_assert_eq!(copy.data.clone(), before.len() as u64..(before.len() + data.len()) as u64);
        prop_assert!(inventory.globals.roles.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_of_a_real_dump_gives_the_same_inventory(places in prop::collection::vec(any::<Index>(), 0..60)) {
        prop_assert_eq!(scan(cut(ODD, &places)), scan([ODD]));
        prop_assert!(scan([ODD]).is_ok());
    }

    #[test]
    fn a_real_dump_without_some_of_its_bytes_never_ends_elsewhere(at in any::<Index>(), length in 1_usize..2_000) {
        let at = at.index(ODD.len());
        let end = (at + length).min(ODD.len());
        let dump = [&ODD[..at], &ODD[end..]].concat();
        match scan([dump.as_slice()]) {
            Ok(inventory) => prop_assert_eq!(inventory.bytes, dump.len() as u64),
            Err(refusal) => prop_assert!(refusal.at.byte <= dump.len() as u64),
        }
    }
}

#[test]
fn single_bytes_of_a_real_dump_give_the_same_inventory() {
    assert_eq!(scan(ODD.chunks(1)), scan([ODD]));
}

#[test]
fn a_meta_command_is_never_accepted_outside_quotes() {
    // At each place between statements and inside of them.
    let dump = String::from_utf8(ODD.to_vec()).expect("UTF-8");
    let places: Vec<usize> = dump.match_indices(';').map(|(place, _)| place).collect();
    let quoted = |place: usize| {
        let mut at = 0;
        lexemes(ODD)
            .map(|lexeme| lexeme.expect("accepted"))
            .any(|lexeme| {
                let range = at + 1..at + lexeme.text.len();
                at += lexeme.text.len();
                range.contains(&place)
            })
    };
    let mut tried = 0;
    for place in places.into_iter().filter(|place| !quoted(*place)) {
        let mut hostile = dump.clone();
        hostile.insert_str(place, "\\! touch /tmp/x\n");
        let refusal = scan([hostile.as_bytes()]).expect_err("must be refused");
        assert!(
            matches!(
                refusal.reason,
                Reason::MetaCommandPlace | Reason::MetaCommand(_)
            ),
            "{refusal}"
        );
        assert_eq!(refusal.at.byte, place as u64);
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
}

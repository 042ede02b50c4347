//! Where COPY data is cut into chunks.

use super::{ODD, dump_of, item, scan};
use crate::dump::{Copy, Inventory, Refusal, Scanner};
use proptest::prelude::*;

/// Reads a dump that comes in these pieces.
fn scan_pieces<'a>(
    chunk: u64,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Inventory, Refusal> {
    let mut scanner = Scanner::with_chunk(chunk);
    for piece in pieces {
        scanner.feed(piece)?;
    }
    scanner.finish()
}

fn rows_of(data: &str) -> String {
    dump_of(&item(
        "TABLE DATA",
        &format!("COPY public.t (a) FROM stdin;\n{data}\\.\n"),
    ))
}

/// The ends of all chunks of the only COPY, counted from the start of its rows.
fn ends(chunk: u64, data: &str) -> Vec<u64> {
    let inventory = scan_pieces(chunk, [rows_of(data).as_bytes()]).unwrap();
    let copy = inventory.databases[0].items[0].copy.as_ref().unwrap();
    let ends = copy.cuts.iter().chain([&copy.data.end]);
    ends.map(|end| end - copy.data.start).collect()
}

fn copies(inventory: &Inventory) -> impl Iterator<Item = &Copy> {
    inventory
        .databases
        .iter()
        .flat_map(|database| &database.items)
        .filter_map(|item| item.copy.as_ref())
}

/// What each chunk must be: without gaps, full, no longer than its last row makes it, ended by a newline.
fn check_chunks(copy: &Copy, chunk: u64, dump: &[u8]) {
    let place = |offset: u64| usize::try_from(offset).unwrap();
    let mut start = copy.data.start;
    for &cut in &copy.cuts {
        assert!(start + chunk <= cut && cut < copy.data.end, "{copy:?}");
        let text = &dump[place(start)..place(cut)];
        assert_eq!(text.last(), Some(&b'\n'));
        // No row end before the last one reaches the size.
        let rest = &text[place(chunk) - 1..text.len() - 1];
        assert!(!rest.contains(&b'\n'), "{copy:?}");
        start = cut;
    }
    // The last chunk could not be cut, but for its last byte.
    let last = &dump[place(start)..place(copy.data.end)];
    let full = last.get(place(chunk) - 1..last.len().saturating_sub(1));
    assert!(!full.unwrap_or_default().contains(&b'\n'), "{copy:?}");
}

#[test]
fn a_chunk_ends_behind_the_first_row_that_reaches_its_size() {
    assert_eq!(ends(4, "a\nb\nc\nd\ne\n"), [4, 8, 10]);
    assert_eq!(ends(3, "a\nb\nc\nd\ne\n"), [4, 8, 10]);
    assert_eq!(ends(3, "long row\na\nb\n"), [9, 13]);
    assert_eq!(ends(1, "a\n\nlong row\n"), [2, 3, 12]);
}

#[test]
fn no_chunk_is_empty() {
    assert_eq!(ends(4, ""), [0]);
    assert_eq!(ends(4, "a\n"), [2]);
    assert_eq!(ends(4, "a\nb\n"), [4]);
    assert_eq!(ends(4, "a\nb\nc\nd\n"), [4, 8]);
    assert_eq!(ends(1, "\n\n"), [1, 2]);
}

#[test]
fn the_closing_line_belongs_to_no_chunk() {
    for chunk in 3..6 {
        assert_eq!(ends(chunk, "a\n"), [2], "{chunk}");
    }
}

#[test]
fn rows_that_begin_like_the_closing_line_are_cut_like_others() {
    assert_eq!(ends(2, "\\N\n\\\\.\n\\.x\n"), [3, 7, 11]);
}

#[test]
fn tables_below_the_size_are_not_cut() {
    assert!(copies(&scan(ODD).unwrap()).all(|copy| copy.cuts.is_empty()));
}

#[test]
fn chunks_of_a_real_dump_do_not_depend_on_how_it_comes() {
    for chunk in [1, 2, 3, 7, 64, 200] {
        let whole = scan_pieces(chunk, [ODD.as_bytes()]).unwrap();
        assert!(copies(&whole).any(|copy| !copy.cuts.is_empty()));
        for copy in copies(&whole) {
            check_chunks(copy, chunk, ODD.as_bytes());
        }
        for size in (1..12).chain([63, 64, 65, 1000]) {
            let pieces = ODD.as_bytes().chunks(size);
            assert_eq!(
                scan_pieces(chunk, pieces).unwrap(),
                whole,
                "{chunk}, {size}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn chunks_depend_on_rows_alone(
        rows in prop::collection::vec("(\\\\N|\\\\\\\\|[a-z.]){0,9}", 0..40),
        chunk in 1_u64..40,
        size in 1_usize..50,
    ) {
        let data: String = rows.iter().flat_map(|row| [row, "\n"]).collect();
        let dump = rows_of(&data);
        let whole = scan_pieces(chunk, [dump.as_bytes()]).expect("accepted");
        copies(&whole).for_each(|copy| check_chunks(copy, chunk, dump.as_bytes()));
        prop_assert_eq!(scan_pieces(chunk, dump.as_bytes().chunks(size)), Ok(whole));
    }
}

//! What a loading session is told, word for word.

use super::{dump, inventory};
use crate::dump::{Build, Inventory, Scanner, TableId, Transaction, Work};
use crate::restore::load::{Answer, Mark, Reader, Script, Text, answer, parse_mark};
use crate::restore::sessions::Building;
use crate::restore::slices::{LARGE, Slices};

/// What psql would read: own lines and pieces joined as the Pod joins them.
fn joined(text: &Text, dump: &str, slices: &Slices) -> String {
    let mut joined = String::new();
    for line in text.portions().flat_map(str::lines) {
        if let Some(own) = line.strip_prefix('>') {
            joined.push_str(own);
            joined.push('\n');
            continue;
        }
        let words: Vec<_> = line.strip_prefix('<').unwrap().split(' ').collect();
        let file: usize = words[0].strip_prefix("dump.").unwrap().parse().unwrap();
        let [offset, length] = [words[1], words[2]].map(|word| word.parse::<usize>().unwrap());
        let from = usize::try_from(slices.end(file - 1)).unwrap() + offset;
        joined.push_str(&dump[from..from + length]);
    }
    joined
}

fn script<'a>(inventory: &'a Inventory, slices: &'a Slices, reader: Reader) -> Script<'a> {
    Script {
        database: &inventory.databases[0],
        slices,
        nonce: "NONCE",
        marks: "\"marks\"",
        folder: "/data/it's here",
        reader,
    }
}

/// A dump whose one table is large, with two chunks.
fn large() -> (String, Inventory) {
    let row = format!("{}\n", "x".repeat(1023));
    let rows = row.repeat(usize::try_from(LARGE / 1024).unwrap() + 1);
    let text = dump().replace("one\n\\\\! touch /tmp/x\n", &rows);
    let mut scanner = Scanner::new();
    scanner.feed(text.as_bytes()).unwrap();
    let mut inventory = scanner.finish().unwrap();
    let copy = inventory.databases[0].items[1].copy.as_mut().unwrap();
    copy.cuts = vec![copy.data.start + 2048];
    (text, inventory)
}

const BUILDING: Building = Building {
    workers: Some(3),
    sort: Some(9 << 20),
};

#[test]
fn only_what_is_sorted_gets_the_memory_for_it() {
    let (mut inventory, text) = (inventory(), dump());
    let table = TableId(0);
    let told = |inventory: &Inventory| {
        let slices = Slices::of(inventory);
        let script = script(inventory, &slices, Reader::Server);
        let told = joined(&script.run(&[0], BUILDING), &text, &slices);
        told.contains("\nSET LOCAL maintenance_work_mem = '9216kB';\n")
    };
    let cases = [
        (Work::Index(table, Build::Sort), true),
        (Work::Constraint(table, Build::Sort), true),
        (Work::Index(table, Build::Other), false),
        (Work::Constraint(table, Build::Other), false),
        (Work::Other, false),
    ];
    for (work, expected) in cases {
        inventory.databases[0].items[0].work = work;
        assert_eq!(told(&inventory), expected, "{work:?}");
    }
}

#[test]
fn small_items_share_a_transaction_with_their_marks() {
    let (inventory, text) = (inventory(), dump());
    let slices = Slices::of(&inventory);
    let script = script(&inventory, &slices, Reader::Server);
    assert_eq!(script.batches(&[0, 1]), [&[0, 1][..]]);
    assert_eq!(
        joined(&script.run(&[0, 1], BUILDING), &text, &slices),
        r#"SET standard_conforming_strings = on\; SET client_encoding = 'UTF8';
BEGIN;
SET LOCAL max_parallel_maintenance_workers = 3;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.t (
    a text
);


ALTER TABLE public.t OWNER TO worker;

--
-- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: worker
--

COPY public.t (a) FROM stdin;
one
\\! touch /tmp/x
\.

SELECT pg_catalog.count(*) AS quetzal_1 FROM ONLY public.t \gset
INSERT INTO "marks".done VALUES (0, -1, NULL), (1, -1, NULL);
COMMIT;
\echo NONCE rows 1 :quetzal_1
\echo NONCE done
"#
    );
}

#[test]
fn a_lone_copy_is_counted_by_its_own_answer() {
    let (inventory, text) = (inventory(), dump());
    let slices = Slices::of(&inventory);
    let script = script(&inventory, &slices, Reader::Server);
    let told = joined(&script.run(&[1], Building::default()), &text, &slices);
    let end = "\\\\! touch /tmp/x\n\\.\n\n\\set quetzal_1 :ROW_COUNT\nINSERT INTO \"marks\".done VALUES (1, -1, NULL);\nCOMMIT;\n\
               \\echo NONCE rows 1 :quetzal_1\n\\echo NONCE done\n";
    assert!(told.ends_with(end), "{told}");
    assert!(!told.contains("parallel"), "{told}");
}

#[test]
fn an_input_cut_anywhere_never_commits_what_it_cuts() {
    let (inventory, text) = (inventory(), dump());
    let slices = Slices::of(&inventory);
    let told = script(&inventory, &slices, Reader::Server).run(&[0, 1], Building::default());
    let told = joined(&told, &text, &slices);
    for cut in 0..told.len() {
        let head = &told[..cut];
        let whole =
            head.contains("one\n\\\\! touch /tmp/x\n\\.\n") && head.contains("(1, -1, NULL);");
        assert!(!head.contains("\nCOMMIT;") || whole, "cut at {cut}");
    }
}

#[test]
fn a_large_table_is_emptied_and_read_by_the_server_file_by_file() {
    let (text, inventory) = large();
    let slices = Slices::of(&inventory);
    assert_eq!(slices.count(), 4);
    let script = script(&inventory, &slices, Reader::Server);
    let told: String = [
        script.begin_table(1),
        script.chunk(1, 0),
        script.chunk(1, 1),
        script.end_table(1),
    ]
    .iter()
    .map(|told| joined(told, &text, &slices))
    .collect();
    assert_eq!(
        told,
        r#"SET standard_conforming_strings = on\; SET client_encoding = 'UTF8';
BEGIN;
TRUNCATE ONLY public.t;
COPY public.t (a) FROM '/data/it''s here/dump.00002' WITH (FREEZE);
\set quetzal_rows :ROW_COUNT
INSERT INTO "marks".done VALUES (1, 0, :quetzal_rows);
\echo NONCE rows 1 :quetzal_rows
COPY public.t (a) FROM '/data/it''s here/dump.00003' WITH (FREEZE);
\set quetzal_rows :ROW_COUNT
INSERT INTO "marks".done VALUES (1, 1, :quetzal_rows);
\echo NONCE rows 1 :quetzal_rows
INSERT INTO "marks".done VALUES (1, -1, NULL);
COMMIT;
\echo NONCE done
"#
    );
}

#[test]
fn a_part_is_a_transaction_of_its_own_that_empties_nothing() {
    let (text, inventory) = large();
    let slices = Slices::of(&inventory);
    let told = script(&inventory, &slices, Reader::Server).part(1, 1);
    assert_eq!(
        joined(&told, &text, &slices),
        r#"SET standard_conforming_strings = on\; SET client_encoding = 'UTF8';
BEGIN;
COPY public.t (a) FROM '/data/it''s here/dump.00003';
\set quetzal_rows :ROW_COUNT
INSERT INTO "marks".done VALUES (1, 1, :quetzal_rows);
\echo NONCE rows 1 :quetzal_rows
COMMIT;
\echo NONCE done
"#
    );
}

#[test]
fn a_server_that_cannot_see_the_files_gets_the_rows_from_psql() {
    let (text, inventory) = large();
    let slices = Slices::of(&inventory);
    let told = joined(
        &script(&inventory, &slices, Reader::Client).chunk(1, 0),
        &text,
        &slices,
    );
    let row = "x".repeat(1023);
    let begin = format!(
        "COPY public.t (a) FROM stdin WITH (FREEZE);\n{row}\n{row}\n\\.\n\\set quetzal_rows :ROW_COUNT\n"
    );
    assert!(told.starts_with(&begin), "{}", &told[told.len() - 300..]);
}

#[test]
fn an_item_with_a_transaction_of_its_own_gets_no_other() {
    let (mut inventory, text) = (inventory(), dump());
    inventory.databases[0].items[0].transaction = Transaction::Own;
    let slices = Slices::of(&inventory);
    let script = script(&inventory, &slices, Reader::Server);
    assert_eq!(script.batches(&[0, 1]), [&[0][..], &[1][..]]);
    let told = joined(&script.run(&[0], BUILDING), &text, &slices);
    assert!(
        !told.contains("BEGIN;") && !told.contains("COMMIT;") && !told.contains("parallel"),
        "{told}"
    );
    let mark = "ALTER TABLE public.t OWNER TO worker;\nINSERT INTO \"marks\".done VALUES (0, -1, NULL);\n\\echo NONCE done\n";
    assert!(told.ends_with(mark), "{told}");
}

#[test]
fn settings_are_put_back_before_text_on_which_they_bear() {
    let (mut inventory, text) = (inventory(), dump());
    let item = &mut inventory.databases[0].items[0];
    let second = text.find("ALTER TABLE public.t OWNER").unwrap() as u64;
    item.resets = vec![item.span.start, second];
    let slices = Slices::of(&inventory);
    let told = script(&inventory, &slices, Reader::Server).run(&[0], Building::default());
    let told = joined(&told, &text, &slices);
    let reset = "SET standard_conforming_strings = on\\; SET client_encoding = 'UTF8';\n";
    assert_eq!(told.matches(reset).count(), 3, "{told}");
    assert!(
        told.contains(&format!("{reset}CREATE TABLE"))
            && told.contains(&format!("{reset}ALTER TABLE")),
        "{told}"
    );
}

#[test]
fn what_is_long_is_told_in_portions() {
    let (mut inventory, text) = (inventory(), dump());
    let item = &mut inventory.databases[0].items[0];
    let second = text.find("ALTER TABLE public.t OWNER").unwrap() as u64;
    item.resets = vec![second; 450];
    let slices = Slices::of(&inventory);
    let told = script(&inventory, &slices, Reader::Server).run(&[0], Building::default());
    let portions: Vec<_> = told.portions().collect();
    assert_eq!(portions.len(), 3);
    assert!(
        portions[..2]
            .iter()
            .all(|p| p.ends_with(">\\echo NONCE pause\n"))
    );
    assert!(portions[2].ends_with(">\\echo NONCE done\n"));
    assert!(portions.iter().all(|portion| portion.len() < 32 << 10));
}

#[test]
fn only_our_own_lines_are_answers() {
    assert_eq!(
        answer("NONCE", "NONCE rows 1 2"),
        Some(Answer::Rows { item: 1, rows: 2 })
    );
    assert_eq!(answer("NONCE", "NONCE done"), Some(Answer::Done));
    assert_eq!(answer("NONCE", "NONCE pause"), Some(Answer::Pause));
    assert_eq!(answer("NONCE", "NONCE ended"), Some(Answer::Ended));
    for other in [
        "",
        "done",
        "NONCE",
        "NONCE rows 1",
        "NONCE rows one 2",
        "NONCE rows 1 :quetzal_1",
        "OTHER done",
    ] {
        assert_eq!(answer("NONCE", other), None, "{other}");
    }
}

#[test]
fn marks_are_read_or_refused() {
    assert_eq!(parse_mark("items 3 17"), Some(Mark::Items(3..=17)));
    let chunk = Mark::Chunk {
        item: 4,
        chunk: 0,
        rows: 99,
    };
    assert_eq!(parse_mark("chunk 4 0 99"), Some(chunk));
    for other in [
        "",
        "items 3",
        "items a b",
        "chunk 4 0",
        "chunk 4 -1 2",
        "rows 1 2",
    ] {
        assert_eq!(parse_mark(other), None, "{other}");
    }
}

#[test]
fn statistics_are_asked_for_by_columns() {
    let inventory = inventory();
    let slices = Slices::of(&inventory);
    let told = script(&inventory, &slices, Reader::Server).analyze(TableId(0));
    let told = joined(&told, "", &slices);
    assert!(
        told.contains("SET default_statistics_target = 10;\n"),
        "{told}"
    );
    assert!(told.contains("FROM pg_catalog.pg_attribute a"), "{told}");
    let end =
        "WHERE c.oid = 'public.t'::pg_catalog.regclass ORDER BY c.oid \\gexec\n\\echo NONCE done\n";
    assert!(told.ends_with(end), "{told}");
}

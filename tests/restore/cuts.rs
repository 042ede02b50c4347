//! A dump that was cut anywhere is refused, although psql itself would load it and exit with 0.

use crate::sample::Sample;
use crate::support::dump::{CLOSING_LINE, Random, behind, gzip};
use crate::support::state::Facts;

const CUTS: usize = 200;

/// Places that are easy to take for an end.
fn chosen(dump: &str) -> Vec<usize> {
    let copy = behind(
        dump,
        "COPY public.child (id, parent_id, amount, note) FROM stdin;\n",
    );
    let row = copy + dump[copy..].find('\n').unwrap() + 1;
    let end = copy + dump[copy..].find("\n\\.\n").unwrap();
    let last_database = dump.rfind("-- PostgreSQL database dump complete").unwrap();
    let places = vec![
        copy,
        row,
        row + 1,
        // Inside of a value.
        row + 40,
        // Behind the last row, inside of the end mark, behind it, behind its line.
        end + 1,
        end + 2,
        end + 3,
        end + 4,
        behind(dump, "\n\\connect e2e_sample\n"),
        behind(dump, "CREATE TABLE public.child ("),
        last_database,
        last_database + "-- PostgreSQL database dump complete\n--\n\n".len(),
        dump.find(CLOSING_LINE).unwrap(),
        dump.find(CLOSING_LINE).unwrap() + CLOSING_LINE.len() - 1,
    ];
    places.into_iter().chain([1, 2]).collect()
}

#[test]
fn a_dump_cut_anywhere_is_refused_and_nothing_changes() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let dump = &sample.dump;
    // Whole, it is accepted: the refusals below are about the cuts.
    let whole = sample.write("whole.gz", &gzip(dump.as_bytes()));
    demo.plugin(&["restore", &whole, "--dry-run"]).expect(0);

    let before = Facts::of_surroundings(&demo);
    let mut random = Random::seeded();
    let last = dump.find(CLOSING_LINE).unwrap() + CLOSING_LINE.len();
    let mut places: Vec<usize> = (0..CUTS).map(|_| 1 + random.below(last - 1)).collect();
    places.extend(chosen(dump));
    for place in places {
        let cut = &dump.as_bytes()[..place];
        for (name, bytes) in [("cut.sql", cut.to_vec()), ("cut.gz", gzip(cut))] {
            let file = sample.write(name, &bytes);
            let refused = demo.plugin(&["restore", &file, "--yes"]);
            assert_eq!(
                refused.code,
                Some(4),
                "cut at byte {place}, {name}\n{refused}"
            );
            assert!(
                refused.stderr.contains("byte") || place < 1000,
                "it says where: {refused}"
            );
        }
    }
    before.assert_same(&Facts::of_surroundings(&demo));
    sample.assert_whole(&demo);
}

#[test]
fn a_gzip_file_cut_or_damaged_is_refused() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let before = Facts::of_surroundings(&demo);
    let whole = gzip(sample.dump.as_bytes());
    let mut random = Random::seeded();
    // Up to and including the last byte of the checksum behind the data.
    let ends = [whole.len() - 1, whole.len() - 8, 1, 3, 17]
        .into_iter()
        .chain((0..20).map(|_| 1 + random.below(whole.len() - 1)));
    for end in ends {
        let file = sample.write("cut.gz", &whole[..end]);
        let refused = demo.plugin(&["restore", &file, "--yes"]);
        assert_eq!(refused.code, Some(4), "cut at byte {end}\n{refused}");
    }
    for _ in 0..20 {
        let mut damaged = whole.clone();
        let place = 20 + random.below(whole.len() - 28);
        // Several bytes: one bit alone may turn a reference into another one to the same text.
        damaged[place..place + 8]
            .iter_mut()
            .for_each(|byte| *byte = !*byte);
        let file = sample.write("damaged.gz", &damaged);
        let refused = demo.plugin(&["restore", &file, "--yes"]);
        assert_eq!(
            refused.code,
            Some(4),
            "bytes from {place} on changed\n{refused}"
        );
    }
    before.assert_same(&Facts::of_surroundings(&demo));
}

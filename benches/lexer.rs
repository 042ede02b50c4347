//! How fast a dump is read: COPY data, which is most of any large dump, and statements.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quetzal_db::dump::{Refusal, Scanner};
use std::hint::black_box;

const MEBIBYTE: usize = 1 << 20;
/// As it comes from a decompressor.
const CHUNK: usize = 256 * 1024;

const HEAD: &str = "--\n-- PostgreSQL database cluster dump\n--\n\n\
    --\n-- Database \"postgres\" dump\n--\n\n\\connect postgres\n\n--\n-- PostgreSQL database dump\n--\n\n\
    -- Dumped from database version 15.18\n-- Dumped by pg_dump version 15.18\n\nSET client_encoding = 'UTF8';\n\n";
const TAIL: &str = "\n\n--\n-- PostgreSQL database dump complete\n--\n\n\
    --\n-- PostgreSQL database cluster dump complete\n--\n\n";

/// A dump of `size` bytes or a little more: `prefix`, then lines, then `suffix`.
fn dump(size: usize, prefix: &str, suffix: &str, line: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = [HEAD, prefix].concat();
    text.reserve(size + MEBIBYTE);
    let mut number = 0;
    while text.len() < size {
        text.push_str(&line(number));
        number += 1;
    }
    text.push_str(suffix);
    text.push_str(TAIL);
    text.into_bytes()
}

/// Rows of about `width` bytes, with the escapes of text format.
fn rows(size: usize, width: usize) -> Vec<u8> {
    let padding = "value with \\t tab and \\\\ backslash; 'quote' ".repeat(width / 43 + 1);
    dump(
        size,
        "--\n-- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: o\n--\n\nCOPY public.t (a, b, c) FROM stdin;\n",
        "\\.\n",
        |number| format!("{number}\t\\N\t{}\n", &padding[..width]),
    )
}

fn statements(size: usize) -> Vec<u8> {
    dump(size, "", "", |number| {
        format!(
            "--\n-- Name: t_{number}; Type: TABLE; Schema: public; Owner: o\n--\n\n\
             CREATE TABLE public.t_{number} (\n    id bigint DEFAULT nextval('public.s'::regclass) NOT NULL,\n    \
             name character varying(255) NOT NULL,\n    \"Mixed\" jsonb DEFAULT '{{}}'::jsonb\n);\n\n\n\
             ALTER TABLE public.t_{number} OWNER TO o;\n\n"
        )
    })
}

fn scan(dump: &[u8]) -> Result<u64, Refusal> {
    let mut scanner = Scanner::new();
    for chunk in dump.chunks(CHUNK) {
        scanner.feed(chunk)?;
    }
    Ok(scanner.finish()?.bytes)
}

fn benchmark(criterion: &mut Criterion) {
    let dumps = [
        ("copy, rows of 100 bytes", rows(256 * MEBIBYTE, 100)),
        ("copy, rows of 1000 bytes", rows(256 * MEBIBYTE, 1000)),
        ("statements", statements(16 * MEBIBYTE)),
    ];
    let mut group = criterion.benchmark_group("scan");
    group.sample_size(10);
    for (name, dump) in &dumps {
        assert_eq!(
            scan(dump),
            Ok(dump.len() as u64),
            "the dump of the benchmark is sound"
        );
        group.throughput(Throughput::Bytes(dump.len() as u64));
        group.bench_function(*name, |bencher| bencher.iter(|| black_box(scan(dump))));
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);

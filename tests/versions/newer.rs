//! A dump of a newer version than the server.

use crate::servers::{DATABASES, Server};
use crate::support::difference;
use crate::{Origin, RESTORE};

/// What of the dumps the server lacks, the first of it.
fn lacks(target: u32, origin: u32) -> &'static str {
    match (target, origin) {
        (13, _) => {
            "a range type with its multirange type (PostgreSQL 14 or later; database \"features\", byte "
        }
        (15, _) => "the privilege MAINTAIN (PostgreSQL 17 or later; database \"features\", byte ",
        _ => "a virtual generated column (PostgreSQL 18 or later; database \"features\", byte ",
    }
}

/// The whole is refused before anything happens; the databases of which the server knows every word are loaded.
pub(crate) fn goes_where_nothing_is_strange(target: &Server, origin: &Origin) {
    let pair = format!("{} into {}", origin.version, target.version);
    let before = target.identity();
    let all = [&["restore", &origin.file], &RESTORE[..]].concat();
    let refused = target.demo.plugin(&all).expect(4);
    let server = if target.version == 13 {
        "the older server, 13."
    } else {
        "the older server, 1"
    };
    // Since 14 the demo has a function that is no string.
    let goes: &[&str] = if target.version == 13 {
        &["unittests"]
    } else {
        &["quetzal", "unittests"]
    };
    let flags: Vec<_> = goes
        .iter()
        .map(|name| format!("--database={name}"))
        .collect();
    refused
        .says(&format!("the dump is of PostgreSQL {}.", origin.version))
        .says(server)
        .says(lacks(target.version, origin.version))
        .says(&format!("--database {}", goes.join(" --database ")));
    assert_eq!(target.identity(), before, "{pair}: refused");

    let some: Vec<&str> = all
        .iter()
        .copied()
        .chain(flags.iter().map(String::as_str))
        .collect();
    let done = target.demo.plugin(&some).expect(0);
    println!("{pair}: {:?}", done.took);
    let left_out = "what the server has no parameter for, which is left out: transaction_timeout";
    assert_eq!(
        done.stderr.contains(left_out),
        origin.version >= 17 && target.version < 17,
        "{pair}\n{done}"
    );
    done.says(", newer than the server: what that does not know stops the load");
    for (name, before) in DATABASES.iter().zip(&origin.content) {
        if goes.contains(name)
            && let Some(difference) = difference(before, &target.content(&[name])[0])
        {
            panic!("{pair}: {difference}");
        }
    }
}

/// No rule knows the function; the load shows that the server does not either, and everything is as before.
pub(crate) fn stops_at_what_nobody_foresaw(target: &Server, origin: &Origin) {
    let before = (target.identity(), target.globals());
    let restore = [
        &["restore", &origin.file, "--database=newest"],
        &RESTORE[..],
    ]
    .concat();
    let failed = target.demo.plugin(&restore).expect(5);
    failed.says("function uuidv7() does not exist");
    assert_eq!((target.identity(), target.globals()), before);
}

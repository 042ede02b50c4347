//! A dump of the same or an older version.

use crate::Origin;
use crate::servers::{DATABASES, Server};
use crate::support::difference;

/// All of it is loaded, and all that it holds is compared.
pub(crate) fn comes_back(target: &Server, origin: &Origin) {
    let pair = format!("{} into {}", origin.version, target.version);
    let restore = [&["restore", &origin.file], &crate::RESTORE[..]].concat();
    let done = target.demo.plugin(&restore).expect(0);
    println!("{pair}: {:?}", done.took);
    let warned = done
        .stderr
        .contains("ordinary roles may not create objects in schema public");
    assert_eq!(
        warned,
        origin.version < 15 && target.version >= 15,
        "{pair}\n{done}"
    );
    done.never_says("newer than the server")
        .never_says("left out")
        .never_says("the server can't read the dump's files");
    let databases = target.content(&DATABASES);
    for (before, after) in origin.content.iter().zip(&databases) {
        if let Some(difference) = difference(before, after) {
            panic!("{pair}: {difference}");
        }
    }
    if let Some(difference) = difference(&origin.globals, &target.globals()) {
        panic!("{pair}: {difference}");
    }
    is_well_loaded(target, &pair);
}

/// The rows of a table with a file of its own are frozen, and the planner knows of them.
fn is_well_loaded(target: &Server, pair: &str) {
    const FROZEN: &str = "CREATE EXTENSION pageinspect;
        SELECT bool_and('HEAP_XMIN_FROZEN' = ANY (combined_flags)) FROM heap_page_items(get_raw_page('bulk', 7)),
            heap_tuple_infomask_flags(t_infomask, t_infomask2) WHERE t_data IS NOT NULL;
        DROP EXTENSION pageinspect";
    assert_eq!(
        target.demo.psql("features", FROZEN),
        "t",
        "{pair}: rows are frozen"
    );
    let known = "SELECT count(*) FROM pg_stats WHERE tablename = 'bulk' AND schemaname = 'public'";
    assert_eq!(
        target.demo.psql("features", known),
        "3",
        "{pair}: columns with statistics"
    );
}

//! Dumps of PostgreSQL 13, 15, 17 and 18 into servers of the same versions, made and loaded by the programs of each.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may"
)]

mod newer;
mod older;
mod servers;
#[path = "../support/mod.rs"]
mod support;

use servers::{DATABASES, Server, VERSIONS};

/// A dump of one server, and what that held.
struct Origin {
    version: u32,
    file: String,
    /// Of each of [`DATABASES`].
    content: Vec<String>,
    globals: String,
}

/// Neither is a copy made first, without a bucket, nor is there an application to stop.
const RESTORE: [&str; 6] = [
    "--yes",
    "--drop-old",
    "--no-safety-backup",
    "--maintenance=none",
    "--jobs=1",
    "-v",
];

/// Runs one job a version, all at the same time.
fn each<T: Send>(job: impl Fn(u32) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let job = &job;
        let threads: Vec<_> = VERSIONS
            .map(|version| scope.spawn(move || job(version)))
            .into();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

fn dump(server: &Server) -> Origin {
    let file = server.file("dump.gz");
    server.demo.plugin(&["backup", "--output", &file]).expect(0);
    Origin {
        version: server.version,
        file,
        content: server.content(&DATABASES),
        globals: server.globals(),
    }
}

/// Every pair of them: it takes four servers to begin with, so there is one test.
#[test]
fn dumps_go_from_version_to_version() {
    let servers = each(Server::new);
    let origins = each(|version| dump(servers.iter().find(|s| s.version == version).unwrap()));
    each(|version| {
        let target = servers.iter().find(|s| s.version == version).unwrap();
        for origin in &origins {
            if origin.version <= version {
                older::comes_back(target, origin);
            } else {
                newer::goes_where_nothing_is_strange(target, origin);
            }
        }
        if version == 17 {
            newer::stops_at_what_nobody_foresaw(target, &origins[3]);
        }
    });
}

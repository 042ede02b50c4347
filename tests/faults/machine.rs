//! What takes the machine that the cluster runs on, and where its API server is.

use std::path::Path;
use std::process::Command;

use crate::lane::Lane;

/// Whether the cluster is the one of this machine.
pub fn is_ours() -> bool {
    std::env::var_os("KUBE_CONTEXT").is_none_or(|context| context.is_empty())
}

/// `HOST:PORT` of the API server.
pub fn api_server(lane: &Lane) -> String {
    let path = "jsonpath={.clusters[0].cluster.server}";
    let url = lane
        .demo
        .admin
        .run(&["config", "view", "--minify", "-o", path]);
    let rest = url.trim_start_matches("https://").trim_end_matches('/');
    if rest.contains(':') {
        rest.to_owned()
    } else {
        format!("{rest}:443")
    }
}

/// SIGKILL for the first process of the database's container: from inside nothing can kill it.
pub fn kill_first_process(lane: &Lane) {
    let selector = "--selector=quetzal.example/serves=postgres";
    let uid = lane.demo.admin.run(&[
        "get",
        "pods",
        selector,
        "-o",
        "jsonpath={.items[0].metadata.uid}",
    ]);
    let first: Vec<_> = processes().filter(|pid| is_first_of(pid, &uid)).collect();
    let [pid] = &first[..] else {
        panic!("{} first processes of PostgreSQL in Pod {uid}", first.len());
    };
    let sent = Command::new("kill").args(["-KILL", pid]).status().unwrap();
    lane.note(&format!("killed process {pid} of the machine: {sent}"));
}

fn processes() -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir("/proc").unwrap().map_while(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the process is number 1 of its container, is PostgreSQL, and belongs to that Pod.
fn is_first_of(pid: &str, uid: &str) -> bool {
    let read = |file: &str| {
        std::fs::read_to_string(Path::new("/proc").join(pid).join(file)).unwrap_or_default()
    };
    let status = read("status");
    let first = status
        .lines()
        .filter_map(|l| l.strip_prefix("NSpid:"))
        .any(|l| l.split_whitespace().nth(1) == Some("1"));
    let groups = read("cgroup");
    first
        && read("comm").trim() == "postgres"
        && (groups.contains(uid) || groups.contains(&uid.replace('-', "_")))
}

/// Stops a program of the cluster for so many seconds.
pub fn pause(how: &str, program: &str, seconds: u64) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/pause.sh");
    let output = Command::new(script)
        .args([how, program, &seconds.to_string()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

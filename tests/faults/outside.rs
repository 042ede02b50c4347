//! Faults from outside, at a random moment of a longer restore.

use std::time::{Duration, Instant};

use crate::frames::Frames;
use crate::judge;
use crate::lane::{Allow, Lane};
use crate::machine;
use crate::proxy::Proxy;
use crate::snapshot::Side;
use crate::support::demo::CRONJOB;
use crate::support::dump::Random;
use crate::support::plugin::{Ended, Running};
use crate::support::until;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    PluginKilled,
    PodDeleted,
    PodDeletedAtOnce,
    BackendKilled,
    CheckpointerKilled,
    PostmasterKilled,
    StreamCut,
    StreamClosed,
    TwoPlugins,
    Reconnecting,
    ScaledUp,
    CronJobFires,
    ClockAhead,
    ClockBehind,
}

pub const ALL: [Fault; 14] = [
    Fault::PluginKilled,
    Fault::PodDeleted,
    Fault::PodDeletedAtOnce,
    Fault::BackendKilled,
    Fault::CheckpointerKilled,
    Fault::PostmasterKilled,
    Fault::StreamCut,
    Fault::StreamClosed,
    Fault::TwoPlugins,
    Fault::Reconnecting,
    Fault::ScaledUp,
    Fault::CronJobFires,
    Fault::ClockAhead,
    Fault::ClockBehind,
];

impl Fault {
    pub fn title(self) -> &'static str {
        match self {
            Self::PluginKilled => "plugin killed (SIGKILL)",
            Self::PodDeleted => "database Pod deleted",
            Self::PodDeletedAtOnce => "database Pod deleted without grace",
            Self::BackendKilled => "a backend of PostgreSQL killed (SIGKILL)",
            Self::CheckpointerKilled => "PostgreSQL's checkpointer killed (SIGKILL)",
            Self::PostmasterKilled => "PostgreSQL's first process killed (SIGKILL)",
            Self::StreamCut => "connection to the API server cut after N bytes",
            Self::StreamClosed => {
                "connection to the API server closed without a Status after N bytes"
            }
            Self::TwoPlugins => "two plugins at once",
            Self::Reconnecting => "clients that reconnect every 50 ms",
            Self::ScaledUp => "the application scaled up in the middle",
            Self::CronJobFires => "the backup CronJob fires in the middle",
            Self::ClockAhead => "the client's clock a day ahead",
            Self::ClockBehind => "the client's clock a day behind",
        }
    }

    /// Whether it takes this very machine, and so can't be done to a cluster of somebody else's.
    pub fn needs_the_machine(self) -> bool {
        matches!(self, Self::PostmasterKilled)
    }

    /// What it changes by itself.
    fn allows(self) -> Allow {
        Allow {
            server_restart: matches!(
                self,
                Self::PodDeleted
                    | Self::PodDeletedAtOnce
                    | Self::BackendKilled
                    | Self::CheckpointerKilled
                    | Self::PostmasterKilled
            ),
            scaling: self == Self::ScaledUp,
        }
    }
}

/// What a calm restore takes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calm {
    pub took: Duration,
    /// Bytes to and from the API server.
    pub bytes: u64,
}

/// One restore that nothing happens to, seen through a proxy.
fn calm(lane: &mut Lane) -> Calm {
    lane.begin();
    let proxy = Proxy::start(&machine::api_server(lane), u64::MAX);
    let ended = Running::spawn(restore(lane, Some(&proxy.url()))).wait();
    let calm = Calm {
        took: ended.took,
        bytes: proxy.passed(),
    };
    judge::settle(lane, &ended.expect(0), &mut Random(0), Allow::default());
    calm
}

/// One on each lane; the middle one counts.
pub fn calms(lanes: &mut [Lane]) -> Calm {
    let mut all: Vec<Calm> = std::thread::scope(|scope| {
        let started: Vec<_> = lanes
            .iter_mut()
            .map(|lane| scope.spawn(move || calm(lane)))
            .collect();
        started
            .into_iter()
            .map(|calm| calm.join().unwrap())
            .collect()
    });
    all.sort_by_key(|calm| calm.took);
    all[all.len() / 2]
}

/// Runs a restore, does the damage at a moment that the seed decides, and judges what came of it.
pub fn run(lane: &Lane, fault: Fault, calm: Calm, random: &mut Random) -> Side {
    let bytes = 1 + random.below(usize::try_from(calm.bytes).unwrap()) as u64;
    let cut = (fault == Fault::StreamCut).then(|| Proxy::start(&machine::api_server(lane), bytes));
    let closed = (fault == Fault::StreamClosed).then(|| Frames::start(lane, bytes));
    let server = cut.as_ref().map(Proxy::url);
    let server = server.or(closed.as_ref().map(Frames::url));
    let mut command = restore(lane, server.as_deref());
    match fault {
        Fault::ClockAhead => drop(command.env("QUETZAL_DB_CLOCK_OFFSET", "86400")),
        Fault::ClockBehind => drop(command.env("QUETZAL_DB_CLOCK_OFFSET", "-86400")),
        Fault::StreamCut | Fault::StreamClosed => lane.note(&format!("after {bytes} bytes")),
        Fault::Reconnecting => lane.hammer(true),
        _ => {}
    }
    let mut running = Running::spawn(command);
    let moment =
        Duration::from_millis(random.below(calm.took.as_millis().try_into().unwrap()) as u64);
    let reached = wait(&mut running, moment);
    lane.note(&format!(
        "at {moment:?} of about {:?}: {}",
        calm.took,
        fault.title()
    ));
    let deleted = (reached && matches!(fault, Fault::PodDeleted | Fault::PodDeletedAtOnce))
        .then(|| lane.database_pod());
    let second = if reached {
        strike(lane, fault, random)
    } else {
        None
    };
    let ended = if fault == Fault::PluginKilled {
        running.kill()
    } else {
        end_of(lane, running)
    };
    if fault == Fault::Reconnecting {
        lane.hammer(false);
    }
    if let Some(pod) = deleted {
        // One that ends in order answers until then.
        let gone = format!("--field-selector=metadata.name={pod}");
        until("the deleted Pod goes", 180, || {
            let left = lane.demo.admin.run(&["get", "pods", &gone, "-o", "name"]);
            left.is_empty()
        });
    }
    let side = match second {
        Some(second) => judge::both(lane, &ended, &end_of(lane, second), random),
        None => judge::settle(lane, &ended, random, fault.allows()),
    };
    if fault == Fault::ScaledUp {
        lane.demo.scale(1);
    }
    if fault == Fault::CronJobFires {
        lane.demo.admin.run(&[
            "delete",
            "job",
            FIRED,
            "--ignore-not-found",
            "--cascade=foreground",
        ]);
    }
    side
}

/// A Job as the CronJob's controller would make it.
const FIRED: &str = "fired-by-its-schedule";

/// Does the damage; the second plugin, where that is what it is.
fn strike(lane: &Lane, fault: Fault, random: &mut Random) -> Option<Running> {
    let demo = &lane.demo;
    let try_to = |args: &[&str]| {
        let output = demo.admin.output(args, b"");
        lane.note(&format!(
            "$ kubectl {}: {}",
            args.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    };
    let pods = "--selector=quetzal.example/serves=postgres";
    match fault {
        Fault::PodDeleted => try_to(&["delete", "pod", pods, "--wait=false"]),
        Fault::PodDeletedAtOnce => try_to(&[
            "delete",
            "pod",
            pods,
            "--grace-period=0",
            "--force",
            "--wait=false",
        ]),
        Fault::BackendKilled => kill_process(
            lane,
            "application_name LIKE 'kubectl-quetzal-db/%' DESC, backend_type = 'client backend' DESC",
        ),
        Fault::CheckpointerKilled => kill_process(lane, "backend_type = 'checkpointer' DESC"),
        Fault::PostmasterKilled => machine::kill_first_process(lane),
        Fault::TwoPlugins => return Some(Running::spawn(restore(lane, None))),
        Fault::ScaledUp => {
            if random.below(2) == 0 {
                // The moment that matters most: it was just stopped for the swap.
                let stopped = Instant::now();
                while demo.replicas("demo-quetzal-app").0 > 0
                    && stopped.elapsed() < Duration::from_secs(20)
                {
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
            try_to(&["scale", "deployment/demo-quetzal-app", "--replicas=2"]);
        }
        Fault::CronJobFires => {
            try_to(&["create", "job", FIRED, &format!("--from=cronjob/{CRONJOB}")]);
        }
        _ => {}
    }
    None
}

/// Kills that process of the server which this order puts first.
fn kill_process(lane: &Lane, order: &str) {
    const KILL: &str = r#"pid=$(psql -X -q -A -t -U "$POSTGRES_USER" -d postgres -c "$1") && kill -9 "$pid" && echo "killed $pid""#;
    let sql = format!(
        "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() ORDER BY {order} LIMIT 1"
    );
    let exec = [
        "exec",
        "deployment/demo-quetzal-db",
        "-c",
        "quetzal",
        "--",
        "sh",
        "-c",
        KILL,
        "sh",
        &sql,
    ];
    let output = lane.demo.admin.output(&exec, b"");
    lane.note(&format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ));
}

/// The plugin that restores; `server` takes the API server's place.
pub fn restore(lane: &Lane, server: Option<&str>) -> std::process::Command {
    let mut command = lane.command(
        &["restore", &lane.dump, "--yes", "--no-safety-backup"],
        None,
    );
    if let Some(server) = server {
        let real = machine::api_server(lane);
        let host = real
            .rsplit_once(':')
            .map_or(real.as_str(), |(host, _)| host);
        command.args(["--server", server, "--tls-server-name", host]);
    }
    command
}

/// Waits so long; false where the plugin ended before.
pub fn wait(running: &mut Running, moment: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < moment {
        if running.has_ended() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// How it ended; one that does not end is a failure of its own.
pub fn end_of(lane: &Lane, mut running: Running) -> Ended {
    until("the plugin ends", 600, || running.has_ended());
    let ended = running.wait();
    lane.note(&ended.to_string());
    ended
}

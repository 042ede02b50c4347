//! One demo deployment on which cases run one after the other.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::session::Session;
use crate::snapshot::{NAMES, Names, Side, Snapshot};
use crate::support::demo::{CRONJOB, Demo};
use crate::support::plugin::{self, Ended, Running};
use crate::support::state::{SERVER, files, helpers, suspended};
use crate::support::{dump, until};
use crate::watch::Watch;

const NEW: &str = include_str!("sql/new.sql");
const DAMAGE: &str = include_str!("sql/damage.sql");
const HAMMER: &str = include_str!("hammer.yaml");
const OWN: &str = "app.kubernetes.io/managed-by=kubectl-quetzal-db";
/// So often a server that is coming back is looked at before that counts as a failure.
const LOOKS: usize = 20;
const PAUSE: Duration = Duration::from_secs(2);
const APPLICATION: [&str; 2] = ["demo-quetzal-app", "demo-quetzal-worker"];

/// How much a restore has to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Over at once.
    Short,
    /// Some seconds and some 20 MB.
    Long,
}

/// What a fault changes by itself, so that it is not held against the restore.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allow {
    pub server_restart: bool,
    pub scaling: bool,
}

/// A deployment, the dump that is restored, and both states that its databases may be in.
pub struct Lane {
    pub demo: Demo,
    pub dump: String,
    pub binary: PathBuf,
    session: Session,
    old: Snapshot,
    new: Snapshot,
    watch: Watch,
    _folder: tempfile::TempDir,
    /// What was done and seen in the case under way.
    story: RefCell<String>,
    /// Names and server as they were when the case began.
    before: RefCell<(Names, String)>,
    /// Whether the databases may be gone for a while.
    pub in_place: Cell<bool>,
    /// Pods left by plugins that were killed.
    pub helpers_left: RefCell<usize>,
}

impl Lane {
    /// Brings the databases in and dumps them: new; then damages them: old.
    pub fn new(demo: Demo, binary: PathBuf, load: Load) -> Self {
        let folder = tempfile::tempdir().unwrap();
        sweep(&demo);
        drop_databases(&demo, &["fault_left", "fault_right"]);
        let (pause, width, rows) = match load {
            Load::Short => ("0", "2", "200"),
            Load::Long => ("0.0006", "200", "3000"),
        };
        let settings = format!("\\set pause {pause}\n\\set width {width}\n\\set rows {rows}\n");
        let sql = format!("{settings}{}", NEW.replace(":pause", pause));
        demo.psql("postgres", &sql);
        let text = demo.dump_all(&[]);
        let dump = dump::write(folder.path(), "whole.sql", &text);
        let session = Session::new(&demo);
        let new = Snapshot::take(&session).unwrap();
        damage(&demo);
        let old = Snapshot::take(&session).unwrap();
        assert!(!new.same_content(&old), "the damage changes nothing");
        Self {
            watch: Watch::start(&demo),
            before: RefCell::new((names(&session), server(&session))),
            in_place: Cell::new(false),
            helpers_left: RefCell::new(0),
            story: RefCell::default(),
            session,
            demo,
            dump,
            binary,
            old,
            new,
            _folder: folder,
        }
    }

    /// Begins a case on the old state.
    pub fn begin(&self) {
        self.story.borrow_mut().clear();
        self.in_place.set(false);
        let is_old = Snapshot::take(&self.session).is_ok_and(|now| now == self.old);
        if !is_old {
            damage(&self.demo);
            let now = Snapshot::take(&self.session).unwrap();
            assert!(
                now == self.old,
                "the damage is another one: {}",
                self.old.difference(&now)
            );
        }
        *self.before.borrow_mut() = (names(&self.session), server(&self.session));
        self.watch.begin();
    }

    /// Makes everything anew, whatever a failed case left: the old state, built from the dump.
    pub fn repair(&self) {
        self.demo.admin.run(&[
            "rollout",
            "status",
            "deployment/demo-quetzal-db",
            "--timeout=180s",
        ]);
        sweep(&self.demo);
        drop_databases(&self.demo, &NAMES);
        let text = std::fs::read(&self.dump).unwrap();
        let script = r#"psql -X -q -U "$POSTGRES_USER" -d postgres -f - >/dev/null 2>&1; true"#;
        self.demo.in_pod(&["sh", "-c", script], &text);
    }

    pub fn note(&self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.story.borrow_mut(), "{line}");
    }

    pub fn story(&self) -> String {
        self.story.borrow().clone()
    }

    /// The plugin's command line, with a kill point where one is named.
    pub fn command(&self, args: &[&str], kill_at: Option<&str>) -> Command {
        let mut command = plugin::command(self.binary.to_str().unwrap(), &self.demo.kubeconfig);
        command.args(args);
        if let Some(point) = kill_at {
            command.env("QUETZAL_DB_KILL_AT", point);
        }
        let note = kill_at.map_or_else(String::new, |p| format!("   (killed at {p})"));
        self.note(&format!("$ kubectl quetzal-db {}{note}", args.join(" ")));
        command
    }

    /// Runs the plugin to its end.
    pub fn run(&self, args: &[&str], kill_at: Option<&str>) -> Ended {
        let ended = Running::spawn(self.command(args, kill_at)).wait();
        self.note(&ended.to_string());
        ended
    }

    /// Which side the real names are on right now; fails where they are on neither.
    pub fn side(&self) -> Side {
        self.until_the_server_answers();
        let (names, before) = (names(&self.session), self.before.borrow().0.clone());
        let side = names.side(&before);
        self.note(&format!("names: {} -> {side:?}", names.0));
        let may_be = |side: &Side| *side != Side::Gone || self.in_place.get();
        side.filter(may_be)
            .unwrap_or_else(|| panic!("LOST: {} was {}", names.0, before.0))
    }

    /// The content under the real names right now: it must be wholly that of one side, and of the one the names tell.
    pub fn content_side(&self) -> Side {
        match self.side() {
            Side::Gone => Side::Gone,
            Side::Old | Side::New => self.content().0,
        }
    }

    fn content(&self) -> (Side, Snapshot) {
        let mut failed = String::new();
        for _ in 0..LOOKS {
            let side = self.side();
            let now = match Snapshot::take(&self.session) {
                Ok(now) => now,
                Err(why) => {
                    failed = why;
                    std::thread::sleep(PAUSE);
                    continue;
                }
            };
            // A swap that is still under way in the server may come between names and content.
            if self.side() != side {
                continue;
            }
            let truth = self.truth(side);
            assert!(
                now.same_content(truth),
                "LOST: the names are {side}, the content is not: {}",
                truth.difference(&now)
            );
            return (side, now);
        }
        panic!("the databases could not be looked at: {failed}");
    }

    fn truth(&self, side: Side) -> &Snapshot {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
            Side::Gone => panic!("nothing can be compared with nothing"),
        }
    }

    /// Everything, after the last command: one side wholly, and nothing left over.
    pub fn assert_settled(&self, wanted: Side, allow: Allow) {
        for name in APPLICATION {
            let deployment = format!("deployment/{name}");
            self.demo
                .admin
                .run(&["rollout", "status", &deployment, "--timeout=90s"]);
            let (asked, ready) = self.demo.replicas(name);
            let all = asked == ready && (asked == 1 || allow.scaling && asked > 0);
            assert!(all, "{name}: {ready} of {asked} replicas");
        }
        let (side, now) = self.content();
        assert_eq!(side, wanted);
        let truth = self.truth(wanted);
        assert!(
            now == *truth,
            "roles or properties are not {wanted}: {}",
            truth.difference(&now)
        );
        let databases = self
            .session
            .ask("postgres", "SELECT datname FROM pg_database")
            .unwrap();
        assert!(
            !databases.contains("__restore_") && !databases.contains("__before_"),
            "{databases}"
        );
        assert_eq!(files(&self.demo), Vec::<String>::new(), "files in the Pod");
        assert!(!suspended(&self.demo), "cronjob/{CRONJOB} is suspended");
        assert_eq!(self.demo.admin.run(&["get", "leases", "-o", "name"]), "");
        let left = helpers(&self.demo);
        *self.helpers_left.borrow_mut() += left.len();
        for pod in left {
            self.demo
                .admin
                .run(&["delete", "pod", &pod, "--wait=false"]);
        }
        if !allow.server_restart {
            assert_eq!(
                server(&self.session),
                self.before.borrow().1,
                "the server was restarted"
            );
        }
        let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'kubectl-quetzal-db%'";
        assert_eq!(
            self.session.ask("postgres", sessions).unwrap(),
            "0",
            "sessions of the plugin"
        );
        self.assert_watched();
    }

    /// Whatever was seen meanwhile was wholly on one side.
    pub fn assert_watched(&self) {
        let before = self.before.borrow().0.clone();
        for names in self.watch.seen() {
            assert!(
                names
                    .side(&before)
                    .is_some_and(|side| side != Side::Gone || self.in_place.get()),
                "LOST for a moment: {} was {}",
                names.0,
                before.0
            );
        }
    }

    /// Waits until there is a server to look at: a Pod that is replaced, a crash that is recovered from.
    pub fn until_the_server_answers(&self) {
        until("the server answers", 240, || {
            self.session.ask("postgres", "SELECT 1").is_ok()
        });
    }

    /// The name of the database's Pod.
    pub fn database_pod(&self) -> String {
        let name = "jsonpath={.items[0].metadata.name}";
        let selector = "--selector=quetzal.example/serves=postgres";
        self.demo.admin.run(&["get", "pods", selector, "-o", name])
    }

    /// Removes the lock of a plugin that is dead, when there is nothing else to do.
    pub fn drop_lock(&self) {
        self.demo
            .admin
            .run(&["delete", "lease", "quetzal-db-demo", "--ignore-not-found"]);
    }

    /// Starts and ends clients that are no part of the application and connect all the time.
    pub fn hammer(&self, on: bool) {
        let admin = &self.demo.admin;
        if on {
            admin.run_bytes(&["apply", "-f", "-"], HAMMER.as_bytes());
            admin.run(&[
                "wait",
                "pod/hammer",
                "--for=condition=Ready",
                "--timeout=60s",
            ]);
        } else {
            let said = admin.run(&["logs", "hammer", "--tail=1"]);
            self.note(&format!("the clients: {said}"));
            assert!(said.contains("connected"), "they never connected: {said}");
            admin.run(&["delete", "pod", "hammer", "--grace-period=1"]);
        }
    }

    /// The old content came back from a safety backup, in databases of its own.
    pub fn came_back(&self) {
        self.assert_watched();
        self.before.borrow_mut().0 = names(&self.session);
        self.watch.begin();
    }

    /// The journals that there are.
    pub fn documents(&self) -> String {
        let journals = "--selector=quetzal-db/document=restore";
        self.demo
            .admin
            .run(&["get", "configmaps", journals, "-o", "name"])
    }
}

fn names(session: &Session) -> Names {
    Names::read(&session.ask("postgres", &Names::sql()).unwrap()).unwrap()
}

fn server(session: &Session) -> String {
    session.ask("postgres", SERVER).unwrap()
}

fn damage(demo: &Demo) {
    demo.script("damage.sh", &[]);
    demo.psql("postgres", DAMAGE);
}

fn drop_databases(demo: &Demo, names: &[&str]) {
    for name in names {
        demo.psql(
            "postgres",
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
    }
    demo.psql("postgres", "DROP ROLE IF EXISTS fault_owner, fault_reader");
}

/// Removes everything that restores may have left, and starts the application.
fn sweep(demo: &Demo) {
    let admin = &demo.admin;
    admin.run(&["delete", "configmap,lease", "--selector", OWN]);
    admin.run(&["delete", "lease", "quetzal-db-demo", "--ignore-not-found"]);
    let leftovers = r"SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
WHERE datname LIKE '%\_\_restore\_%' OR datname LIKE '%\_\_before\_%' \gexec";
    demo.psql("postgres", leftovers);
    demo.in_pod(&["rm", "-rf", "/srv/data/.quetzal-db"], b"");
    admin.run(&[
        "patch",
        "cronjob",
        CRONJOB,
        "--type=merge",
        r#"--patch={"spec": {"suspend": false}}"#,
    ]);
    admin.run(&[
        "scale",
        "deployment/demo-quetzal-app",
        "deployment/demo-quetzal-worker",
        "--replicas=1",
    ]);
}

//! Completion as kubectl asks for it: the executable that is installed for it, and what it answers where there is no
//! cluster. `tests/plugin.rs` asks through the real kubectl.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-quetzal-db");

const SCRIPT: &str = "#!/bin/sh
# By this executable on PATH kubectl asks what may follow `kubectl quetzal-db`.
exec kubectl-quetzal_db __complete \"$@\"
";

const KUBECONFIG: &str = "apiVersion: v1
kind: Config
current-context: east
contexts:
  - {name: east, context: {cluster: one, user: me}}
  - {name: west, context: {cluster: two, user: you}}
clusters:
  - {name: one, cluster: {server: 'https://127.0.0.1:1'}}
  - {name: two, cluster: {server: 'https://127.0.0.1:1'}}
users:
  - {name: me, user: {}}
  - {name: you, user: {}}
";

/// A home with a folder for PATH, in which the plugin has the name that kubectl looks for.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(TempDir::new().unwrap());
        fs::create_dir(home.bin()).unwrap();
        symlink(PLUGIN, home.bin().join("kubectl-quetzal_db")).unwrap();
        home
    }

    fn bin(&self) -> PathBuf {
        self.0.path().join("bin")
    }

    fn executable(&self) -> PathBuf {
        self.bin().join("kubectl_complete-quetzal_db")
    }

    fn with_kubeconfig(self) -> Self {
        fs::write(self.0.path().join("kubeconfig"), KUBECONFIG).unwrap();
        self
    }

    /// With nothing of this environment.
    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .env("HOME", self.0.path())
            .env("PATH", self.bin())
            .env("KUBECONFIG", self.0.path().join("kubeconfig"));
        command
    }

    /// Status, standard output and standard error of a program.
    fn run(&self, program: &Path, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(program, arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let status = output.status.code().unwrap();
        (status, text(output.stdout), text(output.stderr))
    }

    fn plugin(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run(Path::new(PLUGIN), arguments)
    }

    /// What the plugin answers, without a word on standard error.
    #[track_caller]
    fn answers(&self, words: &[&str], answer: &str) {
        let ended = self.plugin(&[&["__complete"], words].concat());
        assert_eq!(ended, (0, answer.to_owned(), String::new()), "{words:?}");
    }
}

fn ended(status: i32, stdout: &str, stderr: &str) -> (i32, String, String) {
    (status, stdout.to_owned(), stderr.to_owned())
}

#[test]
fn the_executable_is_printed() {
    let home = Home::new();
    assert_eq!(
        home.plugin(&["completion", "kubectl"]),
        ended(0, SCRIPT, "")
    );
    assert!(!home.executable().exists());
}

#[test]
fn it_is_installed_where_kubectl_finds_the_plugin() {
    let home = Home::new();
    let path = home.executable();
    let said = format!("{}\n", path.display());
    for _ in 0..2 {
        let installed = home.plugin(&["completion", "kubectl", "--install"]);
        assert_eq!(installed, ended(0, &said, ""));
        assert_eq!(fs::read_to_string(&path).unwrap(), SCRIPT);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o755
        );
    }
    let json = home.plugin(&["completion", "kubectl", "--install", "-o", "json"]);
    let said = format!("{{\n  \"installed\": \"{}\"\n}}\n", path.display());
    assert_eq!(json, ended(0, &said, ""));
    let there = fs::read_dir(home.bin()).unwrap().count();
    assert_eq!(there, 2, "the plugin and the executable, nothing else");
}

#[test]
fn it_is_installed_into_another_folder() {
    let home = Home::new();
    let folder = home.0.path().join("other");
    fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    let installed = home.plugin(&["completion", "kubectl", "--install", "--dir", folder]);
    let path = format!("{folder}/kubectl_complete-quetzal_db");
    let warning = format!("{folder} is not on PATH: kubectl does not find it there.\n");
    assert_eq!(installed, ended(0, &format!("{path}\n"), &warning));
    assert_eq!(fs::read_to_string(path).unwrap(), SCRIPT);
}

#[test]
fn where_it_can_not_be_written_the_error_names_it() {
    let home = Home::new();
    let installed = home.plugin(&[
        "completion",
        "kubectl",
        "--install",
        "--dir",
        "/nonexistent",
    ]);
    let (status, stdout, stderr) = installed;
    assert_eq!((status, stdout.as_str()), (1, ""));
    let head = "error: cannot write /nonexistent/kubectl_complete-quetzal_db\n  because No such file or directory";
    assert!(stderr.starts_with(head), "{stderr}");
}

#[test]
fn without_the_plugin_on_path_a_folder_must_be_named() {
    let home = Home::new();
    fs::remove_file(home.bin().join("kubectl-quetzal_db")).unwrap();
    assert_eq!(
        home.plugin(&["completion", "kubectl", "--install"]),
        ended(
            1,
            "",
            "error: there is no kubectl-quetzal_db on PATH, under which name kubectl looks for the plugin

hint: name a folder of PATH: kubectl quetzal-db completion kubectl --install --dir DIR
"
        )
    );
}

#[test]
fn a_shells_script_is_not_installed() {
    let said = "error: only kubectl's completion is installed, a shell's is printed\n";
    assert_eq!(
        Home::new().plugin(&["completion", "bash", "--install"]),
        ended(2, "", said)
    );
}

#[test]
fn the_executable_asks_the_plugin() {
    let home = Home::new();
    let (status, ..) = home.plugin(&["completion", "kubectl", "--install"]);
    assert_eq!(status, 0);
    let answer = "restore\tRestore a backup beside the live databases, then swap
resume\tGo on with an interrupted restore
:36
";
    assert_eq!(home.run(&home.executable(), &["res"]), ended(0, answer, ""));
    let off = "off\tThe application is started with the replicas that it had
:36
";
    let words = ["-n", "a b", "maintenance", "of"];
    assert_eq!(home.run(&home.executable(), &words), ended(0, off, ""));
}

#[test]
fn values_and_flags_are_offered() {
    let home = Home::new();
    let formats = "text\tFor people\njson\tFor programs\n:36\n";
    home.answers(&["list", "--format="], formats);
    home.answers(&["list", "-o", ""], formats);
    home.answers(
        &["restore", "--dry-run", "--d"],
        "--database\tOnly this database (may be repeated)
--drop-old\tDrop the old databases at the end instead of keeping them
--detach\tStart the Job and return
:36
",
    );
    home.answers(&["restore", "--kubeconfig", ""], ":0\n");
    home.answers(
        &["completion", "kubectl", "--install", "--dir", ""],
        ":16\n",
    );
    home.answers(&["list", "--nonsense", ""], ":36\n");
    home.answers(&["restore", "./"], ":0\n");
}

#[test]
fn no_word_at_all_is_an_empty_one() {
    let home = Home::new();
    let (_, all, _) = home.plugin(&["__complete", ""]);
    assert!(all.starts_with("backup\tTake a backup now"), "{all}");
    home.answers(&[], &all);
}

#[test]
fn names_come_from_the_kubeconfig() {
    let home = Home::new().with_kubeconfig();
    home.answers(&["list", "--context", ""], "east\nwest\n:36\n");
    home.answers(&["list", "--context=w"], "west\n:36\n");
    home.answers(&["--cluster", ""], "one\ntwo\n:36\n");
    home.answers(&["--user", "y"], "you\n:36\n");
    let other = home.0.path().join("other");
    fs::write(&other, KUBECONFIG.replace("west", "north")).unwrap();
    home.answers(
        &["--kubeconfig", other.to_str().unwrap(), "--context", "n"],
        "north\n:36\n",
    );
}

/// Nothing is said where there is no kubeconfig, no cluster, or nonsense on the line.
#[test]
fn what_can_not_be_asked_is_silence() {
    let latest = "latest\tThe newest that is no safety copy\n:36\n";
    for home in [Home::new(), Home::new().with_kubeconfig()] {
        home.answers(&["-n", ""], ":36\n");
        home.answers(&["restore", ""], latest);
        home.answers(&["restore", "--request-timeout=nonsense", ""], ":36\n");
        home.answers(&["restore", "--namespace", "dev", "l"], latest);
        home.answers(&["restore", "db_"], ":36\n");
    }
    Home::new().answers(&["--context", ""], ":36\n");
}

/// The limit is 3 seconds, the program that brings the credentials takes more.
#[test]
fn an_answer_is_not_waited_for() {
    let home = Home::new().with_kubeconfig();
    let slow = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sleep, \
                args: ['20'], interactiveMode: Never}}";
    let slow = KUBECONFIG.replace("name: me, user: {}", &format!("name: me, user: {slow}"));
    fs::write(home.0.path().join("kubeconfig"), slow).unwrap();
    let begun = Instant::now();
    let mut command = home.command(Path::new(PLUGIN), &["__complete", "-n", ""]);
    // That program has the same standard error, and outlives the plugin.
    let output = command.stderr(Stdio::null()).output().unwrap();
    let took = begun.elapsed();
    assert_eq!(output.stdout, b":36\n");
    assert!((3..15).contains(&took.as_secs()), "{took:?}");
}

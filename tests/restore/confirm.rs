//! Nothing happens without a yes.

use crate::sample::Sample;
use crate::support::demo::Demo;
use crate::support::plugin::{BINARY, command};
use crate::support::state::Facts;

#[test]
fn without_a_terminal_and_without_yes_it_is_refused() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let file = sample.write("whole.sql", sample.dump.as_bytes());
    let before = Facts::of_surroundings(&demo);
    let refused = demo.plugin(&["restore", &file]).expect(4);
    before.assert_same(&Facts::of_surroundings(&demo));
    assert_eq!(refused.stdout, "");
    refused
        .says("there is no terminal to ask on")
        .says("confirm with --yes, or look with --dry-run");
}

/// Types `word` at the question; the exit code.
fn answer(demo: &Demo, file: &str, word: &str) -> i32 {
    let mut command = command(BINARY, &demo.kubeconfig);
    command.args(["restore", file, "--drop-old", "--no-safety-backup"]);
    command.args(["--color", "never"]);
    let mut terminal = rexpect::session::spawn_command(command, Some(120_000)).unwrap();
    terminal
        .exp_string("The databases of demo will be replaced.\r\nType demo to go on")
        .unwrap();
    terminal.send_line(word).unwrap();
    terminal.exp_eof().unwrap();
    match terminal.process().wait().unwrap() {
        rexpect::process::WaitStatus::Exited(_, code) => code,
        other => panic!("ended with {other:?}"),
    }
}

#[test]
fn only_the_release_typed_at_the_terminal_goes_on() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let file = sample.write("whole.sql", sample.dump.as_bytes());
    demo.psql(&sample.name, "DELETE FROM child");
    let before = Facts::of_surroundings(&demo);
    for wrong in ["yes", "", "DEMO"] {
        assert_eq!(answer(&demo, &file, wrong), 4, "{wrong:?}");
    }
    before.assert_same(&Facts::of_surroundings(&demo));
    assert_eq!(demo.psql(&sample.name, "SELECT count(*) FROM child"), "0");
    assert_eq!(answer(&demo, &file, "demo"), 0);
    sample.assert_whole(&demo);
}

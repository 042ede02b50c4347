//! Context, cluster, user, namespace, impersonation.

use serde_json::json;

use crate::config::World;
use crate::relay::Recorder;

#[test]
fn context_cluster_user_and_namespace() {
    let world = World::new("who");
    world.usual();
    world.flags_come_through(&[]);
    // The namespace is the context's.
    world.flags_are_stopped(&["--context=elsewhere"], "in namespace default");
    world.flags_come_through(&["--context=elsewhere", "-n", world.namespace()]);
    world.flags_are_stopped(&["--namespace=default"], "in namespace default");
    world.flags_are_stopped(&["--context=missing"], "missing");
    world.flags_are_stopped(&["--context=astray"], "127.0.0.1:1");
    world.flags_come_through(&["--context=astray", "--cluster=right"]);
    world.flags_are_stopped(&["--cluster=nowhere"], "127.0.0.1:1");
    world.flags_are_stopped(&["--cluster=missing"], "missing");
    world.flags_come_through(&["--context=unknown", "--user=operator"]);
    world.flags_are_stopped(&["--user=missing"], "missing");
    world.flags_are_stopped(&["--server=https://127.0.0.1:1"], "127.0.0.1:1");
    let server = format!("--server={}", world.cluster["server"].as_str().unwrap());
    // The authority of the context's cluster is not that of another server's flag, for kubectl neither.
    world.flags_come_through(&["--context=right", &server]);
}

#[test]
fn impersonation() {
    let world = World::new("as");
    world.usual();
    let account = format!(
        "--as=system:serviceaccount:{}:quetzal-db-operator",
        world.namespace()
    );
    world.flags_come_through(&["--user=admin", &account]);
    world.flags_are_stopped(&["--user=admin", "--as=somebody"], "\"somebody\"");
    world.flags_come_through(&["--user=admin", "--as=somebody", "--as-group=system:masters"]);
    world.flags_come_through(&[
        "--user=admin",
        "--as=somebody",
        "--as-group=others",
        "--as-group=system:masters",
        "--as-uid=17",
    ]);
    world.flags_are_stopped(&["--as=somebody"], "impersonate");
    world.flags_are_stopped(&["--user=admin", "--as-group=system:masters"], "--as");
    world.flags_are_stopped(&["--user=admin", "--as-uid=17"], "--as");

    let mut admin = world.admin.clone();
    admin["as"] = json!("somebody");
    world.config(&world.cluster, &admin);
    world.flags_are_stopped(&[], "\"somebody\"");
    world.flags_come_through(&["--as-group=system:masters"]);
    admin["as-groups"] = json!(["system:masters"]);
    world.config(&world.cluster, &admin);
    world.flags_come_through(&[]);
    world.flags_are_stopped(&["--as=somebody", "--as-group=others"], "\"somebody\"");
}

/// May be somebody else, in any group, but not with any uid.
#[test]
fn the_uid_is_asked_for() {
    let world = World::new("uid");
    world.usual();
    let name = format!("quetzal-e2e-uid-{}", std::process::id());
    let admin = &world.scratch.admin;
    let account = format!("--serviceaccount={}:quetzal-db-operator", world.namespace());
    let resources = "--resource=users,groups";
    admin.run(&[
        "create",
        "clusterrole",
        &name,
        "--verb=impersonate",
        resources,
    ]);
    admin.run(&[
        "create",
        "clusterrolebinding",
        &name,
        "--clusterrole",
        &name,
        &account,
    ]);
    let others = ["--as=somebody", "--as-group=system:masters", "--as-uid=17"];
    let asked = std::panic::catch_unwind(|| {
        world.flags_come_through(&others[..2]);
        world.flags_are_stopped(&others, "uids");
    });
    admin.run(&["delete", "clusterrolebinding,clusterrole", &name]);
    asked.unwrap();
}

/// Credentials are for those who are proved to be the API server.
#[test]
fn nothing_secret_goes_over_a_connection_without_tls() {
    let world = World::new("plain");
    world.usual();
    let server = Recorder::start();
    let at = format!("--server={}", server.url());
    for flags in [
        &[][..],
        &["--token=another"],
        &["--as=a b", "--as-uid=17", "--as-group=g", "--as-group=h:i"],
    ] {
        let flags = [flags, &[&at]].concat();
        let (kubectl, plugin) = world.headers(&server, &flags);
        assert_eq!(plugin, kubectl, "{flags:?}");
        assert!(!plugin.contains("authorization"), "{flags:?}: {plugin}");
    }
}

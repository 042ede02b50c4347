//! Where the configuration is read from.

use serde_json::json;

use crate::config::{Ask, World};

fn from(kubeconfig: &str) -> Ask<'_> {
    Ask {
        kubeconfig: Some(kubeconfig.to_owned()),
        ..Ask::default()
    }
}

#[test]
fn several_files_are_one() {
    let world = World::new("files");
    let context = json!({"apiVersion": "v1", "kind": "Config", "current-context": "mine",
        "contexts": [{"name": "mine", "context": {"cluster": "c", "user": "u", "namespace": world.namespace()}}]});
    let cluster = json!({"apiVersion": "v1", "kind": "Config", "current-context": "other",
        "clusters": [{"name": "c", "cluster": world.cluster}]});
    // Its paths are its own.
    std::fs::create_dir(world.path("users")).unwrap();
    world.write("users/token", &world.token);
    let user = json!({"users": [{"name": "u", "user": {"tokenFile": "token"}}]});
    let late = json!({"users": [{"name": "u", "user": {"token": "expired"}}]});
    let context = world.write("context", &context.to_string());
    let cluster = world.write("cluster", &cluster.to_string());
    let user = world.write("users/user", &user.to_string());
    let late = world.write("late", &late.to_string());

    world.comes_through(&from(&format!("{context}:{cluster}:{user}")));
    // The first one that says something is right; one that is not there says nothing.
    world.comes_through(&from(&format!(
        "{context}:/missing/file::{cluster}:{user}:{late}"
    )));
    world.is_stopped(
        &from(&format!("{context}:{cluster}:{late}:{user}")),
        "Unauthorized",
    );
    world.is_stopped(&from(&format!("{cluster}:{context}:{user}")), "other");
    world.is_stopped(&from(&format!("{context}:{cluster}")), "no user \"u\"");
    let broken = world.write("broken", "clusters: [");
    world.is_stopped(
        &from(&format!("{context}:{broken}")),
        "cannot use the kubeconfig",
    );
}

#[test]
fn the_flag_then_the_environment_then_the_home() {
    let world = World::new("home");
    let right = world.usual();
    let flag = format!("--kubeconfig={right}");
    let astray = world.write("astray", &json!({"current-context": "missing"}).to_string());
    world.is_stopped(&from(&astray), "missing");
    world.comes_through(&Ask {
        flags: &[&flag],
        ..from(&astray)
    });
    world.flags_are_stopped(&["--kubeconfig=/missing/file"], "/missing/file");
    std::fs::create_dir_all(world.path(".kube")).unwrap();
    std::fs::copy(&right, world.path(".kube/config")).unwrap();
    world.comes_through(&from(""));
}

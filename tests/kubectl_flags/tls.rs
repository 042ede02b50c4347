//! Whom the API server must be.

use serde_json::json;

use crate::config::{World, decode};

fn authority(world: &World) -> String {
    let text = world.cluster["certificate-authority-data"]
        .as_str()
        .unwrap();
    world.write("ca.crt", &decode(text))
}

/// A certificate that has nothing to do with the cluster.
fn stranger(world: &World) -> String {
    let out = world.path("stranger.crt").to_str().unwrap().to_owned();
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args([
            "-subj",
            "/CN=stranger",
            "-keyout",
            "/dev/null",
            "-out",
            &out,
        ])
        .output()
        .unwrap();
    assert!(made.status.success());
    out
}

#[test]
fn the_authority() {
    let world = World::new("authority");
    let bare = json!({"server": world.cluster["server"]});
    let user = json!({"token": world.token});
    let right = format!("--certificate-authority={}", authority(&world));
    let wrong = format!("--certificate-authority={}", stranger(&world));
    world.config(&bare, &user);
    world.flags_are_stopped(&[], "certificate");
    world.flags_come_through(&[&right]);
    world.flags_are_stopped(&[&wrong], "certificate");
    world.flags_are_stopped(
        &["--certificate-authority=/missing/ca.crt"],
        "/missing/ca.crt",
    );
    world.flags_come_through(&["--insecure-skip-tls-verify"]);
    world.flags_are_stopped(
        &["--insecure-skip-tls-verify", &right],
        "--insecure-skip-tls-verify",
    );

    world.usual();
    world.flags_are_stopped(&[&wrong], "certificate");
    world.flags_come_through(&["--insecure-skip-tls-verify"]);
    // Beside the kubeconfig.
    world.config(
        &json!({"server": world.cluster["server"], "certificate-authority": "ca.crt"}),
        &user,
    );
    world.flags_come_through(&[]);
    let insecure = json!({"server": world.cluster["server"], "insecure-skip-tls-verify": true});
    world.config(&insecure, &user);
    world.flags_come_through(&[]);
}

#[test]
fn the_name() {
    let world = World::new("name");
    world.usual();
    // Every API server has this one.
    world.flags_come_through(&["--tls-server-name=kubernetes.default.svc"]);
    world.flags_are_stopped(&["--tls-server-name=other.example"], "certificate");
    let user = json!({"token": world.token});
    world.config(
        &world.cluster_with(&json!({"tls-server-name": "other.example"})),
        &user,
    );
    world.flags_are_stopped(&[], "certificate");
    world.flags_come_through(&["--tls-server-name=kubernetes.default.svc"]);
}

//! The way to the API server, and how long it may take.

use std::time::Duration;

use serde_json::json;

use crate::config::{Ask, World};
use crate::relay::{Proxy, silent};

/// Host and port of the API server.
fn server(world: &World) -> String {
    let url = world.cluster["server"].as_str().unwrap();
    let host = url.strip_prefix("https://").unwrap().trim_end_matches('/');
    if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:443")
    }
}

/// A cluster under a name that only a proxy knows.
fn hidden(world: &World, fields: &serde_json::Value) {
    let mut cluster = world.cluster_with(fields);
    cluster["server"] = json!("https://api.invalid:443");
    cluster["tls-server-name"] = json!("kubernetes.default.svc");
    world.config(&cluster, &json!({"token": world.token}));
}

#[test]
fn a_proxy_of_the_environment() {
    let world = World::new("proxy");
    let proxy = Proxy::http(&server(&world), None);
    let url = format!("http://{}", proxy.address());
    hidden(&world, &json!({}));
    let with = |env: &[(&str, &str)]| {
        world.comes_through(&Ask {
            env,
            ..Ask::default()
        });
    };
    let without = |env: &[(&str, &str)]| {
        world.is_stopped(
            &Ask {
                env,
                ..Ask::default()
            },
            "api.invalid",
        );
    };
    without(&[]);
    with(&[("HTTPS_PROXY", &url)]);
    with(&[("https_proxy", &url)]);
    assert!(proxy.take() >= 4, "each went through it");
    without(&[("HTTP_PROXY", &url)]);
    without(&[("HTTPS_PROXY", &url), ("NO_PROXY", "api.invalid")]);
    without(&[("HTTPS_PROXY", &url), ("no_proxy", ".invalid")]);
    with(&[
        ("HTTPS_PROXY", &url),
        ("NO_PROXY", "other.invalid,10.0.0.0/8"),
    ]);
    assert!(proxy.take() >= 2);
    // This machine is never behind a proxy.
    let nowhere = [("HTTPS_PROXY", "http://127.0.0.1:1")];
    world.usual();
    if server(&world).starts_with("127.0.0.1:") {
        with(&nowhere);
    }
}

#[test]
fn a_proxy_of_the_kubeconfig() {
    let world = World::new("proxy-url");
    let open = Proxy::http(&server(&world), None);
    hidden(
        &world,
        &json!({"proxy-url": format!("http://{}", open.address())}),
    );
    world.flags_come_through(&[]);
    // It outweighs the environment.
    world.comes_through(&Ask {
        env: &[("HTTPS_PROXY", "http://127.0.0.1:1")],
        ..Ask::default()
    });
    assert!(open.take() >= 4);

    let closed = Proxy::http(&server(&world), Some("Basic bWU6c2VjcmV0"));
    hidden(
        &world,
        &json!({"proxy-url": format!("http://me:secret@{}", closed.address())}),
    );
    world.flags_come_through(&[]);
    hidden(
        &world,
        &json!({"proxy-url": format!("http://{}", closed.address())}),
    );
    world
        .flags_are_stopped(&[], "api.invalid")
        .says(&format!(" through the proxy {}\n", closed.address()))
        .never_says("secret");
    hidden(
        &world,
        &json!({"proxy-url": "http://me:secret@127.0.0.1:1"}),
    );
    world
        .flags_are_stopped(&[], "")
        .says(" through the proxy 127.0.0.1:1\n")
        .never_says("secret");
    assert!(closed.take() >= 2);

    let socks = Proxy::socks(&server(&world));
    hidden(
        &world,
        &json!({"proxy-url": format!("socks5://{}", socks.address())}),
    );
    world.flags_come_through(&[]);
    assert!(socks.take() >= 2);
}

#[test]
fn a_request_takes_no_longer_than_it_may() {
    let world = World::new("timeout");
    world.usual();
    let server = format!("--server=https://127.0.0.1:{}", silent());
    let given_up =
        world.flags_are_stopped(&[&server, "--request-timeout=1s"], "no answer within 1 s");
    assert!(given_up.took < Duration::from_secs(20), "{given_up}");
    for right in ["0", "30", "30s", "1h30m", "90000ms"] {
        world.flags_come_through(&[&format!("--request-timeout={right}")]);
    }
    for wrong in ["soon", "5x", "1 2"] {
        world.flags_are_stopped(
            &[&format!("--request-timeout={wrong}")],
            "--request-timeout",
        );
    }
}

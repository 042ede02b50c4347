//! Tokens, client certificates, credential plugins, and what is said where they are not accepted.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::config::{Ask, World, decode};

/// Decoded text of a field that ends in `-data`.
fn data(user: &Value, field: &str) -> String {
    decode(user[field].as_str().unwrap())
}

const HINT: &str =
    "hint: the API server does not know who you are: log in again, or see kubectl auth whoami";

#[test]
fn tokens() {
    let world = World::new("tokens");
    world.usual();
    let right = format!("--token={}", world.token);
    world.flags_are_stopped(&["--user=nobody"], HINT);
    world.flags_come_through(&["--user=nobody", &right]);
    world.flags_are_stopped(&["--token=expired"], HINT);
    world.write("token", &world.token);
    world.config(&world.cluster, &json!({"tokenFile": "token"}));
    world.flags_come_through(&[]);
    // The file outweighs what stands beside it.
    world.config(
        &world.cluster,
        &json!({"tokenFile": "token", "token": "expired"}),
    );
    world.flags_come_through(&[]);
}

#[test]
fn client_certificates() {
    let world = World::new("certificates");
    let (certificate, key) = (
        data(&world.admin, "client-certificate-data"),
        data(&world.admin, "client-key-data"),
    );
    world.config(&world.cluster, &world.admin);
    world.flags_come_through(&[]);
    // Beside the kubeconfig.
    world.write("admin.crt", &certificate);
    world.write("admin.key", &key);
    let files = json!({"client-certificate": "admin.crt", "client-key": "admin.key"});
    world.config(&world.cluster, &files);
    world.flags_come_through(&[]);
    let missing = json!({"client-certificate": "missing.crt", "client-key": "admin.key"});
    world.config(&world.cluster, &missing);
    world.flags_are_stopped(&[], "missing.crt");
    world.config(&world.cluster, &json!({}));
    world.flags_are_stopped(&[], "no permission");
    certificates_by_flag(&world);
}

/// With `admin.crt` and `admin.key` there.
fn certificates_by_flag(world: &World) {
    let flag = |name: &str, file: &str| format!("--client-{name}={}", world.path(file).display());
    let (certificate, key) = (flag("certificate", "admin.crt"), flag("key", "admin.key"));
    world.flags_come_through(&[&certificate, &key]);
    world.flags_are_stopped(&[&certificate], "key");
    world.flags_are_stopped(&[&flag("certificate", "missing.crt"), &key], "missing.crt");
    // Not beside data of the kubeconfig.
    world.config(&world.cluster, &world.admin);
    world.flags_are_stopped(&[&certificate], "client-certificate-data");
    world.flags_are_stopped(&[&key], "client-key-data");
    // Each takes the place of a file that the kubeconfig names.
    let files = json!({"client-certificate": "missing.crt", "client-key": "admin.key"});
    world.config(&world.cluster, &files);
    world.flags_come_through(&[&certificate]);
    let files = json!({"client-certificate": "admin.crt", "client-key": "missing.key"});
    world.config(&world.cluster, &files);
    world.flags_come_through(&[&key]);
}

#[test]
fn names_and_passwords() {
    let world = World::new("passwords");
    world.config(&world.cluster, &json!({}));
    // No API server of today takes them itself: who gives them is nobody to it.
    world.flags_are_stopped(&["--username=admin", "--password=secret"], "no permission");
    world.config(
        &world.cluster,
        &json!({"username": "admin", "password": "secret"}),
    );
    world.flags_are_stopped(&[], "no permission");
}

/// A credential plugin: a script that answers with this status.
fn plugin(world: &World, name: &str, status: &Value) -> String {
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status});
    script(world, name, &format!("cat <<'END'\n{credential}\nEND\n"))
}

fn script(world: &World, name: &str, body: &str) -> String {
    let path = world.write(name, &format!("#!/bin/sh\n{body}"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn exec(command: &str) -> Value {
    json!({"apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never"})
}

#[test]
fn credential_plugins() {
    let world = World::new("exec");
    let asked = |exec: &Value| world.config(&world.cluster, &json!({"exec": exec}));
    let token = plugin(&world, "token.sh", &json!({"token": world.token}));
    asked(&exec(&token));
    world.flags_come_through(&[]);
    // By its place beside the kubeconfig, and by its name alone.
    asked(&exec("./token.sh"));
    world.flags_come_through(&[]);
    asked(&exec("token.sh"));
    let path = format!("{}:/usr/bin:/bin", world.folder.path().display());
    world.comes_through(&Ask {
        env: &[("PATH", &path)],
        ..Ask::default()
    });

    let certificate = json!({
        "clientCertificateData": data(&world.admin, "client-certificate-data"),
        "clientKeyData": data(&world.admin, "client-key-data")});
    asked(&exec(&plugin(&world, "certificate.sh", &certificate)));
    world.flags_come_through(&[]);

    asked(&exec(&plugin(
        &world,
        "expired.sh",
        &json!({"token": "expired"}),
    )));
    world.flags_are_stopped(&[], HINT);
    asked(&exec(&script(
        &world,
        "refuses.sh",
        "echo please log in >&2; exit 3\n",
    )));
    world.flags_are_stopped(&[], "please log in");
    asked(&exec(&script(&world, "nonsense.sh", "echo hello\n")));
    world.flags_are_stopped(&[], "credential");
    let mut missing = exec("no-such-login");
    missing["installHint"] = json!("get it from the administrator");
    asked(&missing);
    world.flags_are_stopped(&[], "no-such-login");
}

/// What the plugin is told: its arguments, its environment, and the cluster where it asks for that.
#[test]
fn credential_plugins_are_told_what_they_ask_for() {
    let world = World::new("told");
    let body = r#"test "$1" = --login && test "$WHO" = me || exit 4
case $KUBERNETES_EXEC_INFO in *'"server"'*) ;; *) exit 5 ;; esac
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN"
"#;
    let mut told = exec(&script(&world, "told.sh", body));
    told["args"] = json!(["--login"]);
    told["env"] = json!([{"name": "WHO", "value": "me"}, {"name": "TOKEN", "value": world.token}]);
    told["provideClusterInfo"] = json!(true);
    world.config(&world.cluster, &json!({"exec": told}));
    world.flags_come_through(&[]);
    told["provideClusterInfo"] = json!(false);
    world.config(&world.cluster, &json!({"exec": told}));
    world.flags_are_stopped(&[], "5");
}

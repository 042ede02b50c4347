//! A namespace of a test's own, with the plugin's permissions in it; it goes with the value.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::demo::Admin;
use super::plugin::{self, Ended};

pub struct Scratch {
    pub admin: Admin,
    pub kubeconfig: PathBuf,
    folder: tempfile::TempDir,
}

impl Scratch {
    /// Makes `quetzal-e2e-NAME-PID`.
    pub fn new(name: &str) -> Self {
        let admin =
            Admin::get().in_namespace(&format!("quetzal-e2e-{name}-{}", std::process::id()));
        admin.run(&["create", "namespace", &admin.namespace]);
        let folder = tempfile::tempdir().unwrap();
        let scratch = Self {
            kubeconfig: folder.path().join("kubeconfig"),
            admin,
            folder,
        };
        scratch.prepare();
        scratch
    }

    fn prepare(&self) {
        let Self { admin, .. } = self;
        // Until it is there, no Pod is admitted.
        admin.run(&[
            "wait",
            "--for=create",
            "serviceaccount/default",
            "--timeout=60s",
        ]);
        let rbac = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo/rbac.yaml");
        admin.run(&["apply", "-f", rbac.to_str().unwrap()]);
        let own = admin.config();
        let token = admin.run(&["create", "token", "quetzal-db-operator", "--duration=1h"]);
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "scratch",
            "clusters": [{"name": "scratch", "cluster": own["clusters"][0]["cluster"]}],
            "users": [{"name": "operator", "user": {"token": token}}],
            "contexts": [{"name": "scratch",
                "context": {"cluster": "scratch", "user": "operator", "namespace": admin.namespace}}],
        });
        std::fs::write(&self.kubeconfig, config.to_string()).unwrap();
    }

    /// A path for a file that goes with the namespace.
    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn plugin(&self, args: &[&str]) -> Ended {
        plugin::run(&self.kubeconfig, args)
    }

    /// Waits for a Pod's condition.
    #[track_caller]
    pub fn wait_for(&self, pod: &str, condition: &str) {
        self.admin.run(&[
            "wait",
            &format!("pod/{pod}"),
            &format!("--for={condition}"),
            "--timeout=90s",
        ]);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.admin.output(
            &["delete", "namespace", &self.admin.namespace, "--wait=false"],
            b"",
        );
    }
}

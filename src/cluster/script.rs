//! Where the script of a backup `CronJob` is, read from the object; and its text where a ConfigMap holds it.

use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{
    ConfigMap, ConfigMapVolumeSource, Container, KeyToPath, PodSpec, Volume, VolumeMount,
};

use super::api::ApiError;
use super::connect::Cluster;
use super::find::BackupCronJob;
use super::select::{is_bucket, template};

/// Where the script is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptPlace {
    /// In the command itself.
    Command(String),
    /// Mounted from a ConfigMap.
    ConfigMap {
        /// Its name.
        name: String,
        /// The key of the script.
        key: String,
    },
    /// A file of the image.
    Image {
        /// Its path.
        path: String,
    },
    /// Where it can't be seen, and why.
    Hidden(String),
}

impl BackupCronJob {
    /// The image that makes the backups.
    pub fn image(&self) -> Option<&str> {
        container(&self.object)?.1.image.as_deref()
    }

    /// What is run, as far as the object says.
    pub fn script_place(&self) -> ScriptPlace {
        let Some((spec, container)) = container(&self.object) else {
            return ScriptPlace::Hidden("it has no container".to_owned());
        };
        let words: Vec<&str> = [&container.command, &container.args]
            .into_iter()
            .flat_map(|words| words.iter().flatten())
            .map(String::as_str)
            .collect();
        match run(&words) {
            Run::Nothing => ScriptPlace::Hidden("the image's own entry point is run".to_owned()),
            Run::Text(text) => ScriptPlace::Command(text),
            Run::File(path) => place_of(spec, container, &absolute(container, path)),
        }
    }
}

impl Cluster {
    /// A text of a ConfigMap; none where it, or the key, is not there.
    pub async fn config_text(&self, name: &str, key: &str) -> Result<Option<String>, ApiError> {
        let what = format!("get configmap/{name}");
        let api = self.api::<ConfigMap>();
        let found = self.read(&what, || api.get_opt(name)).await?;
        Ok(found.and_then(|map| map.data?.remove(key)))
    }
}

/// The container that knows the bucket, else the first.
fn container(cronjob: &CronJob) -> Option<(&PodSpec, &Container)> {
    let spec = template(cronjob)?;
    let knows_bucket = |c: &&Container| {
        let mut values = c.env.iter().flatten().filter_map(|v| v.value.as_deref());
        values.any(is_bucket)
    };
    let found = spec.containers.iter().find(knows_bucket);
    Some((spec, found.or(spec.containers.first())?))
}

enum Run<'a> {
    Nothing,
    Text(String),
    File(&'a str),
}

/// What a command line runs.
fn run<'a>(words: &[&'a str]) -> Run<'a> {
    let Some((program, arguments)) = words.split_first() else {
        return Run::Nothing;
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    if !matches!(name, "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh") {
        return Run::File(program);
    }
    let is_command = |word: &str| {
        let letters = word.strip_prefix('-');
        letters.is_some_and(|l| !l.starts_with('-') && l.contains('c'))
    };
    let Some(flag) = arguments.iter().position(|word| is_command(word)) else {
        let file = arguments.iter().find(|word| !word.starts_with('-'));
        return file.map_or(Run::Nothing, |file| Run::File(file));
    };
    let script = arguments[flag..]
        .iter()
        .skip(1)
        .find(|w| !w.starts_with('-'));
    match script {
        Some(file) if !file.trim().contains(char::is_whitespace) && file.contains('/') => {
            Run::File(file.trim())
        }
        // The shell's own flags may be what matters.
        Some(script) => Run::Text(format!("#!{}\n{script}", words[..=flag + 1].join(" "))),
        None => Run::Nothing,
    }
}

fn absolute(container: &Container, path: &str) -> String {
    let folder = container.working_dir.as_deref().unwrap_or("/");
    match path.strip_prefix("./").unwrap_or(path) {
        path if path.starts_with('/') => path.to_owned(),
        path => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}

fn place_of(spec: &PodSpec, container: &Container, path: &str) -> ScriptPlace {
    let below = |mount: &VolumeMount| {
        let rest = path.strip_prefix(mount.mount_path.trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
    };
    let mounts = container.volume_mounts.iter().flatten();
    let holds = mounts.filter_map(|mount| Some((mount, below(mount)?)));
    let Some((mount, rest)) = holds.max_by_key(|(mount, _)| mount.mount_path.len()) else {
        return ScriptPlace::Image {
            path: path.to_owned(),
        };
    };
    let key = match (mount.sub_path.as_deref().unwrap_or_default(), rest.as_str()) {
        ("", rest) => rest.to_owned(),
        (sub, "") => sub.to_owned(),
        (sub, rest) => format!("{sub}/{rest}"),
    };
    let mut volumes = spec.volumes.iter().flatten();
    let volume = volumes.find(|v| v.name == mount.name);
    volume
        .and_then(|volume| in_config_map(volume, &key))
        .unwrap_or_else(|| {
            ScriptPlace::Hidden(format!("{path} is on volume {}, no ConfigMap", mount.name))
        })
}

fn in_config_map(volume: &Volume, path: &str) -> Option<ScriptPlace> {
    let key_of = |items: &Option<Vec<KeyToPath>>| match items {
        Some(items) => items.iter().find(|i| i.path == path).map(|i| i.key.clone()),
        None => Some(path.to_owned()),
    };
    if let Some(ConfigMapVolumeSource { name, items, .. }) = &volume.config_map {
        return Some(ScriptPlace::ConfigMap {
            name: name.clone(),
            key: key_of(items)?,
        });
    }
    let sources = volume
        .projected
        .iter()
        .flat_map(|p| p.sources.iter().flatten());
    let maps: Vec<_> = sources.filter_map(|s| s.config_map.as_ref()).collect();
    // Which of several has the key is not worth asking for.
    match maps[..] {
        [map] => Some(ScriptPlace::ConfigMap {
            name: map.name.clone(),
            key: key_of(&map.items)?,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn place(container: &Value) -> ScriptPlace {
        let cronjob: CronJob = serde_json::from_value(json!({
            "metadata": {"name": "c"},
            "spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": {
                "volumes": [
                    {"name": "script", "configMap": {"name": "scripts"}},
                    {"name": "renamed", "configMap": {"name": "scripts",
                        "items": [{"key": "dump", "path": "bin/backup.sh"}]}},
                    {"name": "scratch", "emptyDir": {}}],
                "containers": [container]}}}}},
        }))
        .unwrap();
        BackupCronJob::from(cronjob).script_place()
    }

    fn command(words: &Value, mount: &Value) -> ScriptPlace {
        place(&json!({"name": "c", "command": words, "workingDir": "/w", "volumeMounts": [mount]}))
    }

    #[test]
    fn the_script_is_found_where_it_is() {
        let map = |key: &str| ScriptPlace::ConfigMap {
            name: "scripts".to_owned(),
            key: key.to_owned(),
        };
        let image = |path: &str| ScriptPlace::Image {
            path: path.to_owned(),
        };
        let one = json!({"name": "script", "mountPath": "/backup.sh", "subPath": "backup.sh"});
        let all = json!({"name": "script", "mountPath": "/scripts"});
        let renamed = json!({"name": "renamed", "mountPath": "/opt"});
        let scratch = json!({"name": "scratch", "mountPath": "/w"});
        let sh = |script: &str| json!(["/bin/sh", "-c", script]);
        assert_eq!(command(&sh("/backup.sh"), &one), map("backup.sh"));
        assert_eq!(command(&json!(["/scripts/b.sh"]), &all), map("b.sh"));
        assert_eq!(command(&sh("/opt/bin/backup.sh"), &renamed), map("dump"));
        assert_eq!(command(&sh("/backup.sh"), &all), image("/backup.sh"));
        assert_eq!(
            command(&json!(["bash", "-e", "b.sh"]), &all),
            image("/w/b.sh")
        );
        let hidden = "/w/b.sh is on volume scratch, no ConfigMap".to_owned();
        assert_eq!(
            command(&sh("./b.sh"), &scratch),
            ScriptPlace::Hidden(hidden)
        );
    }

    #[test]
    fn a_command_is_its_own_script() {
        let words = json!(["/bin/bash", "-o", "pipefail", "-ec", "pg_dumpall | gzip"]);
        let text = "#!/bin/bash -o pipefail -ec\npg_dumpall | gzip".to_owned();
        assert_eq!(
            command(&words, &json!({"name": "x", "mountPath": "/x"})),
            ScriptPlace::Command(text)
        );
        let args = json!({"name": "c", "command": ["sh"], "args": ["-c", "pg_dumpall >f"]});
        let text = "#!sh -c\npg_dumpall >f".to_owned();
        assert_eq!(place(&args), ScriptPlace::Command(text));
        let hidden = "the image's own entry point is run".to_owned();
        assert_eq!(place(&json!({"name": "c"})), ScriptPlace::Hidden(hidden));
    }
}

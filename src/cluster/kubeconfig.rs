//! The kubeconfig, read as kubectl reads it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

const VARIABLE: &str = "KUBECONFIG";

/// That file alone; or those of `$KUBECONFIG`, of which the first that says a thing is right; or `~/.kube/config`.
///
/// Of several files those that are not there say nothing, unless none is. kube itself stops at the first such one.
pub(super) fn read(file: Option<&Path>) -> Result<Kubeconfig, KubeconfigError> {
    let kubeconfig = match file {
        Some(file) => Kubeconfig::read_from(file)?,
        None => merged()?,
    };
    Ok(with_token_files(kubeconfig))
}

fn merged() -> Result<Kubeconfig, KubeconfigError> {
    let value = std::env::var_os(VARIABLE).unwrap_or_default();
    let named = std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty());
    let files: Vec<PathBuf> = named.collect();
    if files.is_empty() {
        return Kubeconfig::read();
    }
    let (mut merged, mut absent) = (None, None);
    for file in files {
        let read = match Kubeconfig::read_from(&file) {
            Err(KubeconfigError::ReadConfig(error, path))
                if error.kind() == ErrorKind::NotFound =>
            {
                absent.get_or_insert(KubeconfigError::ReadConfig(error, path));
                continue;
            }
            read => read?,
        };
        merged = Some(match merged {
            None => read,
            Some(before) => Kubeconfig::merge(before, read)?,
        });
    }
    merged.ok_or_else(|| absent.unwrap_or(KubeconfigError::FindPath))
}

/// A token's file outweighs the token beside it: it is the one that is kept fresh.
fn with_token_files(mut kubeconfig: Kubeconfig) -> Kubeconfig {
    let users = kubeconfig.auth_infos.iter_mut();
    for user in users.filter_map(|named| named.auth_info.as_mut()) {
        if user
            .token_file
            .as_ref()
            .is_some_and(|file| !file.is_empty())
        {
            user.token = None;
        }
    }
    kubeconfig
}

/// The user of the context, or of a flag, that is not there: kube takes it for one without credentials.
pub(super) fn missing_user(kubeconfig: &Kubeconfig, chosen: &KubeConfigOptions) -> Option<String> {
    let current = chosen
        .context
        .as_ref()
        .or(kubeconfig.current_context.as_ref());
    let context = kubeconfig
        .contexts
        .iter()
        .find(|c| Some(&c.name) == current);
    let of_context = context.and_then(|c| c.context.as_ref()?.user.as_ref());
    let wanted = chosen.user.as_ref().or(of_context)?;
    let is_there = kubeconfig.auth_infos.iter().any(|u| u.name == *wanted);
    (!wanted.is_empty() && !is_there).then(|| wanted.clone())
}

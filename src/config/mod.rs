//! The settings file: what a user would otherwise repeat on every command line. Flags and variables go before it.

pub mod settings;

use std::io;
use std::path::{Path, PathBuf};

use crate::hint::nearest_name;

pub use settings::{Color, Settings};

use settings::Fault;

/// Below the folder of a user's settings.
const PLACE: &str = "kubectl-quetzal-db/config.yaml";

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the settings in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key that is no setting.
    #[error("{}, line {line}: there is no setting {key:?}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// The key as it is written.
        key: String,
        /// The one that was probably meant.
        nearest: Option<String>,
    },
    /// No YAML, or a value that makes no sense.
    #[error("cannot use the settings in {}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// What and where.
        source: Fault,
    },
}

/// The settings for a context: those of its section, before those at the top. None are set where there is no file.
///
/// `named` is the file that was asked for, which must be there; an empty name means none at all. `context` is asked
/// only where the file has sections.
pub fn load(
    named: Option<&Path>,
    context: impl FnOnce() -> Option<String>,
) -> Result<Settings, ConfigError> {
    let (path, must_exist) = match named {
        Some(path) => (Some(path.to_owned()), true),
        None => (usual_path(), false),
    };
    let Some(path) = path.filter(|path| !path.as_os_str().is_empty()) else {
        return Ok(Settings::default());
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => {
            return Ok(Settings::default());
        }
        Err(source) => return Err(ConfigError::Read { path, source }),
    };
    let settings = Settings::read(&text).map_err(|fault| in_file(path, fault))?;
    let context = if settings.has_sections() {
        context()
    } else {
        None
    };
    Ok(settings.in_context(context.as_deref()))
}

fn in_file(path: PathBuf, fault: Fault) -> ConfigError {
    match fault {
        Fault::Key { key, line, known } => ConfigError::Key {
            path,
            line,
            nearest: nearest_name(&key, &known),
            key,
        },
        source => ConfigError::Value { path, source },
    }
}

/// `config.yaml` in the plugin's folder below `$XDG_CONFIG_HOME`, which has to be absolute, else below `~/.config`.
fn usual_path() -> Option<PathBuf> {
    let chosen = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = match chosen.filter(|path| path.is_absolute()) {
        Some(folder) => folder,
        None => std::env::home_dir()?.join(".config"),
    };
    Some(folder.join(PLACE))
}

//! The settings file, read before any verb begins.

use crate::cli::Cli;
use crate::cluster::KubeconfigNames;
use crate::config;
use crate::error::Error;

/// Gives the flags that were not given the values of the file.
pub(super) fn settle(cli: &mut Cli) -> Result<(), Error> {
    let options = cli.connect_options();
    // A kubeconfig that can't be read has no context; whoever connects by it hears why.
    let current = || {
        let names = KubeconfigNames::read(options.kubeconfig.as_deref()).ok()?;
        names.current
    };
    let mut settings = config::load(cli.settings_file(), || {
        options.context.clone().or_else(current)
    })?;
    // A variable goes before the file.
    if std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) {
        settings.color = None;
    }
    cli.settle(settings);
    Ok(())
}

//! Flags of what can run in the cluster instead of on this machine, and other flags as words again for it.

use clap::{Args, ValueEnum};

/// Where the image of this version is published.
const IMAGE: &str = concat!(
    "ghcr.io/quetz-al/kubectl-quetzal-db:v",
    env!("CARGO_PKG_VERSION")
);

/// Whether it runs in the cluster.
#[derive(Debug, Args)]
#[command(next_help_heading = "In the cluster")]
pub struct InClusterArgs {
    /// Run as a Job in the namespace: the backup stays in the cluster, and a closed laptop stops nothing
    #[arg(long)]
    pub in_cluster: bool,
    /// Image of the plugin [default: the published one of this version]
    #[arg(long, requires = "in_cluster", value_name = "IMAGE")]
    image: Option<String>,
    /// Account of the Job: it needs the permissions that you need without --in-cluster
    #[arg(
        long,
        requires = "in_cluster",
        default_value = "quetzal-db-operator",
        value_name = "NAME"
    )]
    pub service_account: String,
    /// Start the Job and return
    #[arg(long, requires = "in_cluster")]
    pub detach: bool,
}

impl InClusterArgs {
    /// Takes what was not given from the settings.
    pub(super) fn settle(&mut self, image: Option<String>) {
        self.image = self.image.take().or(image);
    }

    /// The image of the Job.
    pub fn image(&self) -> String {
        self.image.clone().unwrap_or_else(|| IMAGE.to_owned())
    }
}

/// Words of a command line, made from what one was read into. A value is in one word with its flag: nothing in it can
/// become a flag.
#[derive(Debug)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// The command is the first word.
    pub(super) fn of(command: &str) -> Self {
        Self(vec![command.to_owned()])
    }

    pub(super) fn flag(&mut self, name: &str, given: bool) {
        if given {
            self.0.push(format!("--{name}"));
        }
    }

    pub(super) fn value(&mut self, name: &str, value: impl std::fmt::Display) {
        self.0.push(format!("--{name}={value}"));
    }

    pub(super) fn values<V: std::fmt::Display>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = V>,
    ) {
        for value in values {
            self.value(name, value);
        }
    }

    pub(super) fn choice(&mut self, name: &str, choice: &impl ValueEnum) {
        if let Some(value) = choice.to_possible_value() {
            self.value(name, value.get_name());
        }
    }

    /// Arguments that are no flags come last.
    pub(super) fn end(mut self, arguments: &[&str]) -> Vec<String> {
        if !arguments.is_empty() {
            self.0.push("--".to_owned());
            self.0.extend(arguments.iter().map(|a| (*a).to_owned()));
        }
        self.0
    }
}

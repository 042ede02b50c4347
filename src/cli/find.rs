//! Flags that say which database is meant, where more than one could be.

use std::sync::Arc;

use clap::Args;

use super::in_cluster::Words;
use crate::cluster::Selector;
use crate::config::Settings;
use crate::storage::Commands;
use crate::storage::commands::Configured;

/// Which database is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which database")]
pub(super) struct FindArgs {
    /// Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]
    #[arg(short = 'l', long, global = true, env = "QUETZAL_DB_SELECTOR")]
    selector: Option<String>,
    /// Release: the label app.kubernetes.io/instance
    #[arg(
        long,
        global = true,
        env = "QUETZAL_DB_INSTANCE",
        value_name = "RELEASE"
    )]
    instance: Option<String>,
    /// Name of the database Pod
    #[arg(long, global = true)]
    pod: Option<String>,
    /// Container of the database Pod
    #[arg(short, long, global = true)]
    container: Option<String>,
    /// Name of the backup CronJob
    #[arg(long, global = true)]
    cronjob: Option<String>,
    /// Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob's environment]
    #[arg(long, global = true, env = "QUETZAL_DB_BUCKET", value_name = "URL")]
    pub(super) bucket: Option<String>,
    /// Labels of the application's workloads [default: those of the database's release and application]
    #[arg(
        long,
        global = true,
        env = "QUETZAL_DB_APP_SELECTOR",
        value_name = "LABELS"
    )]
    pub(super) app_selector: Option<String>,
    /// How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster
    #[arg(long, global = true, hide = true, value_parser = bucket_commands)]
    pub(super) bucket_commands: Option<Arc<Commands>>,
}

impl FindArgs {
    /// The same flags as words, for the release that was found.
    pub(super) fn words(&self, words: &mut Words, instance: Option<&str>) {
        words.values("selector", &self.selector);
        words.values("instance", instance.or(self.instance.as_deref()));
        words.values("pod", &self.pod);
        words.values("container", &self.container);
        words.values("cronjob", &self.cronjob);
        words.values("bucket", &self.bucket);
        words.values("app-selector", &self.app_selector);
        words.values("bucket-commands", &self.bucket_commands);
    }

    /// Takes what was not given from the settings.
    pub(super) fn settle(&mut self, settings: Settings) {
        let fill = |given: &mut Option<String>, setting| *given = given.take().or(setting);
        fill(&mut self.selector, settings.selector);
        fill(&mut self.instance, settings.instance);
        fill(&mut self.pod, settings.pod);
        fill(&mut self.container, settings.container);
        fill(&mut self.cronjob, settings.cronjob);
        fill(&mut self.bucket, settings.bucket);
        fill(&mut self.app_selector, settings.app_selector);
        let commands = settings.bucket_commands.map(|c| Arc::new(c.0));
        self.bucket_commands = self.bucket_commands.take().or(commands);
    }

    /// Which Pod, container and CronJob.
    pub(super) fn selector(&self) -> Selector {
        let usual = Selector::default();
        Selector {
            labels: self.selector.clone().unwrap_or(usual.labels),
            instance: self.instance.clone(),
            pod: self.pod.clone(),
            container: self.container.clone(),
            cronjob: self.cronjob.clone(),
        }
    }
}

fn bucket_commands(text: &str) -> Result<Arc<Commands>, serde_json::Error> {
    let configured: Configured = serde_json::from_str(text)?;
    Ok(Arc::new(configured.0))
}

//! Flags that say which database is meant, where more than one could be.

use clap::Args;

use super::in_cluster::Words;
use crate::cluster::Selector;

/// Which database is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which database")]
pub(super) struct FindArgs {
    /// Labels of the database Pod and the backup CronJob
    #[arg(
        short = 'l',
        long,
        global = true,
        env = "QUETZAL_DB_SELECTOR",
        default_value = "app.kubernetes.io/component=database"
    )]
    selector: String,
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
}

impl FindArgs {
    /// The same flags as words, for the release that was found.
    pub(super) fn words(&self, words: &mut Words, instance: Option<&str>) {
        words.value("selector", &self.selector);
        words.values("instance", instance.or(self.instance.as_deref()));
        words.values("pod", &self.pod);
        words.values("container", &self.container);
        words.values("cronjob", &self.cronjob);
        words.values("bucket", &self.bucket);
    }

    /// Which Pod, container and CronJob.
    pub(super) fn selector(&self) -> Selector {
        Selector {
            labels: self.selector.clone(),
            instance: self.instance.clone(),
            pod: self.pod.clone(),
            container: self.container.clone(),
            cronjob: self.cronjob.clone(),
        }
    }
}

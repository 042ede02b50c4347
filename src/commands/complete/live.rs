//! Names from the kubeconfig, the cluster and the bucket. There are none where anything fails or takes long.

use std::sync::mpsc;
use std::time::Duration;

use bytesize::ByteSize;

use crate::cli::Cli;
use crate::cluster::{BackupCronJob, Cluster, KubeconfigNames};
use crate::commands::find;
use crate::storage::{Memory, Object};

use super::answer::Candidate;
use super::line::Live;

/// For how long somebody who pressed the tab key waits.
const PATIENCE: Duration = Duration::from_secs(3);
/// For how long the bucket is asked, so that there is time for what is remembered of it.
const BUCKETS_PATIENCE: Duration = Duration::from_millis(2500);

/// The names that fit the flags. A thread that is not done by then ends with the process: a program that brings
/// credentials may block it.
pub(super) fn names(cli: Cli, what: Live) -> Option<Vec<Candidate>> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(ask_now(&cli, what)));
    told.recv_timeout(PATIENCE).ok().flatten()
}

fn ask_now(cli: &Cli, what: Live) -> Option<Vec<Candidate>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.ok()?.block_on(ask(cli, what))
}

async fn ask(cli: &Cli, what: Live) -> Option<Vec<Candidate>> {
    match what {
        Live::Contexts => Some(plain(kubeconfig(cli)?.contexts)),
        Live::Clusters => Some(plain(kubeconfig(cli)?.clusters)),
        Live::Users => Some(plain(kubeconfig(cli)?.users)),
        Live::Namespaces => Some(plain(cluster(cli).await?.namespaces().await.ok()?)),
        Live::Backups => Some(with_latest(backups(cli).await.unwrap_or_default())),
    }
}

fn plain(names: Vec<String>) -> Vec<Candidate> {
    let names = names.into_iter();
    names.map(|name| Candidate::new(name, None)).collect()
}

fn kubeconfig(cli: &Cli) -> Option<KubeconfigNames> {
    KubeconfigNames::read(cli.connect_options().kubeconfig.as_deref()).ok()
}

async fn cluster(cli: &Cli) -> Option<Cluster> {
    Cluster::connect(&cli.connect_options()).await.ok()
}

/// `latest` is known without asking.
fn with_latest(backups: Vec<Candidate>) -> Vec<Candidate> {
    let latest = Candidate::new(
        "latest",
        Some("The newest that is no safety copy".to_owned()),
    );
    std::iter::once(latest).chain(backups).collect()
}

/// Those that are in the bucket, or those that `list` saw there last.
async fn backups(cli: &Cli) -> Option<Vec<Candidate>> {
    let cluster = cluster(cli).await?;
    let cronjob = cluster.cronjob(&cli.selector()).await.ok()?;
    let folder = find::folder(cli, &cronjob).ok()?;
    let asking = in_bucket(cli, &cluster, &cronjob, &folder);
    let backups = match tokio::time::timeout(BUCKETS_PATIENCE, asking).await {
        Ok(Some(backups)) => backups,
        _ => Memory::of_this_user(&cluster)?.recall(&folder)?,
    };
    Some(backups.iter().map(candidate).collect())
}

/// Read by the database's own container only: no Pod is made for a completion.
async fn in_bucket(
    cli: &Cli,
    cluster: &Cluster,
    cronjob: &BackupCronJob,
    folder: &str,
) -> Option<Vec<Object>> {
    let database = cluster.database(&cli.selector()).await.ok()?;
    if !find::is_set_up(&database, cronjob) {
        return None;
    }
    find::open(cli, &database.container, folder)
        .list()
        .await
        .ok()
}

fn candidate(backup: &Object) -> Candidate {
    let time = backup.created.strftime("%Y-%m-%d %H:%M:%SZ");
    let note = format!("{time}, {}", ByteSize(backup.size));
    Candidate::new(backup.name.clone(), Some(note))
}

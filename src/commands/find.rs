//! What several verbs begin with: the cluster, the CronJob, the bucket, the backup.

use std::path::Path;

use crate::cli::Cli;
use crate::cluster::{
    BackupCronJob, Cluster, Container, Database, FindError, Helper, SelectError, Selector,
};
use crate::error::Error;
use crate::restore::plan::SafetyPlan;
use crate::restore::safety_list;
use crate::restore::steps::Backups;
use crate::storage::local::LocalFile;
use crate::storage::{Bucket, BucketError, Memory, Object, Reference, Source};

use super::Context;

/// Folder below the bucket in which the backup script puts its dumps.
const FOLDER: &str = "db";

/// Where the bucket's programs run.
pub(super) enum Place {
    /// In the database's own container.
    Database,
    /// In a Pod of ours.
    Helper(Box<Helper>),
}

impl Place {
    /// Removes what was made for it.
    pub(super) async fn leave(self) -> Result<(), Error> {
        match self {
            Self::Database => Ok(()),
            Self::Helper(helper) => Ok(helper.remove().await?),
        }
    }
}

/// Sets what the flag would set: several Pods of several releases are told apart by release.
fn set(selector: &mut Selector, flag: &str, chosen: Option<String>) {
    match flag {
        "--instance" => selector.instance = chosen,
        "--cronjob" => selector.cronjob = chosen,
        _ => selector.pod = chosen,
    }
}

/// Whether the database's own container can read the bucket.
pub(super) fn is_set_up(database: &Database, cronjob: &BackupCronJob) -> bool {
    cronjob
        .bucket_env
        .as_ref()
        .is_some_and(|name| database.env.get(name) == cronjob.bucket.as_ref())
}

/// The bucket's folder: the flag, else what the CronJob's environment says.
pub(super) fn folder(cli: &Cli, cronjob: &BackupCronJob) -> Result<String, Error> {
    if let Some(folder) = cli.bucket() {
        return Ok(folder);
    }
    let bucket = cronjob
        .bucket
        .as_deref()
        .ok_or_else(|| Error::NoBucket(cronjob.name.clone()))?;
    Ok(format!("{}/{FOLDER}", bucket.trim_end_matches('/')))
}

/// The bucket's folder, reached from that container.
pub(super) fn open(cli: &Cli, container: &Container, folder: &str) -> Bucket {
    Bucket::new(container.clone(), folder, cli.bucket_commands())
}

impl Context {
    /// The cluster that the flags and the kubeconfig name.
    pub(super) async fn cluster(&self) -> Result<Cluster, Error> {
        Ok(Cluster::connect(&self.cli.connect_options()).await?)
    }

    /// The database Pod; where several fit, a person may choose.
    pub(super) async fn database(&self, cluster: &Cluster) -> Result<Database, Error> {
        let mut selector = self.cli.selector();
        match cluster.database(&selector).await {
            Err(FindError::Select(SelectError::Several { what, names, flag }))
                if self.ui.can_ask() =>
            {
                let chosen = self.ui.choose(&format!("Which {what}?"), &names)?;
                set(&mut selector, flag, names.into_iter().nth(chosen));
                Ok(cluster.database(&selector).await?)
            }
            found => Ok(found?),
        }
    }

    /// The backup CronJob of the same release; where several fit, a person may choose.
    pub(super) async fn cronjob(
        &self,
        cluster: &Cluster,
        instance: Option<&str>,
    ) -> Result<BackupCronJob, Error> {
        let mut selector = self.cli.selector();
        if selector.instance.is_none() {
            selector.instance = instance.map(str::to_owned);
        }
        match cluster.cronjob(&selector).await {
            Err(FindError::Select(SelectError::Several { what, names, flag }))
                if self.ui.can_ask() =>
            {
                let chosen = self.ui.choose(&format!("Which {what}?"), &names)?;
                set(&mut selector, flag, names.into_iter().nth(chosen));
                Ok(cluster.cronjob(&selector).await?)
            }
            found => Ok(found?),
        }
    }

    /// The bucket's folder.
    pub(super) fn folder(&self, cronjob: &BackupCronJob) -> Result<String, Error> {
        folder(&self.cli, cronjob)
    }

    /// The bucket, and the place from which it is read; that place must be left when it is no longer read.
    ///
    /// A database container that carries the `CronJob`'s own bucket variable is set up for it and serves as it is;
    /// any other lacks the credentials, and a helper Pod from the `CronJob`'s template has them.
    pub(super) async fn bucket(
        &self,
        cluster: &Cluster,
        cronjob: &BackupCronJob,
        database: Option<&Database>,
    ) -> Result<(Bucket, Place), Error> {
        let folder = self.folder(cronjob)?;
        // Here the database is only a place for the bucket's programs: when it can't be found, the helper Pod serves.
        let found = match database {
            Some(_) => None,
            None => cluster.database(&self.cli.selector()).await.ok(),
        };
        let database = database.or(found.as_ref());
        if let Some(database) = database.filter(|d| is_set_up(d, cronjob)) {
            let bucket = open(&self.cli, &database.container, &folder);
            return Ok((bucket, Place::Database));
        }
        let progress = self.ui.progress();
        progress.begin("Start a helper Pod that can read the bucket");
        let helper = cluster.helper(cronjob).await?;
        progress.done(&helper.container.to_string());
        let bucket = open(&self.cli, &helper.container, &folder);
        Ok((bucket, Place::Helper(Box::new(helper))))
    }

    /// A backup on this machine.
    pub(super) async fn local(reference: &Reference) -> Result<Option<Source>, Error> {
        let (file, name) = match reference {
            Reference::Stdin => (LocalFile::spool_stdin().await?, "standard input".to_owned()),
            Reference::Path(path) => (LocalFile::at(path).await?, path.display().to_string()),
            _ => return Ok(None),
        };
        Ok(Some(Source::File { file, name }))
    }
}

/// What was typed for BACKUP.
pub(super) fn reference(text: &str) -> Reference {
    Reference::read(text, |name| Path::new(name).is_file())
}

/// Finds a backup and does with it what changes nothing in the cluster; a local one needs none.
pub(super) async fn reading<T>(
    context: &Context,
    backup: &str,
    work: impl AsyncFnOnce(Source) -> Result<T, Error>,
) -> Result<T, Error> {
    let reference = reference(backup);
    if let Some(source) = Context::local(&reference).await? {
        return context.until_interrupted(work(source)).await;
    }
    let cluster = context.cluster().await?;
    let cronjob = context.cronjob(&cluster, None).await?;
    let (bucket, place) = context.bucket(&cluster, &cronjob, None).await?;
    let work = async {
        let source = object(context, &cluster, &bucket, &reference).await?;
        work(source).await
    };
    let done = context.until_interrupted(work).await;
    place.leave().await?;
    done
}

/// The backup in the bucket.
pub(super) async fn object(
    context: &Context,
    cluster: &Cluster,
    bucket: &Bucket,
    reference: &Reference,
) -> Result<Source, Error> {
    let (bucket, object) = match reference {
        Reference::Url(url) => {
            let (folder, name) = url.rsplit_once('/').unwrap_or((url, ""));
            let there = bucket.in_folder(folder);
            let object = there.find(name).await?;
            (there, object)
        }
        Reference::Name(name) => (bucket.clone(), bucket.find(name).await?),
        _ => (bucket.clone(), latest(context, cluster, bucket).await?),
    };
    Ok(Source::Object {
        bucket: Box::new(bucket),
        object,
    })
}

/// The newest backup that no restore made of what it replaced.
async fn latest(context: &Context, cluster: &Cluster, bucket: &Bucket) -> Result<Object, Error> {
    let objects = bucket.list().await?;
    let known = safety_list::read(cluster).await?;
    let safety = known.among(bucket.folder(), &safety_list::listed(&objects));
    let newest = objects.first().map(|o| o.name.clone());
    for object in objects {
        let Some(restore) = safety.get(&object.name) else {
            return Ok(object);
        };
        context.ui.say(&format!(
            "Skipping {}: a safety copy, of what was there before restore {restore}.",
            object.name
        ));
    }
    let folder = bucket.folder().to_owned();
    Err(match newest {
        Some(newest) => Error::OnlySafetyCopies { folder, newest },
        None => BucketError::Empty { folder }.into(),
    })
}

/// How a restore backs up the live databases first. The bucket that the backup comes from is open already.
pub(super) fn backups(
    cli: &Cli,
    plan: Option<&SafetyPlan>,
    cronjob: Option<&BackupCronJob>,
    database: &Database,
    source: &Source,
) -> Option<Backups> {
    let (plan, cronjob) = (plan?, cronjob?);
    let bucket = match source {
        Source::Object { bucket, .. } => Some(bucket.in_folder(&plan.folder)),
        _ if is_set_up(database, cronjob) => Some(open(cli, &database.container, &plan.folder)),
        _ => None,
    };
    let commands = cli.bucket_commands();
    Some(Backups::new(cronjob.clone(), plan, bucket, commands))
}

/// For the completion of names, and for `status`. Without a home nothing is kept.
pub(super) fn remember(cluster: &Cluster, folder: &str, backups: &[Object]) {
    let memory = Memory::of_this_user(cluster);
    if let Some(Err(error)) = memory.map(|memory| memory.keep(folder, backups)) {
        tracing::debug!("the names of the backups are not kept for completion: {error}");
    }
}

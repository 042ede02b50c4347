//! Looks. Reads only, and makes nothing in the cluster.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use crate::cluster::{
    ApiError, BackupCronJob, Cluster, Command, Database, ExecError, FindError, ScriptPlace,
    Selector,
};
use crate::restore::engine::in_words;
use crate::restore::observe;
use crate::restore::record::{KIND, Record, RecordError};
use crate::server::Server as Postgres;
use crate::storage::{Bucket as Storage, Object};

use super::check::Seen;
use super::facts::{Bucket, CronJob, Facts, Protocol, Restore, Script, Server};
use super::permissions::{Need, all_needs};
use super::tools::{PROBE, Probed, arguments};

/// Questions that are under way at the same time.
const AT_ONCE: usize = 8;
/// The probe answers at once, or not at all.
const SILENT_PROBE: Duration = Duration::from_secs(30);
/// The name of our session in the server.
const SESSION: &str = "kubectl-quetzal-db";
const NO_POD: &str = "there is no database Pod to look into";

/// What everything else is looked for with.
pub struct Ground {
    /// The API server.
    server: Seen<Server>,
    /// The database.
    pub database: Seen<Database>,
    /// Its CronJob.
    pub cronjob: Seen<BackupCronJob>,
}

/// What is known of the bucket.
pub enum BucketView {
    /// The database's own container can list it.
    Open(Storage),
    /// It can't, and why; and what was seen of it another time.
    Closed(String, Option<Vec<Object>>),
}

/// Begins. An API server that gives no answer at all is an error: nothing could be said then.
pub async fn ground(cluster: &Cluster, selector: &Selector) -> Result<Ground, ApiError> {
    let server = match cluster.server_version().await {
        Ok(version) => Seen::There(Server {
            minor: version.minor,
            text: version.text,
        }),
        Err(ApiError::Forbidden { message, .. }) => Seen::Unseen(message),
        Err(error) => return Err(error),
    };
    let database = found(cluster.database(selector).await);
    let cronjob = found(cluster.cronjob(&of_release(selector, &database)).await);
    Ok(Ground {
        server,
        database,
        cronjob,
    })
}

/// Looks at everything else.
pub async fn facts(cluster: &Cluster, ground: Ground, bucket: BucketView, now: Timestamp) -> Facts {
    let place = ground.cronjob.map(BackupCronJob::script_place);
    let same_image = match (ground.database.get(), ground.cronjob.get()) {
        (Some(database), Some(cronjob)) => database.image.as_deref() == cronjob.image(),
        _ => false,
    };
    let path = match &place {
        Seen::There(ScriptPlace::Image { path }) if same_image => Some(path.as_str()),
        _ => None,
    };
    let (missing, pod, (bucket, newest_bytes), holder) = tokio::join!(
        missing(cluster),
        pod(&ground.database, path),
        listed(bucket),
        holder(cluster, &ground.database),
    );
    let file = pod.container.get().and_then(|probed| probed.file.clone());
    let script = script(cluster, &place, file).await;
    let restores = restores(cluster, pod.live.get().map(|live| &*live.system_identifier)).await;
    let cronjob = ground.cronjob.map(|c| CronJob {
        name: c.name.clone(),
        schedule: c.schedule.clone(),
        time_zone: c.time_zone.clone(),
        suspended: c.suspended,
        active: c.active,
        created: c.created,
        last_success: c.last_success,
        bucket: c.bucket.clone(),
        other_image: c.image().filter(|_| !same_image).map(str::to_owned),
    });
    Facts {
        now,
        server: ground.server,
        missing,
        database: ground
            .database
            .map(|d| format!("{}, container {}", d.container, d.container.name())),
        cronjob,
        protocol: pod.protocol,
        container: pod.container,
        live: pod.live,
        disk: pod.disk,
        script,
        bucket,
        newest_bytes,
        restores,
        holder,
    }
}

/// The CronJob is looked for in the database's release.
fn of_release(selector: &Selector, database: &Seen<Database>) -> Selector {
    let instance = database.get().and_then(|d| d.instance.clone());
    Selector {
        instance: selector.instance.clone().or(instance),
        ..selector.clone()
    }
}

/// What we may not do.
async fn missing(cluster: &Cluster) -> Seen<Vec<Need>> {
    let asked = stream::iter(all_needs()).map(|need| async move {
        let may = cluster.may(need.verb, need.group, need.resource).await?;
        Ok::<_, ApiError>((!may).then_some(need))
    });
    let missing: Result<Vec<_>, _> = asked
        .buffered(AT_ONCE)
        .try_filter_map(async |need| Ok(need))
        .try_collect()
        .await;
    seen(missing)
}

/// What is in the Pod.
struct Pod {
    protocol: Seen<Protocol>,
    container: Seen<Probed>,
    live: Seen<crate::postgres::Catalog>,
    disk: Seen<crate::restore::facts::Disk>,
}

/// Three commands in the container, at the same time.
async fn pod(database: &Seen<Database>, script: Option<&str>) -> Pod {
    let Some(database) = database.get() else {
        let none = || NO_POD.to_owned();
        return Pod {
            protocol: Seen::Unseen(none()),
            container: Seen::Unseen(none()),
            live: Seen::Unseen(none()),
            disk: Seen::Unseen(none()),
        };
    };
    let server = Postgres::new(database.container.clone(), SESSION.to_owned());
    let (probed, live, disk) = tokio::join!(
        probe(database, script),
        server.catalog(),
        observe::disk(database)
    );
    let (protocol, container) = probed;
    Pod {
        protocol,
        container,
        live: seen(live),
        disk: seen(disk),
    }
}

/// Asked by way of an upload of nothing: only where the protocol can end one is it begun.
async fn probe(database: &Database, script: Option<&str>) -> (Seen<Protocol>, Seen<Probed>) {
    let command = Command::script(PROBE, arguments(script)).named("sh");
    let command = command.idle(SILENT_PROBE);
    let container = &database.container;
    let (protocol, answer) = match container.upload(&command, &mut tokio::io::empty()).await {
        Err(ExecError::NoHalfClose { .. }) => {
            (Seen::There(Protocol::V4), container.output(&command).await)
        }
        Err(error) => (Seen::Unseen(in_words(&error)), Err(error)),
        answer => (Seen::There(Protocol::V5), answer),
    };
    let probed = match answer {
        Ok(answer) => match Probed::parse(&String::from_utf8_lossy(&answer)) {
            Some(probed) => Seen::There(probed),
            None => Seen::Unseen(format!("the answer of {container} was cut")),
        },
        Err(error) => Seen::Unseen(in_words(&error)),
    };
    (protocol, probed)
}

/// The bucket, and the size of its newest backup.
async fn listed(bucket: BucketView) -> (Seen<Bucket>, Option<u64>) {
    let bucket = match bucket {
        BucketView::Open(bucket) => bucket,
        BucketView::Closed(why, known) => {
            let newest = known.and_then(|objects| objects.first().map(|o| o.size));
            return (Seen::Unseen(why), newest);
        }
    };
    match bucket.list().await {
        Ok(objects) => {
            let newest = objects.first();
            let seen = Bucket {
                folder: bucket.folder().to_owned(),
                backups: objects.len(),
                newest: newest.map(|o| o.created),
            };
            (Seen::There(seen), newest.map(|o| o.size))
        }
        Err(error) => (Seen::Wrong(in_words(&error), None), None),
    }
}

async fn holder(cluster: &Cluster, database: &Seen<Database>) -> Seen<Option<(String, String)>> {
    let Some(database) = database.get() else {
        return Seen::Unseen(NO_POD.to_owned());
    };
    let release = database.instance.as_ref().unwrap_or(&database.workload);
    let holder = cluster.lock_holder(&format!("quetzal-db-{release}")).await;
    seen(holder.map(|holder| holder.map(|h| (h.who, h.since))))
}

/// `file` is the script where it is a file of the image, read in a container of the same one.
async fn script(
    cluster: &Cluster,
    place: &Seen<ScriptPlace>,
    file: Option<String>,
) -> Seen<Script> {
    let place = match place {
        Seen::There(place) => place,
        Seen::Wrong(why, _) | Seen::Unseen(why) => return Seen::Unseen(why.clone()),
    };
    match place {
        ScriptPlace::Command(text) => Seen::There(Script {
            place: "the CronJob's command".to_owned(),
            text: text.clone(),
        }),
        ScriptPlace::ConfigMap { name, key } => {
            let place = format!("configmap/{name}, {key}");
            match cluster.config_text(name, key).await {
                Ok(Some(text)) => Seen::There(Script { place, text }),
                Ok(None) => Seen::Unseen(format!("{place} is not there")),
                Err(error) => Seen::Unseen(in_words(&error)),
            }
        }
        ScriptPlace::Image { path } => match file {
            Some(text) => Seen::There(Script {
                place: format!("{path} in the image"),
                text,
            }),
            None => Seen::Unseen(format!(
                "{path} is in the CronJob's image, which nothing runs now"
            )),
        },
        ScriptPlace::Hidden(why) => Seen::Unseen(why.clone()),
    }
}

/// Why the restores are not known.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The restores of this database; of all in the namespace where it did not say which it is.
async fn restores(cluster: &Cluster, system_identifier: Option<&str>) -> Seen<Vec<Restore>> {
    let look = async {
        let mut records = Vec::new();
        for document in cluster.documents(KIND).await? {
            let record = Record::read(&document.name, &document.text)?;
            if system_identifier.is_none_or(|id| record.system_identifier == id) {
                records.push((document.created, record));
            }
        }
        records.sort_by_key(|(created, _)| std::cmp::Reverse(*created));
        Ok::<_, Unread>(records)
    };
    let restore = |record: &Record| Restore {
        id: record.plan.id.to_string(),
        standing: record.standing(),
        step: record.current().map(|step| record.plan.title(step)),
    };
    seen(look.await).map(|records| records.iter().map(|(_, record)| restore(record)).collect())
}

fn found<T>(found: Result<T, FindError>) -> Seen<T> {
    match found {
        Ok(found) => Seen::There(found),
        Err(FindError::Select(error)) => Seen::Wrong(error.to_string(), error.hint()),
        Err(error) => Seen::Unseen(in_words(&error)),
    }
}

fn seen<T, E: std::error::Error>(looked: Result<T, E>) -> Seen<T> {
    match looked {
        Ok(what) => Seen::There(what),
        Err(error) => Seen::Unseen(in_words(&error)),
    }
}

//! What is kept in the cluster, over an API server that is away, has trouble, or loses its answers. No cluster is
//! needed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod wire;

use std::time::{Duration, Instant};

use quetzal_db::cluster::{Cluster, Document};
use wire::store::{Fate, Store};

const KIND: &str = "restore";
const NAME: &str = "journal";

/// A server with a journal on it, its requests forgotten.
async fn begun() -> (Store, Cluster, Document) {
    let (store, cluster) = Store::start(Duration::ZERO).await;
    let journal = cluster.create_document(KIND, NAME, "begun").await.unwrap();
    assert_eq!(store.asked(), ["POST journal"]);
    (store, cluster, journal)
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_our_own() {
    let (store, cluster, mut journal) = begun().await;
    store.fates(&[Fate::AnswerLost]);
    cluster
        .update_document(KIND, &mut journal, "one")
        .await
        .unwrap();
    // The second one was refused as somebody else's, and found to be what the first one wrote.
    assert_eq!(store.asked(), ["PUT journal", "PUT journal", "GET journal"]);
    assert_eq!(store.text(NAME).unwrap(), "one");
    // The version that was found is the one to go on from.
    cluster
        .update_document(KIND, &mut journal, "two")
        .await
        .unwrap();
    assert_eq!(store.asked(), ["PUT journal"]);
    assert_eq!(
        (store.text(NAME).unwrap(), journal.text),
        ("two".into(), "two".into())
    );
}

#[tokio::test]
async fn a_new_document_whose_answer_was_lost_is_our_own() {
    let (store, cluster) = Store::start(Duration::ZERO).await;
    store.fates(&[Fate::AnswerLost]);
    let mut journal = cluster.create_document(KIND, NAME, "begun").await.unwrap();
    let expected = ["POST journal", "POST journal", "GET journal"];
    assert_eq!(store.asked(), expected);
    cluster
        .update_document(KIND, &mut journal, "one")
        .await
        .unwrap();
    assert_eq!(store.text(NAME).unwrap(), "one");
    // Without a lost answer a name that is taken is taken, whatever the text.
    let error = cluster
        .create_document(KIND, NAME, "one")
        .await
        .unwrap_err();
    assert!(error.is_already_exists(), "{error:?}");
}

#[tokio::test]
async fn a_write_of_somebody_else_is_a_conflict() {
    let (store, cluster, mut journal) = begun().await;
    // Even if it says the same.
    store.fates(&[Fate::Overtaken("one")]);
    let error = cluster.update_document(KIND, &mut journal, "one").await;
    assert!(error.unwrap_err().is_conflict());
    assert_eq!(store.asked(), ["PUT journal"]);

    let (store, cluster, mut journal) = begun().await;
    store.fates(&[Fate::AnswerLost, Fate::Overtaken("theirs")]);
    let error = cluster.update_document(KIND, &mut journal, "one").await;
    assert!(error.unwrap_err().is_conflict());
    assert_eq!(store.asked(), ["PUT journal", "PUT journal", "GET journal"]);
    assert_eq!(store.text(NAME).unwrap(), "theirs");
    assert_eq!(
        journal.text, "begun",
        "what is not stored is not taken for stored"
    );
}

#[tokio::test]
async fn trouble_of_the_server_passes() {
    let (store, cluster, mut journal) = begun().await;
    store.fates(&[Fate::Refused(503), Fate::Refused(429), Fate::Refused(500)]);
    cluster
        .update_document(KIND, &mut journal, "one")
        .await
        .unwrap();
    assert_eq!(store.asked(), ["PUT journal"; 4]);
    assert_eq!(store.text(NAME).unwrap(), "one");
}

#[tokio::test]
async fn a_refusal_is_final() {
    let (store, cluster, mut journal) = begun().await;
    for code in [400, 403, 404, 413, 422] {
        store.fates(&[Fate::Refused(code)]);
        let error = cluster.update_document(KIND, &mut journal, "one").await;
        assert!(error.is_err(), "{code}");
        assert_eq!(store.asked(), ["PUT journal"], "{code}");
    }
}

#[tokio::test]
async fn a_removal_whose_answer_was_lost_is_done() {
    let (store, cluster, journal) = begun().await;
    store.fates(&[Fate::AnswerLost]);
    cluster.delete_document(&journal).await.unwrap();
    assert_eq!(store.asked(), ["DELETE journal", "DELETE journal"]);
    assert_eq!(store.text(NAME), None);
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_only_by_work_that_has_begun() {
    let away = Duration::from_secs(6);
    let (store, cluster) = Store::start(away).await;
    let start = Instant::now();
    let error = cluster.create_document(KIND, NAME, "begun").await;
    assert!(!error.unwrap_err().is_unknown());
    assert!(start.elapsed() < away, "{:?}", start.elapsed());
    let patient = cluster.patient();
    patient.create_document(KIND, NAME, "begun").await.unwrap();
    assert!(start.elapsed() >= away, "{:?}", start.elapsed());
    assert_eq!(store.text(NAME).unwrap(), "begun");
}

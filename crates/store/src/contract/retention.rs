//! Results, legal holds and erasure.

use domain::application::Application;
use domain::application::content::StoredFiling;
use domain::policy::{Action, Permit};
use domain::retention::legal_hold::{LegalHold, Release};
use domain::screening::Screening;
use domain::vocabulary::id::EventId;
use domain::vocabulary::log::LogName;
use domain::vocabulary::name::{ApplicationName, LegalHoldName};
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;
use uuid::Uuid;

use crate::contract::fixtures::{ELECTION, at, code, filing, now, passport_number};
use crate::contract::harness::{TestStore, changed_no_row, stores};
use crate::contract::permits::{delegation, person, registrar};
use crate::contract::shared_commands::event;
use crate::{ApplicationFilter, ApplicationRecord, Page, RecordedEvent};

command! {
    /// Records when the results were published.
    Publish { time: Timestamp } -> (), |this, tx| {
        let by = registrar(Action::PublishResults);
        let election = tx.lock_election(&code()).await?.expect("it is there");
        let erased = tx.has_erased_data(&code()).await?;
        let published = election.publish_results(this.time, erased, at("2019-12-01T00:00:00Z"))?;
        tx.update_results_time(&by, &published).await?;
    }
}
command! {
    /// Reads when the results were published.
    Results {} -> Option<Timestamp>, |_this, tx| {
        let found = tx.elections_with_results().await?;
        assert!(found.iter().all(|election| election.code == code()));
        found.first().and_then(|election| election.results_time)
    }
}
command! {
    /// Inserts a legal hold.
    Hold { hold: LegalHold } -> (), |this, tx| {
        tx.insert_legal_hold(&registrar(Action::CreateLegalHold), &this.hold).await?;
    }
}
command! {
    /// Releases a legal hold.
    EndHold { hold: LegalHold, release: Release } -> (), |this, tx| {
        let released = LegalHold { release: Some(this.release.clone()), ..this.hold.clone() };
        tx.release_legal_hold(&registrar(Action::ReleaseLegalHold), &released).await?;
    }
}
command! {
    /// Reads a page of legal holds.
    Holds { after: Option<Uuid> } -> Vec<LegalHold>, |this, tx| {
        let page = Page { after: this.after, size: 1 };
        tx.list_legal_holds(&code(), &page).await?
    }
}
command! {
    /// The applications that may be erased.
    Erasable {} -> Vec<ApplicationName>, |_this, tx| {
        let found = tx.applications_to_erase(&code(), 100).await?;
        assert_eq!(tx.has_data_to_erase(&code()).await?, !found.is_empty());
        found.into_iter().map(|application| application.name).collect()
    }
}
command! {
    /// Erases an application; gives how many documents it had.
    Erase { of: Application } -> u64, |this, tx| {
        let erased = this.of.clone().erase(at("2019-12-01T00:00:00Z")).expect("it was whole");
        let (by, documents) = (Permit::for_the_service(), tx.count_documents(&erased.name).await?);
        tx.erase_application(&by, &erased, this.of.stored(), at("2019-12-01T00:00:00Z")).await?;
        documents
    }
}
command! {
    /// Records an event with a note, about an application or something below
    /// it.
    Note { subject: String, id: EventId } -> RecordedEvent, |this, tx| {
        let by = registrar(Action::CreateLegalHold);
        let mut event = event(LogName::Election(code()), this.id);
        event.subject = this.subject.clone();
        let done = tx.record_event(&by, event, &[]).await?;
        tx.insert_event_note(&by, this.id, &"cis".parse().expect("a code"), &Personal::new("Anna is ill.".to_owned())).await?;
        done
    }
}
command! {
    /// Reads the result of the checks.
    FindScreening { of: ApplicationName } -> Screening, |this, tx| {
        let by = registrar(Action::CreateLegalHold);
        let found = Screening { revision: 1, version: 1, ..Screening::default() };
        tx.put_screening(&by, &this.of, 0, &found).await?;
        found
    }
}
command! {
    /// Reads all applications.
    All {} -> Vec<ApplicationRecord>, |_this, tx| {
        let (by, page) = (delegation("cis", Action::ListApplications), Page { after: None, size: 100 });
        tx.list_applications(&by, &code(), &ApplicationFilter::default(), &page).await?
    }
}
command! {
    /// Reads what is stored about the holder of a passport: for each
    /// application the numbers of revisions, documents and events.
    About { number: String } -> Vec<(usize, usize, usize)>, |this, tx| {
        let number = Personal::new(this.number.clone());
        let mut held = Vec::new();
        for found in tx.applications_of_document(&code(), "DEU", &number).await? {
            let revisions = tx.held_revisions(&found.name).await?;
            assert!(revisions.iter().all(|revision| revision.kept.whole().is_some()));
            let (documents, events) =
                (tx.documents(&found.name).await?.len(), tx.noted_events(&found.name).await?);
            assert!(events.iter().all(|noted| noted.note.is_some()));
            held.push((revisions.len(), documents, events.len()));
        }
        held
    }
}
command! {
    /// Records that the bytes of a document are gone; gives what was to be
    /// cleared before and after.
    Clear { id: Uuid } -> (Vec<Uuid>, Vec<Uuid>), |this, tx| {
        let before = tx.documents_to_clear(10).await?;
        tx.document_is_clear(&Permit::for_the_service(), this.id, now()).await?;
        (before, tx.documents_to_clear(10).await?)
    }
}
command! {
    /// Which of these documents can still be decrypted.
    Openable { ids: Vec<Uuid> } -> Vec<Uuid>, |this, tx| tx.documents_with_keys(&this.ids).await?
}

/// The document that [`with_document`] inserts.
const DOCUMENT: Uuid = Uuid::from_u128(0xd0);

/// Inserts a document directly, because no bytes are needed here.
async fn with_document(store: &TestStore) {
    let values = "election, id, organization, application, kind, sha256, size, kept_sha256, kept_size, media_type,
        wrapped_key, key_id, uploaded_by, create_time";
    let insert = store.select_sql(
        "INSERT INTO document (VALUES) SELECT election, X'000000000000000000000000000000d0', organization, id, 'PHOTO',
            zeroblob(32), 1, zeroblob(32), 1, 'image/jpeg', X'01', (SELECT key_id FROM master_key),
            'organizations/cis/principals/p1', 0 FROM application WHERE state = 'ACCREDITED'",
        "INSERT INTO document (VALUES) SELECT election, '00000000-0000-0000-0000-0000000000d0', organization, id, 'PHOTO',
            decode(repeat('00', 32), 'hex'), 1, decode(repeat('00', 32), 'hex'), 1, 'image/jpeg', '\\x01', (SELECT key_id FROM master_key),
            'organizations/cis/principals/p1', 0 FROM application WHERE state = 'ACCREDITED'",
    );
    let insert: &'static str = insert.replace("VALUES", values).leak();
    assert_eq!(store.execute_directly(insert).await, Ok(1));
}

/// A legal hold on an application, or on the whole election.
fn legal_hold(number: u128, application: Option<ApplicationName>) -> LegalHold {
    LegalHold {
        name: LegalHoldName { election: code(), id: Uuid::from_u128(number) },
        application,
        reason: Personal::new("An appeal is pending.".to_owned()),
        created_by: person("registrar").principal,
        create_time: now(),
        release: None,
    }
}

/// A release of a legal hold.
fn release() -> Release {
    let reason = Personal::new("It was decided.".to_owned());
    Release { by: person("registrar").principal, time: at("2019-11-01T00:00:00Z"), reason }
}

/// Retention counts from this time, so a wrong one must be correctable.
#[tokio::test]
async fn results_read_back_and_are_corrected() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        assert_eq!(store.read_ok(Results {}).await, None);
        // The second time is a correction of the first.
        for time in ["2019-06-10T06:00:00Z", "2019-06-10T07:00:00.000001Z"].map(at) {
            store.run_ok(Publish { time }).await;
            assert_eq!(store.read_ok(Results {}).await, Some(time));
        }
    }
}

/// Two releases at once: the second must fail, since its reason would overwrite
/// the first.
#[tokio::test]
async fn a_legal_hold_reads_back_and_is_released_once() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let held = store.file(1).await.name;
        // One hold on an application, one on the whole election.
        let (one, all) = (legal_hold(1, Some(held)), legal_hold(2, None));
        for hold in [&one, &all] {
            store.run_ok(Hold { hold: hold.clone() }).await;
        }
        assert_eq!(store.read_ok(Holds { after: None }).await, [one.clone(), all.clone()]);
        assert_eq!(store.read_ok(Holds { after: Some(one.name.id) }).await, std::slice::from_ref(&all));
        let again = EndHold { hold: all.clone(), release: release() };
        store.run_ok(EndHold { hold: all.clone(), release: release() }).await;
        let released = LegalHold { release: Some(release()), ..all };
        assert_eq!(store.read_ok(Holds { after: Some(one.name.id) }).await, [released]);
        assert!(changed_no_row(&store.run_failed(again).await, "release legal_hold"));
    }
}

/// A legal hold on the application or on the election protects it until the
/// release.
#[tokio::test]
async fn held_and_erased_applications_are_not_erased() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let (first, second) = (store.file(1).await, store.file_for("osce-odihr", 2).await);
        let names = [first.name.clone(), second.name.clone()];
        assert_eq!(store.read_ok(Erasable {}).await, names);
        // A hold on an application protects that one alone.
        let one = legal_hold(1, Some(first.name.clone()));
        store.run_ok(Hold { hold: one.clone() }).await;
        assert_eq!(store.read_ok(Erasable {}).await, std::slice::from_ref(&second.name));
        // A hold on the election protects all of them.
        let all = legal_hold(2, None);
        store.run_ok(Hold { hold: all.clone() }).await;
        assert_eq!(store.read_ok(Erasable {}).await, []);
        store.run_ok(EndHold { hold: all, release: release() }).await;
        store.run_ok(Publish { time: at("2019-06-10T06:00:00Z") }).await;
        store.run_ok(Erase { of: second.clone() }).await;
        assert_eq!(store.read_ok(Erasable {}).await, []);
        // Two servers erase the same application: the second finds another
        // version.
        assert!(changed_no_row(&store.run_failed(Erase { of: second }).await, "update application"));
        store.run_ok(EndHold { hold: one, release: release() }).await;
        assert_eq!(store.read_ok(Erasable {}).await, [first.name]);
        // After erasure has begun, the results cannot be moved to a later date:
        // retention would be over too early for what is gone.
        let late = Publish { time: at("2019-06-11T06:00:00Z") };
        assert_eq!(store.run_refused(late).await.reason(), "ERASED");
    }
}

/// After erasure the register shows what it must by law, the log can be
/// verified, and nothing else of the person is left.
#[tokio::test]
async fn erasure_leaves_the_register_and_the_log_alone() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let accredited = store.file_and_move(1, StateKind::Accredited).await;
        let refused = store.file_and_move(2, StateKind::Refused).await;
        store.file(3).await;
        with_document(&store).await;
        store.run_ok(FindScreening { of: accredited.name.clone() }).await;
        let below = format!("{}/documents/1", accredited.name);
        for (number, subject) in [(1, accredited.name.to_string()), (2, below), (3, format!("elections/{ELECTION}"))] {
            store.run_ok(Note { subject, id: EventId(Uuid::from_u128(number)) }).await;
        }
        store.run_ok(Publish { time: at("2019-06-10T06:00:00Z") }).await;
        assert_eq!(store.run_ok(Erase { of: accredited.clone() }).await, 1);
        assert_eq!(store.run_ok(Erase { of: refused.clone() }).await, 0);

        // An accredited person stays in the register with names and
        // nationality. Of a refused one nothing stays.
        let all = store.read_ok(All {}).await;
        let content = filing(1).content;
        let StoredFiling::Erased(Some(registered)) = &all[0].kept else { panic!("{:?}", all[0].kept) };
        assert_eq!((&registered.native_name, &registered.name_kk), (&content.native_name, &content.name_kk));
        assert_eq!((&registered.family_name, &registered.nationality), (&content.family_name, &content.nationality));
        assert_eq!(all[1].kept, StoredFiling::Erased(None));
        assert_eq!(all[2].kept, StoredFiling::Whole(filing(3)));
        // The digest of the content stays, so the log can still be compared.
        for (before, after) in [&accredited, &refused].into_iter().zip(&all) {
            assert_eq!(after.application.content_digest, before.content_digest);
            assert_eq!(after.application.state.kind(), before.state.kind());
            assert_eq!(after.application.erase_time, Some(at("2019-12-01T00:00:00Z")));
        }
        // The salt goes too: with it, the digest would confirm a guess of what
        // was erased.
        let gone = "SELECT COUNT(*) FROM revision WHERE salt IS NULL AND identity IS NULL
            AND length(document_index) = 0 AND length(birth_index) = 0";
        assert_eq!(store.query_number(gone).await, 2);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM revision WHERE content LIKE '%issuing_state%'").await, 1);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event_note").await, 1, "the election's own stays");
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event").await, 3);
        // Without its key the encrypted document is unreadable, wherever a copy
        // may be.
        let keys = "SELECT COUNT(*) FROM document WHERE wrapped_key IS NULL AND erase_time IS NOT NULL";
        assert_eq!(store.query_number(keys).await, 1);
        let cleared = store.run_ok(Clear { id: DOCUMENT }).await;
        assert_eq!(cleared, (vec![DOCUMENT], Vec::new()));
    }
}

/// The blind index finds earlier revisions too. After erasure nothing leads to
/// the person any more.
#[tokio::test]
async fn a_data_subject_is_found_by_passport_until_erasure() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let accredited = store.file_and_move(1, StateKind::Accredited).await;
        store.file_for("osce-odihr", 2).await;
        with_document(&store).await;
        assert_eq!(store.read_ok(Openable { ids: vec![DOCUMENT, Uuid::nil()] }).await, [DOCUMENT]);
        store.run_ok(Note { subject: accredited.name.to_string(), id: EventId(Uuid::from_u128(1)) }).await;
        store.run_ok(crate::contract::log::Sequence { limit: 10 }).await;
        assert_eq!(store.read_ok(About { number: passport_number(1) }).await, [(1, 1, 1)]);
        assert_eq!(store.read_ok(About { number: passport_number(2) }).await, [(1, 0, 0)]);
        assert_eq!(store.read_ok(About { number: passport_number(3) }).await, []);
        store.run_ok(Publish { time: at("2019-06-10T06:00:00Z") }).await;
        store.run_ok(Erase { of: accredited }).await;
        assert_eq!(store.read_ok(About { number: passport_number(1) }).await, []);
        assert!(store.read_ok(Openable { ids: vec![DOCUMENT] }).await.is_empty());
    }
}

/// Freed pages and the write-ahead log must be overwritten. That includes
/// sealed values, because the master key could still unseal them.
#[tokio::test]
async fn erased_data_is_nowhere_in_the_file_or_its_log() {
    let store = TestStore::on_sqlite().await.with_sample_data().await;
    let mut all = Vec::new();
    for number in 1..=60 {
        let to = if number % 2 == 0 { StateKind::Accredited } else { StateKind::Presented };
        let filed = store.file_for(["cis", "osce-odihr"][usize::from(number > 30)], number).await;
        all.push(
            store
                .run_ok(crate::contract::shared_commands::MoveToState { name: filed.name, to, position: number })
                .await,
        );
    }
    // Every sealed identity, salt and index, and the names of those who were
    // not accredited.
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for row in store.query_directly("SELECT identity, salt, document_index FROM revision").await {
        secrets.extend([row.get("identity"), row.get("salt"), row.get("document_index")]);
    }
    secrets.extend((1..=59).step_by(2).map(|number| format!("\"MUELLER-{number}\"").into_bytes()));
    // How many of the secrets are in the file or in the write-ahead log.
    let left = |secrets: &[Vec<u8>]| {
        let beside = store.path().with_extension("db-wal");
        let files = [std::fs::read(store.path()), std::fs::read(beside)].map(Result::unwrap_or_default);
        let holds = |secret: &&Vec<u8>| {
            files.iter().any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_slice()))
        };
        secrets.iter().filter(holds).count()
    };
    // Before erasure all are found, so the search itself works.
    assert_eq!(left(&secrets), secrets.len(), "it is there to be found");
    store.run_ok(Publish { time: at("2019-06-10T06:00:00Z") }).await;
    for of in all {
        store.run_ok(Erase { of }).await;
    }
    store.store.forget().await.expect("nobody reads");
    assert_eq!(left(&secrets), 0);
    assert_eq!(left(&[b"MUELLER-60".to_vec()]), 1, "the register is there");
}

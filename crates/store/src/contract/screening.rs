//! The queue of the automatic checks, possible duplicates, and watch lists that
//! are uploaded in parts.

use domain::application::Application;
use domain::application::content::Filing;
use domain::policy::{Action, Permit};
use domain::screening::{Finding, Listed, Screening, SimilarApplication};
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::name::{ApplicationName, WatchListEntryName};
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use domain::watch_list::ListedPerson;
use jiff::Timestamp;
use uuid::Uuid;

use crate::contract::fixtures::{at, code, filing, now};
use crate::contract::harness::{TestStore, changed_no_row, is_taken, keys, stores};
use crate::contract::permits::registrar;
use crate::{
    ComparedWith, CurrentList, PendingScreening, SealedEntry, SimilarCursor, SimilarPage, SimilarityKind, StoreError,
    Sweep,
};

command! {
    /// The oldest sweep and its next page.
    Sweeping { limit: u32 } -> Option<Sweep>, |this, tx| tx.next_sweep(this.limit).await?
}
command! {
    /// Queues the page of a sweep.
    Advance { sweep: Sweep } -> (), |this, tx| tx.advance_sweep(&Permit::for_the_service(), &this.sweep).await?
}
command! {
    /// Queues a sweep over an organization or the election.
    Ask { of: Option<&'static str> } -> (), |this, tx| {
        let organization = this.of.map(|code| code.parse().expect("a code"));
        tx.queue_screenings(&Permit::for_the_service(), &code(), organization.as_ref()).await?
    }
}
command! {
    /// The applications that wait for the checks.
    Waiting {} -> Vec<PendingScreening>, |_this, tx| tx.pending_screenings(0, 100).await?
}
command! {
    /// Removes an application from the queue.
    End { pending: PendingScreening } -> bool, |this, tx| {
        tx.end_pending(&Permit::for_the_service(), &this.pending).await?
    }
}
command! {
    /// Reads a page of possible duplicates.
    PossibleDuplicates {
        name: ApplicationName,
        filing: Filing,
        presentation: Option<u32>,
        likeness: SimilarityKind,
        after: Option<SimilarCursor>,
        limit: u32,
        only_unaware: bool,
    } -> Vec<SimilarApplication>, |this, tx| {
        let of = ComparedWith { name: &this.name, filing: &this.filing, presentation: this.presentation };
        let page = SimilarPage { after: this.after, limit: this.limit, only_unaware: this.only_unaware };
        tx.alike(of, this.likeness, page).await?
    }
}
command! {
    /// Reads the compared revisions of another application.
    VersionsOfOther { name: ApplicationName, filing: Filing, other: ApplicationName } -> Vec<SimilarApplication>, |this, tx| {
        let of = ComparedWith { name: &this.name, filing: &this.filing, presentation: None };
        tx.versions_of_other(of, this.other.id).await?
    }
}
command! {
    /// Stores the first result of the checks.
    Put { of: ApplicationName, findings: Vec<Finding> } -> (), |this, tx| {
        let findings = this.findings.clone();
        let found = Screening { revision: 1, version: 1, findings, time: now() };
        tx.put_screening(&Permit::for_the_service(), &this.of, 0, &found).await?
    }
}
command! {
    /// Begins to upload a watch list.
    Begin { list: Uuid } -> (), |this, tx| {
        tx.insert_watch_list(&registrar(Action::ReplaceWatchList), &code(), this.list, now()).await?
    }
}
command! {
    /// Adds entries to a watch list.
    Add { list: Uuid, entries: Vec<SealedEntry> } -> (), |this, tx| {
        let by = registrar(Action::ReplaceWatchList);
        tx.insert_watch_list_entries(&by, &code(), this.list, &this.entries, now()).await?
    }
}
command! {
    /// Puts a watch list into use.
    PutInForce { list: Uuid } -> (), |this, tx| {
        tx.put_watch_list_in_force(&registrar(Action::ReplaceWatchList), &code(), this.list, now()).await?
    }
}
command! {
    /// The watch list in use, and how many entries it has.
    Current {} -> (Option<CurrentList>, i64), |_this, tx| {
        (tx.current_watch_list(&code()).await?, tx.count_listed(&code()).await?)
    }
}
command! {
    /// Reads a page of entries.
    Entries { list: Uuid, after: Option<Uuid>, limit: u32 } -> Vec<SealedEntry>, |this, tx| {
        tx.watch_list_entries(&code(), this.list, this.after, this.limit).await?
    }
}
command! {
    /// Looks up an entry of the list in use.
    Entry { name: WatchListEntryName } -> Option<Listed>, |this, tx| tx.lookup_listed(&this.name).await?
}
command! {
    /// A list whose entries are to be deleted.
    ToRemove { silent_since: Timestamp } -> Option<Uuid>, |this, tx| {
        tx.watch_list_to_remove(this.silent_since).await?.map(|(_, list)| list)
    }
}
command! {
    /// Deletes some entries of a list that is not in use.
    Remove { list: Uuid, limit: u32 } -> u64, |this, tx| {
        tx.remove_from_watch_list(&Permit::for_the_service(), &code(), this.list, this.limit).await?
    }
}
command! {
    /// Deletes some entries of all lists.
    Erase { limit: u32 } -> Option<u64>, |this, tx| {
        tx.erase_watch_list_entries(&registrar(Action::ReplaceWatchList), &code(), this.limit).await?
    }
}
command! {
    /// Deletes the lists; gives how many entries are in use afterwards.
    EraseLists {} -> Option<i64>, |_this, tx| {
        let had = tx.has_watch_list(&code()).await?.then_some(tx.count_listed(&code()).await?);
        tx.erase_watch_lists(&registrar(Action::ReplaceWatchList), &code()).await?;
        had
    }
}

/// Files and presents an application.
async fn presented(store: &TestStore, number: u32) -> Application {
    store.file_and_move(number, StateKind::Presented).await
}

/// Two servers advance the same sweep: each page is queued once. An application
/// that the commission cannot see yet is not queued.
#[tokio::test]
async fn a_sweep_queues_undecided_applications_page_by_page() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut expected = Vec::new();
        for number in 1..=5 {
            expected.push(presented(&store, number).await.name.id);
        }
        store.file_and_move(6, StateKind::Submitted).await;
        expected.sort();
        // Two sweeps: over the whole election and over one organization.
        store.run_ok(Ask { of: None }).await;
        store.run_ok(Ask { of: Some("state-deu") }).await;
        assert_eq!(store.read_ok(Waiting {}).await, [], "nothing is queued before its turn");
        // Two servers read the same page. The second one to advance it must not
        // queue it again.
        let first = store.read_ok(Sweeping { limit: 2 }).await.expect("a sweep");
        store.run_ok(Advance { sweep: first.clone() }).await;
        store.run_ok(Advance { sweep: first }).await;
        let waiting = store.read_ok(Waiting {}).await;
        assert_eq!(waiting.len(), 2, "another server does not queue the same page again");
        while let Some(sweep) = store.read_ok(Sweeping { limit: 2 }).await {
            store.run_ok(Advance { sweep }).await;
        }
        let waiting = store.read_ok(Waiting {}).await;
        assert_eq!(waiting.iter().map(|one| one.application).collect::<Vec<_>>(), expected);
        assert!(store.run_ok(End { pending: waiting[0].clone() }).await);
        assert!(!store.run_ok(End { pending: waiting[0].clone() }).await, "one server ends it");
    }
}

/// A page has who shares the passport or birth date, whether they know of this
/// application already, and whether they still wait for their first check.
#[tokio::test]
async fn possible_duplicates_come_in_pages_with_their_findings() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut names = Vec::new();
        for number in 1..=4 {
            names.push(presented(&store, number).await.name);
        }
        let draft = store.file(5).await;
        // All persons of the test share a birth date and have different
        // passports.
        let (own, filing_of_first) = (names[0].clone(), filing(1));
        let ask = |likeness, after, limit| PossibleDuplicates {
            name: own.clone(),
            filing: filing_of_first.clone(),
            presentation: Some(1),
            likeness,
            after,
            limit,
            only_unaware: false,
        };
        let mut others = names[1..].to_vec();
        others.sort_by_key(|name| name.id);
        let first = store.read_ok(ask(SimilarityKind::BirthDate, None, 2)).await;
        let after = first.last().map(|last| (last.name.id, last.revision));
        let second = store.read_ok(ask(SimilarityKind::BirthDate, after, 2)).await;
        let found: Vec<_> = first.iter().chain(&second).map(|one| one.name.clone()).collect();
        assert_eq!(found, others);
        assert!(first.iter().all(|one| one.is_own && one.same_birth_date && !one.same_document));
        assert_eq!(store.read_ok(ask(SimilarityKind::Document, None, 9)).await.len(), 0);
        let same = PossibleDuplicates { filing: filing(2), ..ask(SimilarityKind::Document, None, 9) };
        let same = store.read_ok(same).await;
        assert_eq!(same.iter().map(|one| &one.name).collect::<Vec<_>>(), [&names[1]]);
        assert!(same[0].same_document && !same[0].known.this && same[0].known.rest.is_empty());

        // The other application already has findings: it names this one, and
        // says that there are more of the same passport than it names.
        let about = Finding { related: own.to_string(), ..Finding::rest(FindingCode::DuplicatePerson) };
        let rest = Finding::rest(FindingCode::DuplicateDocument);
        store.run_ok(Put { of: names[1].clone(), findings: vec![rest, about] }).await;
        let other = VersionsOfOther { name: own.clone(), filing: filing_of_first.clone(), other: names[1].clone() };
        let known = store.read_ok(other).await.remove(0).known;
        assert!(known.this && !known.waits_too);
        // Applications of the same presentation that were not checked yet will
        // find this one by themselves.
        let came_along = store.read_ok(ask(SimilarityKind::BirthDate, None, 9)).await;
        let waiting: Vec<_> = came_along.iter().filter(|one| one.known.waits_too).map(|one| &one.name).collect();
        assert_eq!(waiting, names[2..].iter().collect::<Vec<_>>(), "one of them has been checked");
        assert_eq!(known.rest.into_iter().collect::<Vec<_>>(), [FindingCode::DuplicateDocument]);
        let unaware = PossibleDuplicates { only_unaware: true, ..ask(SimilarityKind::BirthDate, None, 9) };
        let unaware = PossibleDuplicates { presentation: None, ..unaware };
        assert_eq!(store.read_ok(unaware).await.len(), 3, "nobody says that there are more people");
        let unaware = PossibleDuplicates { only_unaware: true, ..ask(SimilarityKind::BirthDate, None, 9) };
        let unaware = store.read_ok(unaware).await;
        assert_eq!(unaware.iter().map(|one| &one.name).collect::<Vec<_>>(), [&names[1]], "the others find it");
        let full =
            PossibleDuplicates { only_unaware: true, filing: filing(2), ..ask(SimilarityKind::Document, None, 9) };
        assert!(store.read_ok(full).await.is_empty(), "it says that there are more documents");
        let other = VersionsOfOther { name: own.clone(), filing: filing_of_first.clone(), other: draft.name };
        assert!(store.read_ok(other).await.is_empty(), "a draft is before nobody");
    }
}

/// Sealed entries with these numbers.
fn sealed_entries(store: &TestStore, numbers: std::ops::Range<u32>) -> Vec<SealedEntry> {
    let keys = keys(&store.master_key);
    let person = |number: u32| ListedPerson {
        names: vec![Personal::new(format!("Person {number}"))],
        birth_date: None,
        issuing_state: String::new(),
        document_number: Personal::default(),
    };
    numbers.map(|number| SealedEntry::seal(&keys, &code(), &person(number))).collect()
}

/// A half uploaded list would clear people who are on its other half.
#[tokio::test]
async fn a_watch_list_is_used_once_it_is_complete() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(store.read_ok(Current {}).await, (None, 0));
        store.run_ok(Begin { list: first }).await;
        let taken = store.run_failed(Begin { list: first }).await;
        assert!(is_taken(&taken, "insert watch_list"), "{taken}");
        let entries = sealed_entries(&store, 0..5);
        store.run_ok(Add { list: first, entries: entries[..3].to_vec() }).await;
        // A person who is uploaded twice is stored once.
        store.run_ok(Add { list: first, entries: entries[2..].to_vec() }).await;
        let name = entries[0].name().clone();
        assert_eq!(store.read_ok(Current {}).await, (None, 0), "nobody looks at it yet");
        assert_eq!(store.read_ok(Entry { name: name.clone() }).await, None);
        // The upload is complete.
        store.run_ok(PutInForce { list: first }).await;
        let (current, count) = store.read_ok(Current {}).await;
        assert_eq!((current.map(|list| list.id), count), (Some(first), 5));
        let listed = store.read_ok(Entry { name: name.clone() }).await.expect("an entry");
        assert_eq!(listed.person.names[0].expose(), "Person 0");

        // Pages follow the ids.
        let page = store.read_ok(Entries { list: first, after: None, limit: 3 }).await;
        let after = page.last().map(|last| last.name().id);
        let rest = store.read_ok(Entries { list: first, after, limit: 3 }).await;
        assert_eq!((page.len(), rest.len()), (3, 2));
        assert!(page.is_sorted_by_key(|entry| entry.name().id));

        // The second list replaces the first one. A person on both keeps the
        // same name, so a clearance that names the entry stays valid.
        store.run_ok(Begin { list: second }).await;
        store.run_ok(Add { list: second, entries: sealed_entries(&store, 0..1) }).await;
        store.run_ok(PutInForce { list: second }).await;
        assert!(store.read_ok(Entry { name: name.clone() }).await.is_some(), "it has the same name in the next list");
        assert_eq!(store.read_ok(Entry { name: entries[1].name().clone() }).await, None);
        let late = store.run_failed(Add { list: first, entries: sealed_entries(&store, 7..8) }).await;
        assert!(changed_no_row(&late, "count watch_list"), "{late}");

        // The replaced list is deleted in pages, and the list itself with the
        // last page.
        assert_eq!(store.read_ok(ToRemove { silent_since: Timestamp::MIN }).await, Some(first));
        assert_eq!(store.run_ok(Remove { list: first, limit: 3 }).await, 3);
        assert_eq!(store.run_ok(Remove { list: first, limit: 3 }).await, 3, "two entries and the list");
        assert_eq!(store.read_ok(ToRemove { silent_since: Timestamp::MAX }).await, None);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM watch_list_entry").await, 1);
    }
}

/// Uploads that were given up are deleted page by page; erasure deletes all
/// lists.
#[tokio::test]
async fn incomplete_lists_are_deleted_and_all_lists_at_erasure() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let (left_over, current) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for list in [left_over, current] {
            store.run_ok(Begin { list }).await;
            store.run_ok(Add { list, entries: sealed_entries(&store, 0..3) }).await;
        }
        store.run_ok(PutInForce { list: current }).await;
        // An upload that is still active is left alone.
        assert_eq!(store.read_ok(ToRemove { silent_since: now() }).await, None, "it is being uploaded");
        let later = at("2019-05-10T09:00:01Z");
        assert_eq!(store.read_ok(ToRemove { silent_since: later }).await, Some(left_over));
        assert_eq!(store.run_ok(Remove { list: current, limit: 9 }).await, 0, "the one in force stays");
        // Erasure deletes the entries of all lists, the one in use included.
        let mut erased = 0;
        while let Some(some) = store.run_ok(Erase { limit: 2 }).await {
            assert!(some <= 2);
            erased += some;
        }
        assert_eq!((erased, store.run_ok(EraseLists {}).await), (6, Some(3)));
        assert_eq!(store.run_ok(EraseLists {}).await, None);
    }
}

/// Another master key cannot unseal an entry. It also gives the same person
/// another name, so somebody without the key cannot confirm a guess of who is
/// on the list.
#[test]
fn an_entry_unseals_with_its_own_key_alone() {
    let [own, other] = [crate::Keys::generate(), crate::Keys::generate()].map(|text| keys(&text));
    let person = ListedPerson {
        names: vec![Personal::new("Jane Doe".to_owned())],
        birth_date: None,
        issuing_state: String::new(),
        document_number: Personal::default(),
    };
    let sealed = SealedEntry::seal(&own, &code(), &person);
    assert_eq!(sealed.open(&own).expect("its key").person, person);
    assert!(matches!(sealed.open(&other), Err(StoreError::CannotUnseal)));
    assert_ne!(sealed.name(), SealedEntry::seal(&other, &code(), &person).name(), "a name confirms no guess");
}

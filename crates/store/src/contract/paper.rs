//! Applications that were filed on paper: who sees them, who may review them,
//! and when they lapse.

use domain::application::{Application, PaperFiling, Place, State, StoredVersion};
use domain::policy::{Action, Permit};
use domain::screening::Screening;
use domain::vocabulary::name::ApplicationName;
use jiff::Timestamp;

use crate::contract::fixtures::{ELECTION, application, at, code, filing, now};
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::{delegation, ministry, person, registrar, reviewer, reviewing_registrar};
use crate::contract::shared_commands::file_draft;
use crate::{ApplicationFilter, Page, QueueFilter};

command! {
    /// Inserts an application that a registrar entered from paper.
    FileFromPaper { name: ApplicationName, paper: PaperFiling } -> Application, |this, tx| {
        let by = registrar(Action::CreateApplication);
        file_draft(tx, &by, this.name.clone(), &filing(1), Some(this.paper.clone())).await?
    }
}
command! {
    /// Writes an application that was read at a version.
    Write { changed: Application, before: StoredVersion } -> (), |this, tx| {
        tx.update_application(&registrar(Action::UpdateApplication), &this.changed, this.before, now()).await?
    }
}
command! {
    /// Stores an empty result of the checks, so that the queue gives the
    /// application.
    Screened { name: ApplicationName } -> (), |this, tx| {
        let screening = Screening { revision: 1, version: 1, ..Screening::default() };
        tx.put_screening(&reviewer(Action::ClaimApplication), &this.name, 0, &screening).await?
    }
}
command! {
    /// Which of the named applications a permit sees.
    Seen { by: Permit, names: Vec<ApplicationName> } -> Vec<bool>, |this, tx| {
        let found = tx.applications(&this.by, &code(), &this.names).await?;
        found.iter().map(Result::is_ok).collect()
    }
}
command! {
    /// The applications that a permit lists, filed on paper or not.
    Listed { by: Permit, paper: Option<bool> } -> Vec<ApplicationName>, |this, tx| {
        let filter = ApplicationFilter { paper: this.paper, ..ApplicationFilter::default() };
        let found = tx.list_applications(&this.by, &code(), &filter, &Page { after: None, size: 100 }).await?;
        found.into_iter().map(|record| record.application.name).collect()
    }
}
command! {
    /// The next application in the queue for a reviewer.
    NextFor { reviewer: &'static str } -> Option<ApplicationName>, |this, tx| {
        let next = tx.next_in_queue(&code(), &person(this.reviewer).person, &QueueFilter::default()).await?;
        next.map(|application| application.name)
    }
}
command! {
    /// The applications whose deadline has passed.
    Due { now: Timestamp } -> Vec<ApplicationName>, |this, tx| {
        let due = tx.due_applications(this.now, 100).await?;
        due.into_iter().map(|application| application.name).collect()
    }
}

/// A paper filing. Its note number contains another reviewer's id with quotes:
/// the queue searches the JSON for the person who entered it, and must not be
/// misled by text.
fn paper() -> PaperFiling {
    PaperFiling {
        note_number: "reviewer-2 \"person\":\"reviewer-3\"".to_owned(),
        receive_time: at("2019-05-09T09:00:00.123456789Z"),
        registered_by: person("reviewer-1"),
        also_by: vec![person("reviewer.4")],
    }
}

/// Files an application from paper.
async fn from_paper(store: &TestStore, organization: &str, number: u32) -> Application {
    let name = application(ELECTION, organization, number);
    store.run_ok(FileFromPaper { name, paper: paper() }).await
}

/// Presents an application at a position.
async fn present(store: &TestStore, before: Application, position: u32) -> ApplicationName {
    let place = Place { presentation: 1, position };
    let (name, stored, version) = (before.name.clone(), before.stored(), before.version);
    let first_submit_time = Some(now());
    let changed = Application { state: State::Presented(place), version: version + 1, first_submit_time, ..before };
    store.run_ok(Write { changed, before: stored }).await;
    store.run_ok(Screened { name: name.clone() }).await;
    name
}

/// A registrar enters paper filings and has no business with others.
#[tokio::test]
async fn a_registrar_sees_paper_filings_alone() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let draft = from_paper(&store, "cis", 1).await.name;
        let other = from_paper(&store, "osce-odihr", 2).await;
        let other = present(&store, other, 1).await;
        let electronic = store.file(3).await.name;
        let presented = store.file(4).await;
        let presented = present(&store, presented, 2).await;
        // A paper draft, a presented paper filing, an electronic draft, and a
        // presented electronic one.
        let names = vec![draft.clone(), other.clone(), electronic.clone(), presented.clone()];
        let check = async |by: Permit, paper: Option<bool>, expected: [bool; 4]| {
            // Lookups have no filter for paper.
            if paper.is_none() {
                assert_eq!(store.read_ok(Seen { by: by.clone(), names: names.clone() }).await, expected, "{by:?}");
            }
            let listed: Vec<_> = names.iter().zip(expected).filter(|(_, seen)| *seen).map(|(name, _)| name).collect();
            let found = store.read_ok(Listed { by: by.clone(), paper }).await;
            assert_eq!(found.iter().collect::<Vec<_>>(), listed, "{by:?} {paper:?}");
        };
        let (get, list) = (Action::GetApplication, Action::ListApplications);
        check(registrar(get), None, [true, true, false, false]).await;
        check(registrar(list), Some(false), [false; 4]).await;
        check(reviewer(get), None, [false, true, false, true]).await;
        check(reviewing_registrar(get), None, [true, true, false, true]).await;
        check(reviewing_registrar(list), Some(false), [false, false, false, true]).await;
        check(delegation("cis", get), None, [true, false, true, true]).await;
        check(delegation("cis", list), Some(true), [true, false, false, false]).await;
        check(ministry(get), None, [false, true, false, true]).await;
    }
}

/// The columns of a paper filing survive updates of the application.
#[tokio::test]
async fn the_paper_reads_back_as_written_and_changes_with_its_application() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let filed = from_paper(&store, "cis", 1).await;
        assert_eq!(filed.paper, Some(paper()));
        let mended = PaperFiling { note_number: "13/1".to_owned(), ..paper() };
        let changed = Application { paper: Some(mended.clone()), version: 2, ..filed.clone() };
        store.run_ok(Write { changed, before: filed.stored() }).await;
        let kept = store.query_number("SELECT COUNT(*) FROM application WHERE paper LIKE '%\"13/1\"%'").await;
        assert_eq!(kept, 1);
    }
}

/// A person who enters an application must not decide on it.
#[tokio::test]
async fn the_queue_gives_nobody_an_application_they_entered() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let own = from_paper(&store, "cis", 1).await;
        let own = present(&store, own, 1).await;
        // Both entered the application, one after the other.
        for reviewer in ["reviewer-1", "reviewer.4"] {
            assert_eq!(store.run_ok(NextFor { reviewer }).await, None, "{reviewer}");
        }
        // These names look similar, or occur in the text of the note only.
        for reviewer in ["reviewer-2", "reviewer-3", "reviewer-4", "reviewer"] {
            assert_eq!(store.run_ok(NextFor { reviewer }).await.as_ref(), Some(&own), "{reviewer}");
        }
        let electronic = store.file(2).await;
        let electronic = present(&store, electronic, 2).await;
        assert_eq!(store.run_ok(NextFor { reviewer: "reviewer-1" }).await, Some(electronic));
    }
}

/// Paper arrives late: its draft has time until the second cutoff.
#[tokio::test]
async fn a_paper_draft_lapses_at_the_presentation_cutoff() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let paper = from_paper(&store, "cis", 1).await.name;
        let electronic = store.file(2).await.name;
        let due = async |now: &str| store.read_ok(Due { now: at(now) }).await;
        // At the second cutoff the electronic draft has long been due; the
        // paper draft is still in time.
        assert_eq!(due("2019-06-04T12:00:00Z").await, std::slice::from_ref(&electronic));
        let mut all = due("2019-06-04T12:00:00.000001Z").await;
        all.sort();
        assert_eq!(all, [paper, electronic]);
    }
}

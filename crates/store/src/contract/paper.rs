//! What came on paper: who sees it, who gets it from the queue, and when it is overtaken.

use domain::application::{Application, PaperFiling, Place, State, Stored};
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
    FileFromPaper { name: ApplicationName, paper: PaperFiling } -> Application, |this, tx| {
        let by = registrar(Action::CreateApplication);
        file_draft(tx, &by, this.name.clone(), &filing(1), Some(this.paper.clone())).await?
    }
}
command! {
    Write { changed: Application, before: Stored } -> (), |this, tx| {
        tx.update_application(&registrar(Action::UpdateApplication), &this.changed, this.before, now()).await?
    }
}
command! {
    Screened { name: ApplicationName } -> (), |this, tx| {
        let screening = Screening { revision: 1, version: 1, ..Screening::default() };
        tx.put_screening(&reviewer(Action::ClaimApplication), &this.name, 0, &screening).await?
    }
}
command! {
    Seen { by: Permit, names: Vec<ApplicationName> } -> Vec<bool>, |this, tx| {
        let found = tx.applications(&this.by, &code(), &this.names).await?;
        found.iter().map(Result::is_ok).collect()
    }
}
command! {
    Listed { by: Permit, paper: Option<bool> } -> Vec<ApplicationName>, |this, tx| {
        let filter = ApplicationFilter { paper: this.paper, ..ApplicationFilter::default() };
        let found = tx.list_applications(&this.by, &code(), &filter, &Page { after: None, size: 100 }).await?;
        found.into_iter().map(|record| record.application.name).collect()
    }
}
command! {
    NextFor { reviewer: &'static str } -> Option<ApplicationName>, |this, tx| {
        let next = tx.next_in_queue(&code(), &person(this.reviewer).person, &QueueFilter::default()).await?;
        next.map(|application| application.name)
    }
}
command! {
    Due { now: Timestamp } -> Vec<ApplicationName>, |this, tx| {
        let due = tx.due_applications(this.now, 100).await?;
        due.into_iter().map(|application| application.name).collect()
    }
}

/// A note whose number is another reviewer's id, in quotes and without.
fn paper() -> PaperFiling {
    PaperFiling {
        note_number: "reviewer-2 \"person\":\"reviewer-3\"".to_owned(),
        receive_time: at("2019-05-09T09:00:00.123456789Z"),
        registered_by: person("reviewer-1"),
        also_by: vec![person("reviewer.4")],
    }
}

async fn from_paper(store: &TestStore, organization: &str, number: u32) -> Application {
    let name = application(ELECTION, organization, number);
    store.run_ok(FileFromPaper { name, paper: paper() }).await
}

async fn present(store: &TestStore, before: Application, position: u32) -> ApplicationName {
    let place = Place { presentation: 1, position };
    let (name, stored, version) = (before.name.clone(), before.stored(), before.version);
    let first_submit_time = Some(now());
    let changed = Application { state: State::Presented(place), version: version + 1, first_submit_time, ..before };
    store.run_ok(Write { changed, before: stored }).await;
    store.run_ok(Screened { name: name.clone() }).await;
    name
}

#[tokio::test]
async fn a_registrar_sees_what_came_on_paper_and_nothing_else() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let draft = from_paper(&store, "cis", 1).await.name;
        let other = from_paper(&store, "osce-odihr", 2).await;
        let other = present(&store, other, 1).await;
        let electronic = store.file(3).await.name;
        let presented = store.file(4).await;
        let presented = present(&store, presented, 2).await;
        let names = vec![draft.clone(), other.clone(), electronic.clone(), presented.clone()];
        let check = async |by: Permit, paper: Option<bool>, expected: [bool; 4]| {
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

#[tokio::test]
async fn the_queue_gives_nobody_what_they_entered_themselves() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let own = from_paper(&store, "cis", 1).await;
        let own = present(&store, own, 1).await;
        for reviewer in ["reviewer-1", "reviewer.4"] {
            assert_eq!(store.run_ok(NextFor { reviewer }).await, None, "{reviewer}");
        }
        for reviewer in ["reviewer-2", "reviewer-3", "reviewer-4", "reviewer"] {
            assert_eq!(store.run_ok(NextFor { reviewer }).await.as_ref(), Some(&own), "{reviewer}");
        }
        let electronic = store.file(2).await;
        let electronic = present(&store, electronic, 2).await;
        assert_eq!(store.run_ok(NextFor { reviewer: "reviewer-1" }).await, Some(electronic));
    }
}

#[tokio::test]
async fn a_draft_from_paper_is_overtaken_by_the_second_cutoff() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let paper = from_paper(&store, "cis", 1).await.name;
        let electronic = store.file(2).await.name;
        let due = async |now: &str| store.read_ok(Due { now: at(now) }).await;
        assert_eq!(due("2019-06-04T12:00:00Z").await, std::slice::from_ref(&electronic));
        let mut all = due("2019-06-04T12:00:00.000001Z").await;
        all.sort();
        assert_eq!(all, [paper, electronic]);
    }
}

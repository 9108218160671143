//! Tallies: a report gives the same figures with any tally and without one.

use crate::Tally;
use domain::application::Application;
use domain::policy::{Action, Permit};
use domain::report::{Counted, ReportGroup, rows};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::ElectionCode;
use jiff::Timestamp;

use super::{Count, Erase, InAll, NOW, Upload, all_figures, minute, moments, reader, run_histories};
use crate::contract::fixtures::code;
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::delegation;

command! {
    /// Reads the elections whose tally should be made again.
    ToTally { as_of: Timestamp } -> Vec<ElectionCode>, |this, tx| tx.elections_to_tally(this.as_of).await?
}
command! {
    /// Makes a tally as of a moment.
    AddUp { as_of: Timestamp } -> Tally, |this, tx| tx.make_tally(&code(), this.as_of).await?
}
command! {
    /// Stores a tally.
    Put { tally: Tally } -> (), |this, tx| tx.put_tally(&Permit::for_the_service(), &code(), &this.tally).await?
}
command! {
    /// Moves an application to another category.
    Recategorize { of: Application, category: Category, time: Timestamp } -> (), |this, tx| {
        let before = this.of.stored();
        let changed = Application { category: this.category, version: before.version + 1, ..this.of.clone() };
        tx.update_application(&Permit::for_the_service(), &changed, before, this.time).await?
    }
}

/// Makes and stores a tally as of a moment.
async fn add_up(store: &TestStore, as_of: Timestamp) {
    let tally = store.read_ok(AddUp { as_of }).await;
    store.run_ok(Put { tally }).await;
}

/// A tally only saves time. Made as of any moment, it must not change a single
/// figure.
#[tokio::test]
async fn figures_are_the_same_with_any_tally() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let applications = run_histories(&store).await;
        let erased = Erase { of: applications[3].clone() };
        store.run_ok(erased).await;
        let counted = all_figures(&store).await;
        let own = store.read_ok(InAll { by: delegation("cis", Action::GetTotals) }).await;
        // A tally of any moment, also one in the middle of the histories.
        for as_of in moments().into_iter().rev().step_by(3) {
            add_up(&store, as_of).await;
            assert_eq!(all_figures(&store).await, counted, "added up as of {as_of}");
            assert_eq!(
                store.read_ok(InAll { by: delegation("cis", Action::GetTotals) }).await,
                own,
                "its own, as of {as_of}"
            );
        }
    }
}

/// Each kind of change after the tally must reach the reports: a move to
/// another category, and new documents, also by a server whose clock is ahead.
#[tokio::test]
async fn changes_after_a_tally_still_count() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let applications = run_histories(&store).await;
        let before = all_figures(&store).await;
        assert_eq!(store.read_ok(ToTally { as_of: minute(60) }).await, [code()]);
        add_up(&store, minute(60)).await;
        assert_eq!(store.read_ok(ToTally { as_of: minute(61) }).await, [code()], "a clock may have been behind");
        add_up(&store, minute(2000)).await;
        assert_eq!(store.read_ok(ToTally { as_of: minute(2001) }).await, [], "nothing has changed for a day");
        assert_eq!(all_figures(&store).await, before);

        // A move to another category also changes figures from before the
        // tally.
        let to = Category::Interpreter;
        store.run_ok(Recategorize { of: applications[1].clone(), category: to, time: minute(2001) }).await;
        assert_eq!(all_figures(&store).await, before, "by organization it is the same");
        // How many are accredited in the new category.
        let in_it = |counted: Vec<Counted>| {
            let by_category = rows(&counted, &[ReportGroup::Category]);
            by_category.into_iter().find(|(group, _)| group.category == Some(to)).map(|(_, row)| row.accredited)
        };
        for time in [minute(59), minute(2500)] {
            assert_eq!(in_it(store.read_ok(Count { by: reader(), time }).await), Some(1), "as of {time}");
        }
        assert_eq!(store.read_ok(ToTally { as_of: minute(2002) }).await, [code()]);
        add_up(&store, minute(2002)).await;
        assert_eq!(in_it(store.read_ok(Count { by: reader(), time: minute(2500) }).await), Some(1));

        // One document is added after the tally.
        let documents = async || store.read_ok(InAll { by: reader() }).await.documents;
        let kept = documents().await;
        store.run_ok(Upload { of: applications[0].clone(), id: 9, time: minute(2003) }).await;
        assert_eq!(documents().await, kept + 1);

        // A server whose clock was ahead made this change.
        add_up(&store, minute(2 * NOW)).await;
        store.run_ok(Upload { of: applications[0].clone(), id: 10, time: minute(2004) }).await;
        assert_eq!(documents().await, kept + 2);
        assert_eq!(store.read_ok(ToTally { as_of: minute(2005) }).await, [code()]);
    }
}

//! Figures that were added up before: nothing is counted otherwise for it, whatever happens after.

use crate::Tally;
use domain::application::Application;
use domain::application::content::Category;
use domain::policy::{Action, Permit};
use domain::report::{Counted, ReportGroup, rows};
use domain::vocabulary::id::ElectionCode;
use jiff::Timestamp;

use super::{Count, Erase, InAll, NOW, Upload, everything, live, minute, moments, reader};
use crate::contract::fixtures::code;
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::delegation;

command! {
    ToTally { as_of: Timestamp } -> Vec<ElectionCode>, |this, tx| tx.elections_to_tally(this.as_of).await?
}
command! {
    AddUp { as_of: Timestamp } -> Tally, |this, tx| tx.make_tally(&code(), this.as_of).await?
}
command! {
    Put { tally: Tally } -> (), |this, tx| tx.put_tally(&Permit::for_the_service(), &code(), &this.tally).await?
}
command! {
    /// Puts an application into another category.
    Recategorize { of: Application, category: Category, time: Timestamp } -> (), |this, tx| {
        let before = this.of.stored();
        let changed = Application { category: this.category, version: before.version + 1, ..this.of.clone() };
        tx.update_application(&Permit::for_the_service(), &changed, before, this.time).await?
    }
}

async fn add_up(store: &TestStore, as_of: Timestamp) {
    let tally = store.read_ok(AddUp { as_of }).await;
    store.run_ok(Put { tally }).await;
}

#[tokio::test]
async fn whatever_was_added_up_and_whenever_the_figures_are_the_same() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let applications = live(&store).await;
        let erased = Erase { of: applications[3].clone() };
        store.run_ok(erased).await;
        let counted = everything(&store).await;
        let own = store.read_ok(InAll { by: delegation("cis", Action::GetTotals) }).await;
        for as_of in moments().into_iter().rev().step_by(3) {
            add_up(&store, as_of).await;
            assert_eq!(everything(&store).await, counted, "added up as of {as_of}");
            assert_eq!(
                store.read_ok(InAll { by: delegation("cis", Action::GetTotals) }).await,
                own,
                "its own, as of {as_of}"
            );
        }
    }
}

#[tokio::test]
async fn after_everything_was_added_up_each_change_still_counts() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let applications = live(&store).await;
        let before = everything(&store).await;
        assert_eq!(store.read_ok(ToTally { as_of: minute(60) }).await, [code()]);
        add_up(&store, minute(60)).await;
        assert_eq!(store.read_ok(ToTally { as_of: minute(61) }).await, [code()], "a clock may have been behind");
        add_up(&store, minute(2000)).await;
        assert_eq!(store.read_ok(ToTally { as_of: minute(2001) }).await, [], "nothing has changed for a day");
        assert_eq!(everything(&store).await, before);

        // Into another category, at every moment: also what was added up before.
        let to = Category::Interpreter;
        store.run_ok(Recategorize { of: applications[1].clone(), category: to, time: minute(2001) }).await;
        assert_eq!(everything(&store).await, before, "by organization it is the same");
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

        // A document more, and all of another application less.
        let documents = async || store.read_ok(InAll { by: reader() }).await.documents;
        let kept = documents().await;
        store.run_ok(Upload { of: applications[0].clone(), id: 9, time: minute(2003) }).await;
        assert_eq!(documents().await, kept + 1);

        // By a clock that was ahead.
        add_up(&store, minute(2 * NOW)).await;
        store.run_ok(Upload { of: applications[0].clone(), id: 10, time: minute(2004) }).await;
        assert_eq!(documents().await, kept + 2);
        assert_eq!(store.read_ok(ToTally { as_of: minute(2005) }).await, [code()]);
    }
}

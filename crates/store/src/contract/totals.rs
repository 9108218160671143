//! Totals: figures of an election by organization.

use domain::policy::{Action, Permit};
use domain::report::totals::OrganizationTotals;
use domain::vocabulary::state::StateKind;

use crate::contract::fixtures::{code, now};
use crate::contract::harness::stores;
use crate::contract::permits::{delegation, ministry};
use crate::contract::shared_commands::MoveToState;

command! {
    /// Reads the totals.
    Totals { by: Permit } -> Vec<OrganizationTotals>, |this, tx| tx.totals(&this.by, &code(), now()).await?.organizations
}

/// The figures of an organization: submitted, returned, refused, withdrawn,
/// lapsed, accredited.
fn figures(totals: &OrganizationTotals) -> (&str, [i64; 6]) {
    let OrganizationTotals { organization, submitted, returned, refused, withdrawn, lapsed, accredited, .. } = totals;
    (organization.as_str(), [*submitted, *returned, *refused, *withdrawn, *lapsed, *accredited])
}

/// The ministry wants to see that an invited organization has sent nobody yet.
#[tokio::test]
async fn totals_count_every_mission_also_one_without_applications() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        for (number, to) in (1..).zip(StateKind::ALL) {
            store.file_and_move(number, to).await;
        }
        let name = store.file_for("osce-odihr", 20).await.name;
        store.run_ok(MoveToState { name, to: StateKind::Accredited, position: 20 }).await;
        let totals = store.read_ok(Totals { by: ministry(Action::GetTotals) }).await;
        // Of the eleven states only a draft, and one that lapsed as a draft,
        // were never submitted.
        let expected = [("cis", [9, 2, 1, 1, 1, 1]), ("osce-odihr", [1, 0, 0, 0, 0, 1]), ("state-deu", [0; 6])];
        assert_eq!(totals.iter().map(figures).collect::<Vec<_>>(), expected);
        let states: Vec<_> = totals.iter().map(|totals| totals.state.as_deref()).collect();
        assert_eq!(states, [None, None, Some("DEU")]);
        let own = store.read_ok(Totals { by: delegation("osce-odihr", Action::GetTotals) }).await;
        assert_eq!(own, totals[1..2]);
    }
}

//! Which rows an act changes, and so which digests its event has.
//!
//! An event that omits a row would make `accreditd verify` report the row as
//! changed without an event. One that lists too many rows does no harm. So a
//! change of a list names the whole list.

use std::collections::BTreeSet;

use domain::outcome::{EventDraft, RowChange};
use domain::vocabulary::name::ApplicationName;
use uuid::Uuid;

use super::table::{self, Table};
use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::Tx;

/// Rows of a table that share a key: a single row, or the items of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AffectedRows {
    /// The table of the rows.
    pub(crate) table: &'static Table,
    /// The values of the key columns, as text.
    pub(crate) key: Vec<String>,
}

/// The rows of `table` with this key.
fn affected<const N: usize>(table: &'static Table, key: [&dyn ToString; N]) -> AffectedRows {
    AffectedRows { table, key: key.map(ToString::to_string).to_vec() }
}

/// An id in the form that keys have in the log: hexadecimal without hyphens.
fn id(id: Uuid) -> String {
    id.simple().to_string()
}

impl Tx<'_> {
    /// The rows that an event draft changes. It must be called before they are
    /// written: the note of an event that is erased cannot be found afterwards.
    pub(crate) async fn affected_rows(&mut self, by: &EventDraft) -> Result<BTreeSet<AffectedRows>, StoreError> {
        let mut affected_rows = BTreeSet::new();
        for row in by.rows() {
            // Erasure reaches rows that the change itself does not name.
            if let RowChange::ErasedApplication { after, .. } = row {
                affected_rows.extend(self.rows_to_erase(&after.name).await?);
            }
            affected_rows.extend(rows_of_change(row));
        }
        Ok(affected_rows)
    }

    /// The rows that are erased together with an application, apart from its
    /// own row.
    async fn rows_to_erase(&mut self, name: &ApplicationName) -> Result<Vec<AffectedRows>, StoreError> {
        // The free texts of an application's events are found by the subject of
        // the event: the application itself, or anything below it.
        let sql = "-- rows to erase
            SELECT 'revision' AS place, number AS at, application AS id FROM revision
                WHERE election = $1 AND application = $2
            UNION ALL SELECT 'document', 0, id FROM document WHERE election = $1 AND application = $2
            UNION ALL SELECT 'screening', 0, application FROM screening WHERE election = $1 AND application = $2
            UNION ALL SELECT 'amendment', number, application FROM amendment WHERE election = $1 AND application = $2
            UNION ALL SELECT 'amendment_screening', amendment, application FROM amendment_screening
                WHERE election = $1 AND application = $2
            UNION ALL SELECT 'appeal', 0, id FROM appeal WHERE election = $1 AND application = $2
            UNION ALL SELECT 'proposal', p.number, a.application FROM accreditation a
                JOIN proposal p ON p.election = a.election AND p.accreditation = a.number
                WHERE a.election = $1 AND a.application = $2
            UNION ALL SELECT 'event_note', 0, n.event FROM event e JOIN event_note n ON n.event = e.id
                WHERE e.subject = $3 OR (e.subject > $3 || '/' AND e.subject < $3 || '0')";
        let election = name.election.as_str();
        let rows = self.session.fetch_all(sql, params![election, name.id.0, text(name)]).await?;
        let mut affected_rows = Vec::new();
        for row in &rows {
            let (at, here) = (row.int("at")?, id(row.uuid("id")?));
            affected_rows.push(match row.text("place")?.as_str() {
                "revision" => affected(&table::REVISION, [&election, &here, &at]),
                "document" => affected(&table::DOCUMENT, [&election, &here]),
                "screening" => affected(&table::SCREENING, [&election, &here]),
                "amendment" => affected(&table::AMENDMENT, [&election, &here, &at]),
                "amendment_screening" => affected(&table::AMENDMENT_SCREENING, [&election, &here, &at]),
                "appeal" => affected(&table::APPEAL, [&election, &here]),
                "proposal" => affected(&table::PROPOSAL, [&election, &at]),
                _ => affected(&table::EVENT_NOTE, [&here]),
            });
        }
        // A query of its own, because the key has one more column than those
        // above.
        let sql = "-- changes to erase
            SELECT c.accreditation, c.sequence FROM accreditation a
            JOIN accreditation_change c ON c.election = a.election AND c.accreditation = a.number
            WHERE a.election = $1 AND a.application = $2";
        let rows = self.session.fetch_all(sql, params![election, name.id.0]).await?;
        let change = |row: &Row| -> Result<AffectedRows, StoreError> {
            let (accreditation, sequence) = (row.int("accreditation")?, row.int("sequence")?);
            Ok(affected(&table::ACCREDITATION_CHANGE, [&election, &accreditation, &sequence]))
        };
        for row in &rows {
            affected_rows.push(change(row)?);
        }
        Ok(affected_rows)
    }
}

/// The rows that one change affects. Those that an erased application takes
/// along need a query; see [`Tx::affected_rows`].
fn rows_of_change(row: &RowChange) -> Vec<AffectedRows> {
    match row {
        RowChange::NewOrganization(new) => vec![affected(&table::ORGANIZATION, [&new.code])],
        RowChange::OrganizationSuspended(code) => vec![affected(&table::ORGANIZATION, [code])],
        RowChange::NewPerson(new) => vec![affected(&table::PERSON, [&new.id])],
        RowChange::NewPrincipal(new) => {
            vec![affected(&table::PRINCIPAL, [&new.name.organization, &new.name.principal])]
        }
        RowChange::PrincipalDisabled(name) => vec![affected(&table::PRINCIPAL, [&name.organization, &name.principal])],
        RowChange::NewRulePack(new) => vec![affected(&table::RULE_PACK, [&new.file.rules().id])],
        // A trigger adds the first schedule entry.
        RowChange::NewElection(new) => {
            vec![affected(&table::ELECTION, [&new.code]), affected(&table::ELECTION_SCHEDULE, [&new.code])]
        }
        RowChange::ElectionState(after)
        | RowChange::ResultsTime(after)
        | RowChange::RunOffTime(after)
        | RowChange::VotingDay { after, .. } => vec![affected(&table::ELECTION, [&after.code])],
        RowChange::NewScheduleEntry { election, .. } => vec![affected(&table::ELECTION_SCHEDULE, [election])],
        RowChange::LastAppeal { election, .. } => vec![affected(&table::ELECTION, [election])],
        RowChange::NewLegalHold(hold) | RowChange::LegalHold(hold) => {
            vec![affected(&table::LEGAL_HOLD, [&hold.name.election, &id(hold.name.id)])]
        }
        RowChange::WatchListInForce { election, .. } | RowChange::WatchListsErased(election) => {
            vec![affected(&table::WATCH_LIST, [election])]
        }
        RowChange::NewInvitation(after)
        | RowChange::InvitationAnswered { after, .. }
        | RowChange::InvitationQuotas { after, .. } => {
            vec![affected(&table::INVITATION, [&after.name.election, &after.name.organization])]
        }
        RowChange::NewMission(after)
        | RowChange::Mission { after, .. }
        | RowChange::MissionWithdrawn { after, .. }
        | RowChange::MissionErased { after, .. } => {
            vec![affected(&table::MISSION, [&after.name.election, &after.name.organization])]
        }
        // A trigger keeps a copy of each version.
        RowChange::DeploymentPlan(plan) => {
            let mission = &plan.name.mission;
            let (election, organization) = (&mission.election, &mission.organization);
            vec![
                affected(&table::DEPLOYMENT_PLAN, [election, organization]),
                affected(&table::DEPLOYMENT_PLAN_REVISION, [election, organization, &plan.version]),
            ]
        }
        RowChange::NewApplication(after)
        | RowChange::Application { after, .. }
        | RowChange::ErasedApplication { after, .. } => {
            vec![affected(&table::APPLICATION, [&after.name.election, &id(after.name.id.0)])]
        }
        RowChange::NewRevision { of: name, number, .. } => {
            vec![affected(&table::REVISION, [&name.election, &id(name.id.0), number])]
        }
        RowChange::Screening { of: name, .. } => vec![affected(&table::SCREENING, [&name.election, &id(name.id.0)])],
        RowChange::NewDocument { document, .. } => {
            vec![affected(&table::DOCUMENT, [&document.name.election, &id(document.name.id)])]
        }
        RowChange::NewPresentation(new) => {
            let (election, number) = (&new.name.election, &new.name.number);
            vec![
                affected(&table::PRESENTATION, [election, number]),
                affected(&table::PRESENTATION_ITEM, [election, number]),
            ]
        }
        RowChange::NewDecree(decree) => vec![affected(&table::DECREE, [&decree.name.election, &decree.name.number])],
        // The lists are written only if the change says so.
        RowChange::Decree { after, list, .. } => {
            let (election, number) = (&after.name.election, &after.name.number);
            let items = [
                affected(&table::DECREE_ITEM, [election, number]),
                affected(&table::DECREE_PROPOSAL, [election, number]),
            ];
            let items = items.into_iter().filter(|_| *list);
            [affected(&table::DECREE, [election, number])].into_iter().chain(items).collect()
        }
        RowChange::NewDecreeScan { scan, .. } => {
            vec![affected(&table::DECREE_SCAN, [&scan.decree.election, &scan.decree.number])]
        }
        RowChange::NewAccreditation(new) => {
            let issued = affected(&table::ACCREDITATION, [&new.name.election, &new.name.number]);
            let badge = new.badge.as_ref().map(|badge| affected(&table::BADGE, [&new.name.election, &badge.serial]));
            [issued].into_iter().chain(badge).collect()
        }
        // The accreditation's own row never changes; its changes and badges do.
        RowChange::Accreditation(after) => {
            let (election, number) = (&after.name.election, &after.name.number);
            let change = after.last_change.as_ref();
            let change = change.map(|last| affected(&table::ACCREDITATION_CHANGE, [election, number, &last.sequence]));
            let badge = after.badge.as_ref().map(|badge| affected(&table::BADGE, [election, &badge.serial]));
            change.into_iter().chain(badge).collect()
        }
        RowChange::Badge { of: after, old } => {
            let badges = after.badge.iter().chain(old);
            badges.map(|badge| affected(&table::BADGE, [&after.name.election, &badge.serial])).collect()
        }
        RowChange::Confirmation { of: after, called, .. } => {
            let (election, number) = (&after.name.election, &after.name.number);
            vec![affected(&table::ACCREDITATION_CONFIRMATION, [election, number, &called.as_microsecond()])]
        }
        RowChange::NewAmendment(after) | RowChange::Amendment(after) => {
            let name = &after.name;
            vec![affected(&table::AMENDMENT, [&name.election, &id(name.application.0), &name.number])]
        }
        RowChange::AmendmentScreening { of: name, .. } => {
            vec![affected(&table::AMENDMENT_SCREENING, [&name.election, &id(name.application.0), &name.number])]
        }
        RowChange::NewAppeal(after) | RowChange::Appeal(after) => {
            vec![affected(&table::APPEAL, [&after.name.election, &id(after.name.id)])]
        }
        RowChange::NewProposal(after) | RowChange::Proposal(after) => {
            vec![affected(&table::PROPOSAL, [&after.name.election, &after.name.number])]
        }
        // The queue of the checks holds no resources, so no event has its
        // digest.
        RowChange::ToCheck(_) | RowChange::ToCheckAgain { .. } => Vec::new(),
    }
}

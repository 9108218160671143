//! The row changes of acts. The store has one statement for each variant.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::amendment::Amendment;
use crate::appeal::Appeal;
use crate::application::content::SaltedFiling;
use crate::application::{Application, StoredVersion};
use crate::decree::{Decree, DecreeScan};
use crate::deployment::DeploymentPlan;
use crate::document::KeptDocument;
use crate::election::{Election, ScheduleEntry};
use crate::mission::{Invitation, Mission};
use crate::presentation::Presentation;
use crate::proposal::Proposal;
use crate::registry::organization::{Organization, Principal};
use crate::registry::person::Person;
use crate::retention::legal_hold::LegalHold;
use crate::rule_pack::ImportedRulePack;
use crate::screening::Screening;
use crate::vocabulary::id::{ElectionCode, OrganizationCode};
use crate::vocabulary::name::{AmendmentName, ApplicationName, PrincipalName};
use crate::vocabulary::personal::Personal;

/// A row as an act leaves it. The store writes it only if the database still holds what the row replaces; otherwise it
/// writes nothing of the whole outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// A new organization.
    NewOrganization(Organization),
    /// An organization that is suspended.
    OrganizationSuspended(OrganizationCode),
    /// A new person.
    NewPerson(Person),
    /// A new principal.
    NewPrincipal(Principal),
    /// A principal that is disabled.
    PrincipalDisabled(PrincipalName),
    /// A new rule pack.
    NewRulePack(Box<ImportedRulePack>),
    /// A new election.
    NewElection(Box<Election>),
    /// The state of an election.
    ElectionState(Box<Election>),
    /// The time at which an election's results were published.
    ResultsTime(Box<Election>),
    /// The time at which the last run-off of an election was called.
    RunOffTime(Box<Election>),
    /// The voting day of an election with its cutoffs.
    VotingDay {
        /// The election with the new voting day.
        after: Box<Election>,
        /// The voting day that is replaced.
        before: Date,
    },
    /// A new entry in the schedule of an election.
    NewScheduleEntry {
        /// The election.
        election: ElectionCode,
        /// The new entry.
        entry: ScheduleEntry,
    },
    /// When an appeal of an election was last decided. The retention counts from there.
    LastAppeal {
        /// The election.
        election: ElectionCode,
        /// When it was decided.
        time: Timestamp,
    },
    /// A new legal hold.
    NewLegalHold(LegalHold),
    /// A legal hold that is released; it must not be released yet.
    LegalHold(LegalHold),
    /// An uploaded watch list that replaces the one in force.
    WatchListInForce {
        /// The election.
        election: ElectionCode,
        /// The id of the new list.
        list: Uuid,
    },
    /// All watch lists of an election are removed.
    WatchListsErased(ElectionCode),
    /// A new invitation.
    NewInvitation(Invitation),
    /// An invitation with its answer; it must be pending.
    InvitationAnswered {
        /// The invitation with the answer.
        after: Invitation,
        /// The version that is replaced.
        before: i64,
    },
    /// The quotas of an invitation.
    InvitationQuotas {
        /// The invitation with the new quotas.
        after: Invitation,
        /// The version that is replaced.
        before: i64,
    },
    /// A new mission.
    NewMission(Mission),
    /// The data of a mission.
    Mission {
        /// The mission with the new data.
        after: Mission,
        /// The version that is replaced.
        before: i64,
    },
    /// A mission that is withdrawn; it must not be withdrawn yet.
    MissionWithdrawn {
        /// The mission with its withdrawal.
        after: Mission,
        /// The version that is replaced.
        before: i64,
    },
    /// A withdrawn mission without the reason of its withdrawal.
    MissionErased {
        /// The mission without the reason.
        after: Mission,
        /// The version that is replaced.
        before: i64,
    },
    /// A deployment plan. It replaces the version before its own.
    DeploymentPlan(DeploymentPlan),
    /// A new application.
    NewApplication(Box<Application>),
    /// The content of a new revision.
    NewRevision {
        /// The application.
        of: ApplicationName,
        /// The number of the revision.
        number: i32,
        /// The content with its salted digest.
        new_content: Box<SaltedFiling>,
    },
    /// An application after a transition.
    Application {
        /// The application after the transition.
        after: Box<Application>,
        /// The version and state that are replaced.
        before: StoredVersion,
    },
    /// An application that is erased, with all its revisions and documents.
    ErasedApplication {
        /// The application after the erasure.
        after: Box<Application>,
        /// The version and state that are replaced.
        before: StoredVersion,
    },
    /// The screening of an application.
    Screening {
        /// The application.
        of: ApplicationName,
        /// The version that is replaced; 0 if there was no screening yet.
        before: i64,
        /// The new result.
        after: Screening,
    },
    /// A new document, with the key that it is encrypted with.
    NewDocument {
        /// The document.
        document: KeptDocument,
        /// The key. Deleting it erases the document, also from backups of the file.
        key: Personal<Vec<u8>>,
    },
    /// A new presentation.
    NewPresentation(Presentation),
    /// A new draft decree.
    NewDecree(Decree),
    /// A decree that is changed or adopted; it must be a draft.
    Decree {
        /// The decree after the change.
        after: Decree,
        /// The version that is replaced.
        before: i64,
        /// Whether the list changes too. Otherwise the store does not write its items again.
        list: bool,
    },
    /// A new scan of a decree, with the key that it is encrypted with.
    NewDecreeScan {
        /// The scan.
        scan: DecreeScan,
        /// The key.
        key: Personal<Vec<u8>>,
    },
    /// A new accreditation with its badge.
    NewAccreditation(Accreditation),
    /// An accreditation with one more change. No other change may have the same sequence number.
    Accreditation(Accreditation),
    /// A new badge of an accreditation, which replaces the old one.
    Badge {
        /// The accreditation with the new badge.
        of: Accreditation,
        /// The old badge, which is void now; `None` if there was none.
        old: Option<Badge>,
    },
    /// The confirmation of an accreditation for a run-off.
    Confirmation {
        /// The accreditation.
        of: Accreditation,
        /// When that run-off was called.
        called: Timestamp,
        /// The principal that confirmed it.
        by: PrincipalName,
    },
    /// A new amendment. An application has at most one open amendment.
    NewAmendment(Amendment),
    /// An amendment that is closed; it must be open.
    Amendment(Amendment),
    /// The screening of an amendment.
    AmendmentScreening {
        /// The amendment.
        of: AmendmentName,
        /// The version that is replaced; 0 if there was no screening yet.
        before: i64,
        /// The new result.
        after: Screening,
    },
    /// A new appeal, the only one against its decision.
    NewAppeal(Appeal),
    /// An appeal that is decided; it must be open.
    Appeal(Appeal),
    /// A new proposal, the only open one about its accreditation.
    NewProposal(Proposal),
    /// A proposal that is closed; it must be open.
    Proposal(Proposal),
    /// A request to screen an application. It wakes the screening job and is no resource.
    ToCheck(ApplicationName),
    /// A request to screen all applications again, of one organization or of all.
    ToCheckAgain {
        /// The election.
        election: ElectionCode,
        /// The organization; `None` for all.
        organization: Option<OrganizationCode>,
    },
}

impl RowChange {
    /// An application that may have been changed together with the main event; `None` if it was not.
    pub(crate) fn if_changed(after: Application, before: StoredVersion) -> Option<Self> {
        (after.version != before.version).then(|| Self::Application { after: Box::new(after), before })
    }
}

//! The rows of resources that acts change.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::amendment::Amendment;
use crate::appeal::Appeal;
use crate::application::content::Salted;
use crate::application::{Application, Stored};
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
use crate::screening::Screening;
use crate::vocabulary::id::{ElectionCode, OrganizationCode};
use crate::vocabulary::name::{AmendmentName, ApplicationName, PrincipalName};
use crate::vocabulary::personal::Personal;

/// A row as an act leaves it, and what it takes the place of: if that is no longer there, nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// An organization that is registered.
    NewOrganization(Organization),
    /// An organization that is shut out.
    OrganizationSuspended(OrganizationCode),
    /// A person who is registered.
    NewPerson(Person),
    /// A principal that is registered.
    NewPrincipal(Principal),
    /// A principal that is shut out.
    PrincipalDisabled(PrincipalName),
    /// An election that is registered.
    NewElection(Box<Election>),
    /// Where an election stands.
    ElectionState(Box<Election>),
    /// When the results of an election were published.
    ResultsTime(Box<Election>),
    /// When the last run-off of an election was called.
    RunOffTime(Box<Election>),
    /// The voting day of an election, and its cutoffs.
    VotingDay {
        /// The election as it is left.
        after: Box<Election>,
        /// The voting day that this one takes the place of.
        before: Date,
    },
    /// One more entry of an election's schedule.
    NewScheduleEntry {
        /// The election.
        election: ElectionCode,
        /// The entry.
        entry: ScheduleEntry,
    },
    /// When an appeal of an election was decided last: its retention counts from there.
    LastAppeal {
        /// The election.
        election: ElectionCode,
        /// When.
        time: Timestamp,
    },
    /// A hold that is set.
    NewLegalHold(LegalHold),
    /// A hold that is released; it must hold.
    LegalHold(LegalHold),
    /// A watch list that was uploaded and is in force, in the place of the one that was.
    WatchListInForce {
        /// The election.
        election: ElectionCode,
        /// The list.
        list: Uuid,
    },
    /// The watch lists of an election, which are removed.
    WatchListsErased(ElectionCode),
    /// An invitation that is sent.
    NewInvitation(Invitation),
    /// An invitation that is answered; it must be pending.
    InvitationAnswered {
        /// As it is left.
        after: Invitation,
        /// The version that this one takes the place of.
        before: i64,
    },
    /// The numbers of people that an invitation expects.
    InvitationQuotas {
        /// As it is left.
        after: Invitation,
        /// The version that this one takes the place of.
        before: i64,
    },
    /// A mission that is announced.
    NewMission(Mission),
    /// What is said of a mission.
    Mission {
        /// As it is left.
        after: Mission,
        /// The version that this one takes the place of.
        before: i64,
    },
    /// A mission that withdraws; it must not have.
    MissionWithdrawn {
        /// As it is left.
        after: Mission,
        /// The version that this one takes the place of.
        before: i64,
    },
    /// A mission that withdrew, and no longer says why.
    MissionErased {
        /// As it is left.
        after: Mission,
        /// The version that this one takes the place of.
        before: i64,
    },
    /// A deployment plan; the version before its own is the one whose place it takes.
    DeploymentPlan(DeploymentPlan),
    /// An application that is filed.
    NewApplication(Box<Application>),
    /// What an application says in a revision that is new.
    NewRevision {
        /// The application.
        of: ApplicationName,
        /// The number of the revision.
        number: i32,
        /// What it says.
        said: Box<Salted>,
    },
    /// An application that moved.
    Application {
        /// As it is left.
        after: Box<Application>,
        /// What this takes the place of.
        before: Stored,
    },
    /// An application, all that it said, and its documents, which are erased.
    ErasedApplication {
        /// As it is left.
        after: Box<Application>,
        /// What this takes the place of.
        before: Stored,
    },
    /// What the checks found about an application.
    Screening {
        /// The application.
        of: ApplicationName,
        /// The version that this takes the place of; 0 if there was none.
        before: i64,
        /// As it is left.
        after: Screening,
    },
    /// A document that was uploaded, and the key that it is sealed with.
    NewDocument {
        /// The document.
        document: KeptDocument,
        /// The key.
        key: Personal<Vec<u8>>,
    },
    /// A presentation that is made.
    NewPresentation(Presentation),
    /// A decree that is drafted.
    NewDecree(Decree),
    /// A draft that is changed or adopted.
    Decree {
        /// As it is left.
        after: Decree,
        /// The version that this one takes the place of.
        before: i64,
        /// Whether its list is another one.
        list: bool,
    },
    /// A scan of a decree, and the key that it is sealed with.
    NewDecreeScan {
        /// The scan.
        scan: DecreeScan,
        /// The key.
        key: Personal<Vec<u8>>,
    },
    /// An accreditation that is issued, with its badge.
    NewAccreditation(Accreditation),
    /// An accreditation with one more change; the place of that one among its changes must be free.
    Accreditation(Accreditation),
    /// The badge of an accreditation, in the place of the old one, which is void.
    Badge {
        /// The accreditation with its new badge.
        of: Accreditation,
        /// The old badge, if it had one.
        old: Option<Badge>,
    },
    /// That an accreditation was confirmed for a run-off.
    Confirmation {
        /// The accreditation.
        of: Accreditation,
        /// When the run-off was called.
        called: Timestamp,
        /// Who confirmed it.
        by: PrincipalName,
    },
    /// An amendment that is asked for, the only open one of its application.
    NewAmendment(Amendment),
    /// An amendment that is closed; it must be open.
    Amendment(Amendment),
    /// What the checks found in an amendment.
    AmendmentScreening {
        /// The amendment.
        of: AmendmentName,
        /// The version that this takes the place of; 0 if there was none.
        before: i64,
        /// As it is left.
        after: Screening,
    },
    /// An appeal that is filed, the only one against its decision.
    NewAppeal(Appeal),
    /// An appeal that is decided; it must be open.
    Appeal(Appeal),
    /// A proposal that is made, the only open one of its accreditation.
    NewProposal(Proposal),
    /// A proposal that is closed; it must be open.
    Proposal(Proposal),
    /// An application that is to be checked again; a note for the checks and no resource.
    ToCheck(ApplicationName),
    /// Everyone who is to be checked again, of one organization or of all.
    ToCheckAgain {
        /// The election.
        election: ElectionCode,
        /// The organization.
        organization: Option<OrganizationCode>,
    },
}

impl RowChange {
    /// An application that may have changed without a step of its own; nothing if it has not.
    pub(crate) fn if_changed(after: Application, before: Stored) -> Option<Self> {
        (after.version != before.version).then(|| Self::Application { after: Box::new(after), before })
    }
}

//! What happened, as a type for each kind of event: states, numbers and digests, never what an application says.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::accreditation::{Accreditation, AccreditationState};
use crate::amendment::{AmendmentKind, AmendmentState};
use crate::appeal::AppealOutcome;
use crate::application::{Place, StateKind};
use crate::content::DocumentKind;
use crate::cutoff::Cutoffs;
use crate::decree::Selection;
use crate::id::TrustDomain;
use crate::name::{AccreditationName, ApplicationName, ElectionName};
use crate::organization::Role;
use crate::proposal::ProposalKind;
use crate::screening::FindingCode;

mod facts;
mod step;

pub use facts::Facts;
pub use step::{ApplicationMoved, Step};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// The service was set up, and this was entered with it.
    Founded,
    /// An organization was registered.
    OrganizationRegistered {
        /// The trust domain of its certificates.
        trust_domain: TrustDomain,
    },
    /// An organization was shut out.
    OrganizationSuspended,
    /// A principal was registered.
    PrincipalRegistered {
        /// What it may do.
        roles: Vec<Role>,
    },
    /// A principal was shut out.
    PrincipalDisabled,
    /// An election was registered.
    ElectionRegistered {
        /// When the first round is.
        voting_day: Date,
        /// The rules.
        rule_pack: String,
        /// Until when it takes submissions and presentations.
        cutoffs: Cutoffs,
    },
    /// An election takes submissions.
    ElectionOpened,
    /// Voting is on another day.
    VotingDayMoved(VotingDayMoved),
    /// The results were published.
    ResultsPublished {
        /// When.
        results_time: Timestamp,
    },
    /// Something is kept beyond its retention.
    LegalHoldSet {
        /// The application; the whole election if there is none.
        held: Held,
    },
    /// It is not any more.
    LegalHoldReleased,
    /// Another watch list is in force.
    WatchListReplaced {
        /// How many entries it has.
        entries: usize,
    },
    /// The watch lists of an election were erased.
    WatchListErased {
        /// How many entries there were last.
        entries: u64,
    },
    /// An organization was invited.
    InvitationSent,
    /// An invitation was answered.
    InvitationAnswered {
        /// Whether it was accepted.
        accepted: bool,
        /// Whether the answer came on paper.
        on_paper: bool,
    },
    /// An invitation expects other numbers of people.
    InvitationChanged {
        /// How many in all.
        expected: i64,
    },
    /// A mission was announced.
    MissionAnnounced {
        /// The kind of mission.
        format: String,
        /// Whether that came on paper.
        on_paper: bool,
    },
    /// What was announced of a mission was changed.
    MissionUpdated {
        /// The kind of mission.
        format: String,
        /// Its first day.
        start_date: Date,
        /// Its last day.
        end_date: Date,
        /// Whether that came on paper.
        on_paper: bool,
    },
    /// A mission withdrew.
    MissionWithdrawn {
        /// The number of the note verbale.
        note_number: String,
        /// How many applications were withdrawn with it.
        withdrawn: u32,
        /// How many accreditations ended with it.
        ended: u32,
    },
    /// A mission that had withdrawn was withdrawn again, which changes nothing.
    MissionWithdrawnBefore,
    /// A mission confirmed some of its accreditations.
    AccreditationsConfirmed {
        /// How many.
        confirmed: usize,
        /// The number of the note verbale, if there is one.
        note_number: String,
    },
    /// A mission has another deployment plan.
    DeploymentPlanned {
        /// How many teams it has.
        teams: usize,
    },
    /// An application was filed.
    ApplicationFiled {
        /// Where it stands.
        to: StateKind,
        /// The revision of what it says.
        revision: i32,
        /// The salted digest of what it says.
        content_digest: [u8; 32],
        /// Whether it came on paper.
        on_paper: bool,
    },
    /// An application moved.
    ApplicationMoved(ApplicationMoved),
    /// The checks found something else about an application or an amendment.
    Screened {
        /// The revision that they looked at.
        revision: i32,
        /// What they found, each once.
        findings: Vec<FindingCode>,
        /// Where the application stands, and its place in the queue; none if it was an amendment.
        application: Option<(StateKind, Option<Place>)>,
    },
    /// What an application said was erased.
    ApplicationErased {
        /// Where it stands.
        state: StateKind,
        /// How many documents were erased with it.
        documents: u64,
        /// Its place in the queue.
        place: Option<Place>,
    },
    /// A document was uploaded.
    DocumentUploaded {
        /// What it is.
        kind: DocumentKind,
        /// Its length.
        size_bytes: i64,
    },
    /// Somebody read a document.
    DocumentRead {
        /// What it is.
        kind: DocumentKind,
    },
    /// Somebody was given all that is kept of a person.
    SubjectExported {
        /// Of how many applications.
        applications: usize,
    },
    /// The ministry presented applications.
    PresentationMade {
        /// How many.
        applications: usize,
    },
    /// A decree was drafted.
    DecreeDrafted,
    /// What a draft says of itself was corrected.
    DecreeCorrected {
        /// The names of the fields.
        fields: Vec<&'static str>,
    },
    /// The list of a draft is another one.
    DecreeListed {
        /// How many applications it has now.
        applications: usize,
        /// How many proposals.
        proposals: usize,
        /// What came of the filter, if one picked whom to list.
        selection: Option<Selection>,
    },
    /// A decree was adopted.
    DecreeAdopted(DecreeAdopted),
    /// A decree has a scan, or another one.
    DecreeScanned {
        /// SHA-256 of its bytes.
        sha256: [u8; 32],
        /// Their length.
        size_bytes: i64,
        /// That of the scan whose place it takes.
        replaced_sha256: Option<[u8; 32]>,
    },
    /// An accreditation ended, or is in force again.
    AccreditationChanged(AccreditationChanged),
    /// An accreditation was confirmed for a run-off.
    AccreditationConfirmed {
        /// The application that it answers.
        application: ApplicationName,
        /// The number of the note verbale, if there is one.
        note_number: String,
    },
    /// An amendment was asked for, or closed.
    AmendmentMoved {
        /// The accreditation that it amends.
        accreditation: AccreditationName,
        /// What it changes.
        kind: AmendmentKind,
        /// Where it stands.
        state: AmendmentState,
        /// The revision that it makes.
        revision: i32,
        /// The salted digest of that revision.
        content_digest: [u8; 32],
        /// Whether the application came on paper.
        on_paper: bool,
    },
    /// An appeal was filed.
    AppealFiled {
        /// The application.
        application: ApplicationName,
        /// The decree that decided.
        decree: u32,
    },
    /// An appeal was decided.
    AppealDecided {
        /// The application.
        application: ApplicationName,
        /// The decree that decided.
        decree: u32,
        /// Which way.
        outcome: AppealOutcome,
    },
    /// It was proposed that an accreditation change.
    ProposalMade {
        /// The accreditation.
        accreditation: AccreditationName,
        /// What is to become of it.
        kind: ProposalKind,
        /// The ground, if it has one.
        ground: String,
    },
    /// A proposal was given up, or sent back.
    ProposalWithdrawn {
        /// The accreditation.
        accreditation: AccreditationName,
        /// What was to become of it.
        kind: ProposalKind,
    },
}

/// What a legal hold keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Everything of an election.
    Election(ElectionName),
    /// One application.
    Application(ApplicationName),
}

/// Another voting day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotingDayMoved {
    /// The day.
    pub voting_day: Date,
    /// The day that it follows.
    pub from: Date,
    /// Whether it is a run-off's; otherwise the election was postponed.
    pub run_off: bool,
    /// Until when the election takes submissions and presentations.
    pub cutoffs: Cutoffs,
    /// The act that decides it.
    pub act: String,
    /// Whether this tells it to an organization that was invited.
    pub invited: bool,
}

/// What a decree decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeAdopted {
    /// How many it accredited.
    pub accredited: u32,
    /// How many it refused.
    pub refused: u32,
    /// How many accreditations it revoked, annulled and reinstated, if it carried out proposals.
    pub changed: Option<[u32; 3]>,
}

/// The end of an accreditation, or that it is in force again; never why in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccreditationChanged {
    /// From where.
    pub from: AccreditationState,
    /// To where.
    pub to: AccreditationState,
    /// The application that the accreditation answers.
    pub application: ApplicationName,
    /// The note that says so, if one does.
    pub note_number: String,
    /// The serial of the badge that became void.
    pub void_badge: Option<u32>,
    /// What made it change.
    pub cause: Cause,
}

/// What made an accreditation change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A withdrawal, or the end of the observation: the action says which.
    Withdrawal,
    /// Somebody else is accredited in its place.
    Replacement {
        /// The application of whoever is.
        by: ApplicationName,
    },
    /// A decree carried out a proposal.
    Proposal {
        /// The decree.
        decree: u32,
        /// What was proposed.
        kind: ProposalKind,
        /// The ground, if it has one.
        ground: String,
    },
}

impl AccreditationChanged {
    /// A change from a state to what an accreditation is now.
    pub fn of(from: AccreditationState, after: &Accreditation, cause: Cause) -> Self {
        let void = after.badge.as_ref().filter(|badge| badge.void.is_some());
        Self {
            from,
            to: after.state(),
            application: after.application.clone(),
            note_number: after.last_change.as_ref().map(|last| last.note_number.clone()).unwrap_or_default(),
            void_badge: void.map(|badge| badge.serial),
            cause,
        }
    }
}

//! What happened, as a type for each kind of event: states, numbers and digests, never what an application says.
//!
//! Each kind has a word, and each of its fields a name under which it is recorded: all of them are here.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::amendment::{AmendmentKind, AmendmentState};
use crate::appeal::AppealOutcome;
use crate::decree::Selection;
use crate::election::cutoff::Cutoffs;
use crate::mission::InvitationState;
use crate::proposal::ProposalKind;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::id::TrustDomain;
use crate::vocabulary::name::{AccreditationName, ApplicationName};
use crate::vocabulary::role::Role;
use crate::vocabulary::state::StateKind;

mod accreditation;
mod decree;
mod fact;
mod schedule;
mod standing;
mod step;

pub use accreditation::{AccreditationChanged, Cause};
pub use decree::DecreeAdopted;
pub use fact::{Fact, Facts, Recorded};
pub use schedule::{Held, VotingDayMoved};
pub use standing::Standing;
pub use step::{ApplicationMoved, Recommends, Step};

/// The kinds of events: the word of each, facts that are always the same, and the name of each fact beside its field.
macro_rules! deeds {
    ($(
        $(#[$about:meta])*
        $kind:ident $word:literal $([$($constant:literal: $value:literal),+])? {
            $($(#[$about_field:meta])* $field:ident $name:literal: $type:ty,)*
        }
    )+) => {
        /// What happened.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Deed {
            $($(#[$about])* $kind {
                $($(#[$about_field])* $field: $type,)*
            },)+
        }

        impl Deed {
            /// Every kind: its word, and the names of its facts.
            pub fn kinds() -> Vec<(&'static str, Vec<&'static str>)> {
                vec![$({
                    let mut names: Vec<&'static str> = vec![$($($constant),+)?];
                    $(names.extend(<$type as Fact>::names($name));)*
                    names.sort_unstable();
                    ($word, names)
                }),+]
            }

            /// The word of its kind.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => $word,)+
                }
            }

            /// What is recorded of it.
            pub fn facts(&self) -> Facts {
                let mut facts = Facts::new();
                match self {
                    $(Self::$kind { $($field),* } => {
                        $($(facts.insert($constant, $value.to_owned());)+)?
                        $($field.put($name, &mut facts);)*
                    })+
                }
                facts
            }

            /// What was recorded so; none unless it says that again, word for word.
            pub fn read(kind: &str, recorded: &Recorded) -> Option<Self> {
                let read = match kind {
                    $($word => Self::$kind { $($field: Fact::get($name, recorded)?),* },)+
                    _ => return None,
                };
                let again = read.facts();
                let same = again.len() == recorded.len()
                    && again.iter().all(|(name, value)| recorded.get(*name) == Some(value));
                same.then_some(read)
            }
        }
    };
}

deeds! {
    /// The service was set up, and this was entered with it.
    Founded "founded" {}
    /// An organization was registered.
    OrganizationRegistered "organization-registered" {
        /// The trust domain of its certificates.
        trust_domain "trust_domain": TrustDomain,
    }
    /// An organization was shut out.
    OrganizationSuspended "organization-suspended" {}
    /// A person was registered.
    PersonRegistered "person-registered" {}
    /// A principal was registered.
    PrincipalRegistered "principal-registered" {
        /// What it may do.
        roles "roles": Vec<Role>,
    }
    /// A principal was shut out.
    PrincipalDisabled "principal-disabled" {}
    /// An election was registered.
    ElectionRegistered "election-registered" {
        /// When the first round is.
        voting_day "voting_day": Date,
        /// The rules.
        rule_pack "rule_pack": String,
        /// Until when it takes submissions and presentations.
        cutoffs "": Cutoffs,
    }
    /// An election takes submissions.
    ElectionOpened "election-opened" ["to": "OPEN"] {}
    /// Voting is on another day.
    VotingDayMoved "voting-day-moved" {
        /// Which, and why.
        moved "": VotingDayMoved,
    }
    /// The results were published.
    ResultsPublished "results-published" {
        /// When.
        results_time "results_time": Timestamp,
    }
    /// Something is kept beyond its retention.
    LegalHoldSet "legal-hold-set" {
        /// What.
        held "held": Held,
    }
    /// It is not any more.
    LegalHoldReleased "legal-hold-released" {}
    /// Another watch list is in force.
    WatchListReplaced "watch-list-replaced" {
        /// How many entries it has.
        entries "entries": usize,
    }
    /// The watch lists of an election were erased.
    WatchListErased "watch-list-erased" ["verb": "erase-watch-list"] {
        /// How many entries there were last.
        entries "entries": u64,
    }
    /// An organization was invited.
    InvitationSent "invitation-sent" {}
    /// An invitation was answered.
    InvitationAnswered "invitation-answered" {
        /// How.
        state "to": InvitationState,
        /// Whether the answer came on paper.
        on_paper "paper": bool,
    }
    /// An invitation expects other numbers of people.
    InvitationChanged "invitation-changed" {
        /// How many in all.
        expected "expected": i64,
    }
    /// A mission was announced.
    MissionAnnounced "mission-announced" {
        /// The kind of mission.
        format "format": String,
        /// Whether that came on paper.
        on_paper "paper": bool,
    }
    /// What was announced of a mission was changed.
    MissionUpdated "mission-updated" {
        /// The kind of mission.
        format "format": String,
        /// Its first day.
        start_date "start_date": Date,
        /// Its last day.
        end_date "end_date": Date,
        /// Whether that came on paper.
        on_paper "paper": bool,
    }
    /// A mission withdrew.
    MissionWithdrawn "mission-withdrawn" {
        /// The number of the note verbale.
        note_number "note_number": String,
        /// How many applications were withdrawn with it.
        withdrawn "withdrawn": u32,
        /// How many accreditations ended with it.
        ended "ended": u32,
    }
    /// A mission that had withdrawn was withdrawn again, which changes nothing.
    MissionWithdrawnBefore "mission-withdrawn-before" ["repeated": "true"] {}
    /// Why a mission withdrew was erased.
    MissionErased "mission-erased" ["verb": "erase"] {}
    /// A mission confirmed some of its accreditations.
    AccreditationsConfirmed "accreditations-confirmed" {
        /// How many.
        confirmed "confirmed": usize,
        /// The number of the note verbale, if there is one.
        note_number "note_number": Option<String>,
    }
    /// A mission has another deployment plan.
    DeploymentPlanned "deployment-planned" {
        /// How many teams it has.
        teams "teams": usize,
    }
    /// An application was filed.
    ApplicationFiled "application-filed" {
        /// Where it stands.
        to "to": StateKind,
        /// The revision of what it says.
        revision "revision": i32,
        /// The salted digest of what it says.
        content_digest "content_digest": [u8; 32],
        /// Whether it came on paper.
        on_paper "paper": bool,
    }
    /// An application moved.
    ApplicationMoved "application-moved" {
        /// From where to where, and by what.
        moved "": ApplicationMoved,
    }
    /// The checks found something else about an application or an amendment.
    Screened "screened" ["verb": "screen"] {
        /// The revision that they looked at.
        revision "revision": i32,
        /// What they found, each once.
        findings "findings": Vec<FindingCode>,
        /// Where the application stands; none if it was an amendment.
        application "": Option<Standing>,
    }
    /// What an application said was erased.
    ApplicationErased "application-erased" ["verb": "erase"] {
        /// Where it stands.
        standing "": Standing,
        /// How many documents were erased with it.
        documents "documents": u64,
    }
    /// A document was uploaded.
    DocumentUploaded "document-uploaded" {
        /// What it is.
        kind "kind": DocumentKind,
        /// Its length.
        size_bytes "size": i64,
    }
    /// Somebody read a document.
    DocumentRead "document-read" {
        /// What it is.
        kind "kind": DocumentKind,
    }
    /// Somebody was given all that is kept of a person.
    SubjectExported "subject-exported" {
        /// Of how many applications.
        applications "applications": usize,
    }
    /// The ministry presented applications.
    PresentationMade "presentation-made" {
        /// How many.
        applications "applications": usize,
    }
    /// A decree was drafted.
    DecreeDrafted "decree-drafted" {}
    /// What a draft says of itself was corrected.
    DecreeCorrected "decree-corrected" {
        /// The names of the fields.
        fields "changed": Vec<String>,
    }
    /// The list of a draft is another one.
    DecreeListed "decree-listed" {
        /// How many applications it has now.
        applications "applications": usize,
        /// How many proposals, if it has any.
        proposals "proposals": Option<usize>,
        /// What came of the filter, if one picked whom to list.
        selection "": Option<Selection>,
    }
    /// A decree was adopted.
    DecreeAdopted "decree-adopted" {
        /// What it decided.
        adopted "": DecreeAdopted,
    }
    /// A decree has a scan, or another one.
    DecreeScanned "decree-scanned" {
        /// SHA-256 of its bytes.
        sha256 "sha256": [u8; 32],
        /// Their length.
        size_bytes "size": i64,
        /// That of the scan whose place it takes.
        replaced_sha256 "replaced_sha256": Option<[u8; 32]>,
    }
    /// An accreditation ended, or is in force again.
    AccreditationChanged "accreditation-changed" {
        /// How, and why.
        changed "": AccreditationChanged,
    }
    /// An accreditation was confirmed for a run-off.
    AccreditationConfirmed "accreditation-confirmed" ["confirmed": "true"] {
        /// The application that it answers.
        application "application": ApplicationName,
        /// The number of the note verbale, if there is one.
        note_number "note_number": Option<String>,
    }
    /// An amendment was asked for, or closed.
    AmendmentMoved "amendment-moved" {
        /// The accreditation that it amends.
        accreditation "accreditation": AccreditationName,
        /// What it changes.
        kind "kind": AmendmentKind,
        /// Where it stands.
        state "state": AmendmentState,
        /// The revision that it makes.
        revision "revision": i32,
        /// The salted digest of that revision.
        content_digest "content_digest": [u8; 32],
        /// Whether the application came on paper.
        on_paper "paper": bool,
    }
    /// An appeal was filed.
    AppealFiled "appeal-filed" {
        /// The application.
        application "application": ApplicationName,
        /// The decree that decided.
        decree "decree": u32,
    }
    /// An appeal was decided.
    AppealDecided "appeal-decided" {
        /// The application.
        application "application": ApplicationName,
        /// The decree that decided.
        decree "decree": u32,
        /// Which way.
        outcome "outcome": AppealOutcome,
    }
    /// It was proposed that an accreditation change.
    ProposalMade "proposal-made" {
        /// The accreditation.
        accreditation "accreditation": AccreditationName,
        /// What is to become of it.
        kind "kind": ProposalKind,
        /// The ground, if it has one.
        ground "ground": Option<String>,
    }
    /// A proposal was given up, or sent back.
    ProposalWithdrawn "proposal-withdrawn" {
        /// The accreditation.
        accreditation "accreditation": AccreditationName,
        /// What was to become of it.
        kind "kind": ProposalKind,
    }
}

#[cfg(test)]
mod tests;

//! The content of events, as one type with a variant for each kind: states, numbers and digests, never personal data.
//!
//! Each kind has a word, and each of its fields a name, under which they are recorded. Words and names must not
//! change: the log is append-only, and old events must stay readable. `docs/formats.md` lists them, and a test
//! compares.

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
use crate::vocabulary::id::{RulePackId, TrustDomain};
use crate::vocabulary::name::{AccreditationName, ApplicationName};
use crate::vocabulary::role::Role;
use crate::vocabulary::state::StateKind;

mod accreditation;
mod decree;
mod fact;
mod legal_hold;
mod schedule;
mod state_and_place;
mod step;

pub use accreditation::{AccreditationChanged, ChangeCause};
pub use decree::DecreeAdopted;
pub use fact::{Fact, Facts, Recorded};
pub use legal_hold::LegalHoldScope;
pub use schedule::VotingDayMoved;
pub use state_and_place::StateAndPlace;
pub use step::{ApplicationMoved, Recommends, Step};

/// Defines the kinds of events. It takes the word of each kind, facts that are always the same, and the name of each
/// field. The macro keeps writing, reading and the list of names together, so that none can be forgotten.
macro_rules! event_kinds {
    ($(
        $(#[$about:meta])*
        $kind:ident $word:literal $([$($constant:literal: $value:literal),+])? {
            $($(#[$about_field:meta])* $field:ident $name:literal: $type:ty,)*
        }
    )+) => {
        /// The content of an event: what happened.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum EventPayload {
            $($(#[$about])* $kind {
                $($(#[$about_field])* $field: $type,)*
            },)+
        }

        impl EventPayload {
            /// Every kind with the names of its recorded facts, for the documentation of the format.
            pub fn kinds() -> Vec<(&'static str, Vec<&'static str>)> {
                vec![$({
                    let mut names: Vec<&'static str> = vec![$($($constant),+)?];
                    $(names.extend(<$type as Fact>::names($name));)*
                    names.sort_unstable();
                    ($word, names)
                }),+]
            }

            /// The recorded word of the kind.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => $word,)+
                }
            }

            /// The facts of the event as they are recorded.
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

            /// Reads a recorded event back. `None` if the kind is unknown, or if writing the result again would not
            /// give exactly the same facts: a later version may have recorded more, and half of an event would
            /// mislead.
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

event_kinds! {
    /// The service was set up; the subject of the event was entered with it.
    ServiceInitialized "founded" {}
    /// An organization was registered.
    OrganizationRegistered "organization-registered" {
        /// The trust domain of its certificates.
        trust_domain "trust_domain": TrustDomain,
    }
    /// An organization was suspended: its calls are refused from now on.
    OrganizationSuspended "organization-suspended" {}
    /// A person was registered.
    PersonRegistered "person-registered" {}
    /// A principal was registered for an organization.
    PrincipalRegistered "principal-registered" {
        /// The roles of the principal.
        roles "roles": Vec<Role>,
    }
    /// A principal was disabled: its calls are refused from now on.
    PrincipalDisabled "principal-disabled" {}
    /// A rule pack was imported.
    RulePackImported "rule-pack-imported" {
        /// The SHA-256 of the file.
        digest "digest": [u8; 32],
    }
    /// An election was registered.
    ElectionRegistered "election-registered" {
        /// The voting day of the first round.
        voting_day "voting_day": Date,
        /// The id of the rule pack.
        rule_pack "rule_pack": RulePackId,
        /// The SHA-256 of the rule pack's file.
        rule_pack_digest "rule_pack_digest": [u8; 32],
        /// The cutoffs that follow from them.
        cutoffs "": Cutoffs,
    }
    /// An election was opened to observation.
    ElectionOpened "election-opened" ["to": "OPEN"] {}
    /// Voting day was moved: the election was postponed, or a run-off was called.
    VotingDayMoved "voting-day-moved" {
        /// The new day, and why.
        moved "": VotingDayMoved,
    }
    /// The official results were published.
    ResultsPublished "results-published" {
        /// When they were published.
        results_time "results_time": Timestamp,
    }
    /// A legal hold was set: something is kept beyond its retention.
    LegalHoldSet "legal-hold-set" {
        /// What is kept.
        held "held": LegalHoldScope,
    }
    /// A legal hold was released.
    LegalHoldReleased "legal-hold-released" {}
    /// A new watch list is in force.
    WatchListReplaced "watch-list-replaced" {
        /// The number of its entries.
        entries "entries": usize,
    }
    /// The watch lists of an election were erased.
    WatchListErased "watch-list-erased" ["verb": "erase-watch-list"] {
        /// The number of entries of the last list.
        entries "entries": u64,
    }
    /// An organization was invited.
    InvitationSent "invitation-sent" {}
    /// An organization answered its invitation.
    InvitationAnswered "invitation-answered" {
        /// The answer.
        state "to": InvitationState,
        /// Whether the answer came on paper.
        on_paper "paper": bool,
    }
    /// The quotas of an invitation were changed.
    InvitationChanged "invitation-changed" {
        /// The sum of the new quotas.
        expected "expected": i64,
    }
    /// A mission was announced.
    MissionAnnounced "mission-announced" {
        /// The format of the mission, such as EOM.
        format "format": String,
        /// Whether a registrar entered it from paper.
        on_paper "paper": bool,
    }
    /// The data of a mission was changed.
    MissionUpdated "mission-updated" {
        /// The format of the mission, such as EOM.
        format "format": String,
        /// The first day of the mission.
        start_date "start_date": Date,
        /// The last day of the mission.
        end_date "end_date": Date,
        /// Whether a registrar entered it from paper.
        on_paper "paper": bool,
    }
    /// A whole mission was withdrawn.
    MissionWithdrawn "mission-withdrawn" {
        /// The number of the note verbale.
        note_number "note_number": String,
        /// How many applications were withdrawn with it.
        withdrawn "withdrawn": u32,
        /// How many accreditations ended with it.
        ended "ended": u32,
    }
    /// A mission that had been withdrawn was withdrawn again. Nothing changed; the call is idempotent.
    MissionWithdrawalRepeated "mission-withdrawn-before" ["repeated": "true"] {}
    /// The reason of a mission's withdrawal was erased after its retention.
    MissionErased "mission-erased" ["verb": "erase"] {}
    /// A mission confirmed accreditations for a run-off.
    AccreditationsConfirmed "accreditations-confirmed" {
        /// How many it confirmed.
        confirmed "confirmed": usize,
        /// The number of the note verbale, if there is one.
        note_number "note_number": Option<String>,
    }
    /// A mission replaced its deployment plan.
    DeploymentPlanned "deployment-planned" {
        /// The number of teams in the plan.
        teams "teams": usize,
    }
    /// An application was filed as a draft.
    ApplicationFiled "application-filed" {
        /// Its state.
        to "to": StateKind,
        /// The number of its revision.
        revision "revision": i32,
        /// The salted digest of the revision.
        content_digest "content_digest": [u8; 32],
        /// Whether it came on paper.
        on_paper "paper": bool,
    }
    /// An application made a transition or a step.
    ApplicationMoved "application-moved" {
        /// The transition.
        moved "": ApplicationMoved,
    }
    /// The screening of an application or an amendment has a new result.
    Screened "screened" ["verb": "screen"] {
        /// The revision that was screened.
        revision "revision": i32,
        /// The codes that were found, each once.
        findings "findings": Vec<FindingCode>,
        /// The state of the application; `None` if an amendment was screened.
        application "": Option<StateAndPlace>,
    }
    /// The content of an application was erased after its retention.
    ApplicationErased "application-erased" ["verb": "erase"] {
        /// The state in which the application stays.
        standing "": StateAndPlace,
        /// How many documents were erased.
        documents "documents": u64,
    }
    /// A document was uploaded.
    DocumentUploaded "document-uploaded" {
        /// The kind of the document.
        kind "kind": DocumentKind,
        /// Its size in bytes.
        size_bytes "size": i64,
    }
    /// Somebody read a document.
    DocumentRead "document-read" {
        /// The kind of the document.
        kind "kind": DocumentKind,
    }
    /// Somebody exported everything that is stored about a person.
    SubjectExported "subject-exported" {
        /// How many applications the export contains.
        applications "applications": usize,
    }
    /// The ministry presented applications in one list.
    PresentationMade "presentation-made" {
        /// The number of applications in the list.
        applications "applications": usize,
    }
    /// A decree was drafted.
    DecreeDrafted "decree-drafted" {}
    /// The data of a draft decree was corrected.
    DecreeCorrected "decree-corrected" {
        /// The names of the corrected fields.
        fields "changed": Vec<String>,
    }
    /// The list of a draft decree was changed.
    DecreeListed "decree-listed" {
        /// How many applications it lists now.
        applications "applications": usize,
        /// How many proposals it lists; `None` if it lists none.
        proposals "proposals": Option<usize>,
        /// The result of the filter, if a filter chose the applications.
        selection "": Option<Selection>,
    }
    /// A decree was adopted.
    DecreeAdopted "decree-adopted" {
        /// What the decree decided, in numbers.
        adopted "": DecreeAdopted,
    }
    /// A scan was attached to a decree.
    DecreeScanned "decree-scanned" {
        /// SHA-256 of the scan.
        sha256 "sha256": [u8; 32],
        /// Its size in bytes.
        size_bytes "size": i64,
        /// The digest of the scan that it replaces; `None` for the first scan.
        replaced_sha256 "replaced_sha256": Option<[u8; 32]>,
    }
    /// An accreditation ended, or is active again.
    AccreditationChanged "accreditation-changed" {
        /// How it changed, and why.
        changed "": AccreditationChanged,
    }
    /// An accreditation was confirmed for a run-off.
    AccreditationConfirmed "accreditation-confirmed" ["confirmed": "true"] {
        /// The application that led to the accreditation.
        application "application": ApplicationName,
        /// The number of the note verbale, if there is one.
        note_number "note_number": Option<String>,
    }
    /// An amendment was requested or closed.
    AmendmentMoved "amendment-moved" {
        /// The amended accreditation.
        accreditation "accreditation": AccreditationName,
        /// The kind of the amendment.
        kind "kind": AmendmentKind,
        /// The new state of the amendment.
        state "state": AmendmentState,
        /// The revision that the amendment makes.
        revision "revision": i32,
        /// The salted digest of that revision.
        content_digest "content_digest": [u8; 32],
        /// Whether the application came on paper.
        on_paper "paper": bool,
    }
    /// An appeal was filed.
    AppealFiled "appeal-filed" {
        /// The application that the appeal is about.
        application "application": ApplicationName,
        /// The number of the decree that is appealed against.
        decree "decree": u32,
    }
    /// An appeal was decided.
    AppealDecided "appeal-decided" {
        /// The application that the appeal is about.
        application "application": ApplicationName,
        /// The number of the decree that was appealed against.
        decree "decree": u32,
        /// The decision on the appeal.
        outcome "outcome": AppealOutcome,
    }
    /// A change of an accreditation was proposed.
    ProposalMade "proposal-made" {
        /// The accreditation.
        accreditation "accreditation": AccreditationName,
        /// The proposed change.
        kind "kind": ProposalKind,
        /// The ground of the rule pack, if the proposal has one.
        ground "ground": Option<String>,
    }
    /// A proposal was withdrawn or sent back.
    ProposalWithdrawn "proposal-withdrawn" {
        /// The accreditation.
        accreditation "accreditation": AccreditationName,
        /// The change that had been proposed.
        kind "kind": ProposalKind,
    }
}

#[cfg(test)]
mod tests;

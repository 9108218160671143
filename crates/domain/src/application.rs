//! Applications: one person, one mission, one role, and the life of the application from draft to decision.
//!
//! An [`Application`] holds its state and its counters. Its content, the personal data, is stored apart as numbered
//! revisions. Each verb of `transitions.rs` takes an application by value and returns the changed one. So code that
//! kept an old copy cannot write it by mistake.

use crate::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::application::reference::Reference;
use crate::policy::PersonActor;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::ApplicationName;

pub mod acts;
mod amendment;
pub mod content;
mod deadlines;
mod erasure;
mod paper;
mod recusal;
pub mod reference;
mod reopening;
mod replacement;
mod state;
mod transitions;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod random_walks;
#[cfg(test)]
mod tests;

pub use deadlines::{LAPSING, Lapsing};
pub use paper::{PaperDraft, PaperFiling};
pub use recusal::Remark;
pub use reopening::OverturnedRefusal;
pub use replacement::ReplacementTarget;
pub use state::{AccreditedFacts, Place, Question, Recommendation, Return, ReturnReason, ReturnedBy, State};
pub use transitions::{ClaimGuard, Decision, SubmissionGuard};

/// An application without its content. The content is in the current revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The resource name.
    pub name: ApplicationName,
    /// The short reference that people use on paper and on the telephone.
    pub reference: Reference,
    /// The category of the current revision.
    pub category: crate::vocabulary::category::Category,
    /// The state, with the data that exists only in that state.
    pub state: State,
    /// Counts every change, from 1. The etags contain it.
    pub version: i64,
    /// The number of the current revision, from 1.
    pub revision: i32,
    /// The salted digest of the current revision. A decision names it, so that nobody decides on content that they
    /// did not read.
    pub content_digest: [u8; 32],
    /// The last return with its questions, if there was one.
    pub last_return: Option<Return>,
    /// When the draft was filed.
    pub create_time: Timestamp,
    /// When it was first submitted. It stays after a return: reports count from here.
    pub first_submit_time: Option<Timestamp>,
    /// When it was last submitted.
    pub submit_time: Option<Timestamp>,
    /// How many times it was returned, by the ministry or the commission.
    pub return_count: i32,
    /// When its personal data was erased. After that nothing can be done to it.
    pub erase_time: Option<Timestamp>,
    /// The paper that it came on; `None` if the delegation filed it itself.
    pub paper: Option<PaperFiling>,
    /// The people who may not decide about it any more: they recused themselves, or took part in a decision that an
    /// appeal overturned.
    pub recused: Vec<PersonActor>,
    /// The refusals that appeals overturned, oldest first. The lists of the decrees that pronounced them still show
    /// them.
    pub overturned: Vec<OverturnedRefusal>,
    /// How many of the changes only the commission may notice. They are left out of the etag that delegation and
    /// ministry see: otherwise the etag would tell them that something happened.
    pub unseen: i64,
    /// The number of the accreditation that this application is to replace, if it is a replacement.
    pub replaces: Option<u32>,
}

/// The version and state that the database holds before a transition. The store writes the changed application only if
/// the database still holds exactly this, so two callers at once cannot both succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredVersion {
    /// The version.
    pub version: i64,
    /// The state.
    pub state: StateKind,
}

impl Application {
    /// What the database holds of this application, if it was loaded and not changed since.
    pub fn stored(&self) -> StoredVersion {
        StoredVersion { version: self.version, state: self.state.kind() }
    }

    /// Makes a new draft with revision 1.
    pub fn draft(
        name: ApplicationName,
        reference: Reference,
        category: crate::vocabulary::category::Category,
        content_digest: [u8; 32],
        paper: Option<PaperFiling>,
        now: Timestamp,
    ) -> Self {
        Self {
            name,
            reference,
            category,
            state: State::Draft,
            version: 1,
            revision: 1,
            content_digest,
            last_return: None,
            create_time: now,
            first_submit_time: None,
            submit_time: None,
            return_count: 0,
            erase_time: None,
            paper,
            recused: Vec::new(),
            overturned: Vec::new(),
            unseen: 0,
            replaces: None,
        }
    }

    /// The etag for delegation and ministry. It changes with every change that they may see, and with no other.
    pub fn etag(&self) -> String {
        etag_of(self.version - self.unseen, &self.content_digest)
    }

    /// Why this human may not decide about the application, with any of their certificates; `None` if they may.
    pub fn exclusion_reason(&self, person: &PersonId) -> Option<&'static str> {
        let entered = self.paper.as_ref().is_some_and(|paper| paper.was_entered_by(person));
        let recused = self.is_recused(person).then_some("the caller is recused from it");
        entered.then_some("the caller entered it from paper").or(recused)
    }

    /// Whether the screening checks the content of this application. For accredited ones it checks open amendments
    /// instead.
    pub fn is_checked(&self) -> bool {
        self.erase_time.is_none() && self.state.kind().is_checked()
    }

    /// The presentation that listed the application, and the position in its list; `None` before it was presented.
    pub fn place(&self) -> Option<Place> {
        self.state.place()
    }
}

/// An etag: the version and the first six bytes of the content digest. The digest makes an etag of one revision
/// useless for another.
pub(crate) fn etag_of(version: i64, content_digest: &[u8; 32]) -> String {
    let digest: String = content_digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{version}-{digest}")
}

//! One person's application and its life, from draft to decision.

use crate::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::application::reference::Reference;
use crate::policy::PersonActor;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::ApplicationName;

pub mod acts;
mod amending;
pub mod content;
mod erasure;
mod paper;
mod recusal;
pub mod reference;
mod reopening;
mod replacement;
mod state;
mod time;
mod transitions;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walks;

pub use paper::{PaperDraft, PaperFiling};
pub use recusal::Remark;
pub use reopening::Overturned;
pub use replacement::PlaceToTake;
pub use state::{AccreditedFacts, Place, Question, Recommendation, Return, ReturnReason, ReturnedBy, State};
pub use time::{LAPSING, Lapsing};
pub use transitions::{ClaimGuard, Decision, SubmissionGuard};

/// An application, apart from what it says: that is in its current revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name.
    pub name: ApplicationName,
    /// What people call it by.
    pub reference: Reference,
    /// In which capacity, as the current revision says.
    pub category: crate::vocabulary::category::Category,
    /// Where it stands, with the facts of that state.
    pub state: State,
    /// Counts every change; the etag is made of it.
    pub version: i64,
    /// The number of the current revision, from 1.
    pub revision: i32,
    /// The salted digest of the current revision.
    pub content_digest: [u8; 32],
    /// What the delegation is or was last asked.
    pub last_return: Option<Return>,
    /// When it was filed.
    pub create_time: Timestamp,
    /// When it was first submitted.
    pub first_submit_time: Option<Timestamp>,
    /// When it was last submitted.
    pub submit_time: Option<Timestamp>,
    /// How many times it was returned.
    pub return_count: i32,
    /// When its personal data was erased, once it was; nothing is done to it any more.
    pub erase_time: Option<Timestamp>,
    /// The paper that it came on, if it did.
    pub paper: Option<PaperFiling>,
    /// Who no longer decides on it: each said so, or took part in what an appeal overturned.
    pub recused: Vec<PersonActor>,
    /// The refusals that did not stand, the first one first: the decrees that pronounced them go on saying so.
    pub overturned: Vec<Overturned>,
    /// How many of its changes are the commission's own affair: neither delegation nor ministry can tell.
    pub unseen: i64,
    /// The number of the accreditation whose place it is to take, if it is to take one's.
    pub replaces: Option<u32>,
}

/// What the database holds of an application before a transition consumes it: whoever writes the changed one says what it
/// started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its version.
    pub version: i64,
    /// Where it stands.
    pub state: StateKind,
}

impl Application {
    /// What the database holds of it, as long as it has not been changed.
    pub fn stored(&self) -> Stored {
        Stored { version: self.version, state: self.state.kind() }
    }

    /// A new draft, of revision 1.
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

    /// What delegation and ministry read: it changes with every change that they can see.
    pub fn etag(&self) -> String {
        etag_of(self.version - self.unseen, &self.content_digest)
    }

    /// Why this human, with whichever certificate, does not decide on it, if there is a reason.
    pub fn barred(&self, person: &PersonId) -> Option<&'static str> {
        let entered = self.paper.as_ref().is_some_and(|paper| paper.was_entered_by(person));
        let recused = self.is_recused(person).then_some("the caller is recused from it");
        entered.then_some("entered from paper by the caller").or(recused)
    }

    /// Whether the checks look at what it says: at an open amendment of it otherwise.
    pub fn is_checked(&self) -> bool {
        self.erase_time.is_none() && self.state.kind().is_checked()
    }

    /// The presentation that listed it and its place there, once there is one.
    pub fn place(&self) -> Option<Place> {
        self.state.place()
    }
}

/// A version, and the beginning of what was said in it.
pub(crate) fn etag_of(version: i64, content_digest: &[u8; 32]) -> String {
    let digest: String = content_digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{version}-{digest}")
}

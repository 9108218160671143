//! How the fields of an event are recorded as text, and read back.
//!
//! Every value is text under a name. So the log can be hashed and checked by a program that knows no types.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use crate::amendment::{AmendmentKind, AmendmentState};
use crate::appeal::AppealOutcome;
use crate::application::Place;
use crate::election::cutoff::Cutoffs;
use crate::mission::InvitationState;
use crate::proposal::ProposalKind;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::id::{RulePackId, TrustDomain};
use crate::vocabulary::name::{AccreditationName, ApplicationName, PrincipalName};
use crate::vocabulary::role::Role;
use crate::vocabulary::state::StateKind;

/// The facts of an event to be recorded, by name.
pub type Facts = BTreeMap<&'static str, String>;

/// The recorded facts of an event, by name.
pub type Recorded = BTreeMap<String, String>;

/// A field of an event. A simple value is recorded under the name that it is given. A compound value, such as both
/// cutoffs, has names of its own and ignores the given one.
pub trait Fact: Sized {
    /// Records the value.
    fn put(&self, name: &'static str, facts: &mut Facts);

    /// Reads the value back; `None` if it is missing or malformed.
    fn get(name: &'static str, recorded: &Recorded) -> Option<Self>;

    /// The names under which the value is recorded.
    fn names(name: &'static str) -> Vec<&'static str> {
        vec![name]
    }
}

/// Types that are recorded by `Display` and read by `FromStr`.
macro_rules! recorded_by_display {
    ($($type:ty),+ $(,)?) => {
        $(impl Fact for $type {
            fn put(&self, name: &'static str, facts: &mut Facts) {
                facts.insert(name, self.to_string());
            }

            fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
                recorded.get(name)?.parse().ok()
            }
        })+
    };
}

recorded_by_display!(
    String,
    i32,
    i64,
    u32,
    u64,
    usize,
    Date,
    Timestamp,
    RulePackId,
    TrustDomain,
    AccreditationName,
    ApplicationName,
    PrincipalName,
);

/// Enumerations that are recorded by their stable word and read by serde, which knows the same word.
macro_rules! recorded_by_word {
    ($($type:ty),+ $(,)?) => {
        $(impl Fact for $type {
            fn put(&self, name: &'static str, facts: &mut Facts) {
                facts.insert(name, self.as_str().to_owned());
            }

            fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
                word(recorded.get(name)?)
            }
        })+
    };
}

recorded_by_word!(AccreditationState, AmendmentKind, AmendmentState, DocumentKind, InvitationState, ProposalKind);

/// The value for its stable word.
fn word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

impl Fact for StateKind {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        facts.insert(name, self.as_str().to_owned());
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        let word = recorded.get(name)?;
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl Fact for AppealOutcome {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        facts.insert(name, self.as_str().to_owned());
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        let word = recorded.get(name)?;
        [Self::Uphold, Self::Dismiss].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

impl Fact for FindingCode {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        facts.insert(name, self.as_str().to_owned());
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        word(recorded.get(name)?)
    }
}

/// `true` is recorded as `true`; `false` is not recorded.
impl Fact for bool {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        if *self {
            facts.insert(name, true.to_string());
        }
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        Some(recorded.contains_key(name))
    }
}

/// A digest is recorded in hexadecimal.
impl Fact for [u8; 32] {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        facts.insert(name, self.iter().map(|byte| format!("{byte:02x}")).collect());
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        let text = recorded.get(name)?.as_bytes();
        let mut digest = [0; 32];
        for (byte, digits) in digest.iter_mut().zip(text.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(digest)
    }
}

/// `None` is not recorded.
impl<T: Fact> Fact for Option<T> {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        if let Some(value) = self {
            value.put(name, facts);
        }
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        Some(T::get(name, recorded))
    }

    fn names(name: &'static str) -> Vec<&'static str> {
        T::names(name)
    }
}

/// Lists are recorded with commas between the values, none of which has a comma.
macro_rules! recorded_as_list {
    ($($type:ty, |$one:ident| $text:expr, |$word:ident| $read:expr;)+) => {
        $(impl Fact for Vec<$type> {
            fn put(&self, name: &'static str, facts: &mut Facts) {
                let words: Vec<_> = self.iter().map(|$one| $text).collect();
                facts.insert(name, words.join(","));
            }

            fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
                let list = recorded.get(name)?;
                list.split(',').filter(|word| !word.is_empty()).map(|$word| $read).collect()
            }
        })+
    };
}

recorded_as_list! {
    String, |one| one.clone(), |word| Some(word.to_owned());
    Role, |one| one.as_str(), |word| word.parse().ok();
    FindingCode, |one| one.as_str(), |word| self::word(word);
}

/// A place in the queue, as two facts.
impl Fact for Place {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        self.presentation.put("presentation", facts);
        self.position.put("position", facts);
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        Some(Self { presentation: Fact::get("presentation", recorded)?, position: Fact::get("position", recorded)? })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        vec!["presentation", "position"]
    }
}

/// Both cutoffs, as two facts.
impl Fact for Cutoffs {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        self.submission.put("submission_cutoff", facts);
        self.presentation.put("presentation_cutoff", facts);
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let submission = Fact::get("submission_cutoff", recorded)?;
        Some(Self { submission, presentation: Fact::get("presentation_cutoff", recorded)? })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        vec!["submission_cutoff", "presentation_cutoff"]
    }
}

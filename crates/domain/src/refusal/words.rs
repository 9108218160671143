//! Lists and names, as the messages of refusals have them.

use super::Refusal;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::role::Role;
use crate::vocabulary::verb::Verb;

/// What a cutoff ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Delegations submit.
    Submission,
    /// The ministry presents.
    Presentation,
}

impl Stage {
    /// The stage's name in statements.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submission => "SUBMISSION",
            Self::Presentation => "PRESENTATION",
        }
    }
}

pub(super) fn list(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

pub(super) fn grounds(grounds: &[Ground]) -> String {
    grounds.iter().map(Ground::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn verbs(verbs: &[Verb]) -> String {
    if verbs.is_empty() {
        return "nothing".to_owned();
    }
    verbs.iter().map(|verb| verb.as_str()).collect::<Vec<_>>().join(", ")
}

pub(super) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Submission => "submission",
        Stage::Presentation => "presentation",
    }
}

impl Refusal {
    /// That there is no such resource for the caller.
    pub fn not_found(resource: impl ToString) -> Self {
        Self::NotFound { resource: resource.to_string() }
    }
}

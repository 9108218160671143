//! How the messages of refusals print lists and names.

use super::{FieldProblem, Refusal, Stage};
use crate::vocabulary::ground::Ground;
use crate::vocabulary::role::Role;
use crate::vocabulary::verb::Verb;

/// The roles with commas between them.
pub(super) fn list(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

/// The first grounds with their English texts, so that a caller can choose one. A client reads no error of any length.
pub(super) fn grounds(grounds: &[Ground]) -> String {
    const MAX_SHOWN: usize = 10;
    let mut shown: Vec<_> = grounds.iter().take(MAX_SHOWN).map(Ground::to_string).collect();
    shown.extend((grounds.len() > MAX_SHOWN).then(|| format!("and {} more", grounds.len() - MAX_SHOWN)));
    shown.join(", ")
}

/// The first problems of a file, each after the path of its value. The details of the error have more of them.
pub(super) fn problems(problems: &[FieldProblem]) -> String {
    let shown = problems.iter().take(3).map(|FieldProblem { field, problem }| match &**field {
        "" => format!("it {problem}"),
        field => format!("{field} {problem}"),
    });
    shown.collect::<Vec<_>>().join("; ")
}

/// The verbs with commas between them, or `nothing`: an empty list would read like a broken message.
pub(super) fn verbs(verbs: &[Verb]) -> String {
    if verbs.is_empty() {
        return "nothing".to_owned();
    }
    verbs.iter().map(|verb| verb.as_str()).collect::<Vec<_>>().join(", ")
}

/// The stage as it begins a sentence such as "submission closed at …". The command line tool parses that sentence.
pub(super) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Submission => "submission",
        Stage::Presentation => "presentation",
    }
}

impl Refusal {
    /// The refusal for a resource that does not exist or that the caller may not see.
    pub fn not_found(resource: impl ToString) -> Self {
        Self::NotFound { resource: resource.to_string() }
    }
}

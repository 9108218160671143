//! Where the rules of accreditation are, and who may go around them.

use std::path::Path;

use anyhow::Result;

use super::{Faults, sources};

/// The service, without what it does by itself.
const SERVER: &str = "crates/server/src/";
/// What tells one state, verdict or category from another: a handler that asks for one holds a rule.
const RULES: [&str; 18] = [
    "AccreditationState",
    "AmendmentDecision",
    "AmendmentState",
    "AppealOutcome",
    "Category",
    "DecreeState",
    "ElectionState",
    "InvitationState",
    "ProposalKind",
    "ProposalState",
    "Quotas",
    "RunOff",
    "ScheduleKind",
    "State",
    "StateKind",
    "Verb",
    "Verdict",
    "Whom",
];
/// How rows are written without an event; only what fills a database before it is served does it.
const AROUND: [&str; 2] = [".fill(", ".record_at_position("];
/// The permit of what the service does by itself, and where it is taken.
const OWN_PERMIT: (&str, [&str; 3]) = ("Permit::for_the_service", ["jobs/", "init.rs", "run.rs"]);

pub fn check(root: &Path) -> Result<Faults> {
    let files = sources::read(root)?;
    let of_server = files.iter().filter_map(|(path, text)| Some((path, path.strip_prefix(SERVER)?, text)));
    Ok(of_server.flat_map(|(path, below, text)| faults(path, below, text)).collect())
}

fn faults(path: &str, below: &str, text: &str) -> Faults {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut faults = Faults::new();
    for name in named(text).filter(|name| RULES.contains(name)) {
        faults.push(format!("{path} goes by domain's {name}: ask a function of domain that says what follows from it"));
    }
    for call in AROUND.into_iter().filter(|call| text.contains(call)) {
        faults.push(format!("{path} calls {call}..): have an act give an outcome, and save that"));
    }
    let (permit, places) = OWN_PERMIT;
    if text.contains(permit) && !places.iter().any(|place| below.starts_with(place)) {
        faults.push(format!("{path} takes {permit}: a handler has the caller's own"));
    }
    faults
}

/// The names that are taken from `domain`, by a `use` or by a path.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.split("domain::").skip(1).map(|after| {
        let end = after.find([';', '(', ')', '<', '>', ' ', '.']).unwrap_or(after.len());
        let end = if after[..end].contains('{') { after.find('}').unwrap_or(after.len()) } else { end };
        &after[..end]
    });
    paths.flat_map(|path| path.split(|sign: char| !sign.is_alphanumeric()).filter(|name| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_in_the_service_is_found_however_it_is_taken() {
        for text in [
            "use domain::application::State;",
            "use domain::application::{Application,\n    StateKind};\n",
            "let open = domain::proposal::ProposalState::Open;",
            "tx.fill(permit, row, time)",
            "let permit = Permit::for_the_service();",
        ] {
            assert_eq!(faults("crates/server/src/rpc/a.rs", "rpc/a.rs", text).len(), 1, "{text}");
        }
        for text in [
            "use domain::application::acts;\nstruct State;",
            "fn f() -> StateKind {}",
            "#[cfg(test)]\nmod tests {\n    use domain::application::State;\n}",
        ] {
            assert_eq!(faults("crates/server/src/rpc/a.rs", "rpc/a.rs", text), Faults::new(), "{text}");
        }
        let own = "let permit = Permit::for_the_service();";
        assert_eq!(faults("crates/server/src/jobs/a.rs", "jobs/a.rs", own), Faults::new());
    }
}

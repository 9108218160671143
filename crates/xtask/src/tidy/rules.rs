//! Checks that `server` contains no rule of accreditation. The rules are in `domain`.

use std::path::Path;

use anyhow::Result;

use super::{Faults, sources};

/// The directory of the server's source files.
const SERVER: &str = "crates/server/src/";
/// Types of `domain` with states, verdicts or categories. A handler that distinguishes their values contains a rule.
const RULE_TYPES: [&str; 18] = [
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
    "EndingScope",
];
/// Calls that write rows without an event. They may only fill a database before it is served.
const WRITES_WITHOUT_EVENT: [&str; 2] = [".fill(", ".record_at_position("];
/// The permit for jobs of the service itself, and the files that may use it.
const SERVICE_PERMIT: (&str, [&str; 3]) = ("Permit::for_the_service", ["jobs/", "init.rs", "run.rs"]);

/// Checks every source file of the server.
pub fn check(root: &Path) -> Result<Faults> {
    let files = sources::read(root)?;
    let server_files = files.iter().filter_map(|(path, text)| Some((path, path.strip_prefix(SERVER)?, text)));
    Ok(server_files.flat_map(|(path, below, text)| faults(path, below, text)).collect())
}

/// Lists the faults in one file. Tests may use everything. `below` is the path below [`SERVER`].
fn faults(path: &str, below: &str, text: &str) -> Faults {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut faults = Faults::new();
    for name in names_from_domain(text).filter(|name| RULE_TYPES.contains(name)) {
        faults.push(format!("{path} uses the type {name} of domain: call a function of domain that decides instead"));
    }
    for call in WRITES_WITHOUT_EVENT.into_iter().filter(|call| text.contains(call)) {
        faults.push(format!(
            "{path} calls {call}..), which writes rows without an event: save the outcome of an act instead"
        ));
    }
    let (permit, allowed_files) = SERVICE_PERMIT;
    if text.contains(permit) && !allowed_files.iter().any(|file| below.starts_with(file)) {
        faults.push(format!("{path} uses {permit}: a handler uses the permit of its caller"));
    }
    faults
}

/// The names that a file takes from `domain`, by `use` or by a path.
fn names_from_domain(text: &str) -> impl Iterator<Item = &str> {
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
    fn a_rule_in_the_server_is_found_for_each_form_of_use() {
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
        let job = "let permit = Permit::for_the_service();";
        assert_eq!(faults("crates/server/src/jobs/a.rs", "jobs/a.rs", job), Faults::new());
    }
}

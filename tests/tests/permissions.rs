//! The whole permission matrix: `tests/permissions.csv` says what every role gets from every method, and every cell of it
//! is a real call over mutual TLS.
//!
//! Columns are whose resource the call names. `own`: one of the caller's organization, or one that the caller works on.
//! `other`: one that is someone else's alone: another delegation's, a draft that its delegation has not handed in, another
//! reviewer's claim or proposal, a kind of organization that the other host invites; to a registrar, what did not come on paper. `absent`: one that does not exist. A dash: a
//! method that has no such resource.

mod permissions {
    pub mod amendment;
    pub mod appeal;
    pub mod application;
    pub mod call;
    pub mod decision;
    pub mod document;
    pub mod host;
    pub mod matrix;
    pub mod mission;
    pub mod registry;
    pub mod retention;
    pub mod run_off;
    pub mod watch_list;
}

use std::collections::BTreeSet;

use anyhow::ensure;
use client::{Client, Code};
use domain::vocabulary::role::Role;
use permissions::call::{Call, Relation, Stand};
use permissions::matrix::{Expected, Line, lines, methods};
use rehearsal::World;
use rehearsal::world::{CEC, MFA, MFA_OFFICER, REGISTRAR, SECRETARY};
use stories::Database;
use wire::v1::PrincipalKind;

/// The organization and the principal that stand for a role.
fn principal(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::DelegationSubmitter => ("osce-odihr", SECRETARY),
        Role::MfaOfficer => (MFA, MFA_OFFICER),
        Role::CecReviewer => (CEC, "reviewer-1"),
        Role::CecAdopter => (CEC, "adopter"),
        Role::CecRegistrar => (CEC, REGISTRAR),
        Role::Verifier => (CEC, "verifier"),
        Role::Auditor => (CEC, "auditor"),
        Role::Operator => (CEC, "operator"),
    }
}

fn actor(world: &World, role: Role) -> Client {
    let (organization, principal) = principal(role);
    world.actor(organization, principal)
}

/// What the caller got, in the words of the file.
fn outcome(answer: Result<(), client::Error>) -> String {
    let Err(error) = answer else { return "OK".to_owned() };
    match (error.code(), error.reason()) {
        (Some(Code::PermissionDenied), _) => "PERMISSION_DENIED".to_owned(),
        // An empty queue is an answer; the file means resources.
        (Some(Code::NotFound), Some("NOT_FOUND")) => "NOT_FOUND".to_owned(),
        _ => format!("{:?} {}: {error}", error.code(), error.reason().unwrap_or_default()),
    }
}

#[test]
fn the_file_has_a_line_for_every_method_and_role() {
    let written: Vec<_> = lines().iter().map(|line| (line.method.clone(), line.role)).collect();
    let distinct: BTreeSet<_> = written.iter().cloned().collect();
    let expected: BTreeSet<_> =
        methods().into_keys().flat_map(|method| Role::ALL.map(|role| (method.clone(), role))).collect();
    assert_eq!(written.len(), distinct.len(), "a line is there twice");
    let missing: Vec<_> = expected.difference(&distinct).collect();
    let extra: Vec<_> = distinct.difference(&expected).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing: {missing:?}\nextra: {extra:?}");
}

#[tokio::test]
async fn every_cell_of_the_file_is_what_the_service_does_on_sqlite() -> anyhow::Result<()> {
    check_every_cell(Database::Sqlite).await
}

#[tokio::test]
async fn every_cell_of_the_file_is_what_the_service_does_on_postgres() -> anyhow::Result<()> {
    check_every_cell(Database::Postgres).await
}

async fn check_every_cell(database: Database) -> anyhow::Result<()> {
    let stand = Stand::set_up(database).await?;
    let mut wrong = Vec::new();
    for Line { method, role, cells } in lines() {
        for (relation, expected) in Relation::ALL.into_iter().zip(cells) {
            if expected == Expected::NotApplicable {
                continue;
            }
            let call = Call { stand: &stand, role, relation, caller: actor(&stand.scene.world, role) };
            let got = outcome(call.make(&method).await?);
            if got != expected.as_str() {
                wrong.push(format!("{method}, {role}, {relation:?}: {} in the file, but {got}", expected.as_str()));
            }
        }
    }
    ensure!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// A delegation's system files and every system reads; what the file allows a host to change, only a person may.
#[tokio::test]
async fn a_system_decides_nothing() -> anyhow::Result<()> {
    let mut stand = Stand::set_up(Database::Postgres).await?;
    for role in Role::ALL {
        let (organization, principal) = principal(role);
        let system = format!("{principal}-system");
        stand.scene.world.add_principal(organization, &system, PrincipalKind::System, "", &[role.as_str()]).await?;
    }
    let (methods, mut wrong) = (methods(), Vec::new());
    for Line { method, role, cells } in lines().into_iter().filter(|line| line.cells[0] == Expected::Ok) {
        let (organization, principal) = principal(role);
        let caller = stand.scene.world.actor(organization, &format!("{principal}-system"));
        let call = Call { stand: &stand, role, relation: Relation::Own, caller };
        let answer = call.make(&method).await?;
        // An export changes nothing, and still only a person may have it.
        let decides = (methods[&method].changes || method == "ExportSubject") && role != Role::DelegationSubmitter;
        let got = answer.as_ref().err().map(|error| error.reason().unwrap_or_default().to_owned());
        if got.as_deref() != decides.then_some("PERSON_REQUIRED") {
            wrong.push(format!("{method}, {role}: {cells:?} for a person, {got:?} for a system"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

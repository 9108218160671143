//! Tests the whole permission matrix. `tests/permissions.csv` has the answer of every method to every role. Each cell
//! is tested by a real call over mutual TLS.
//!
//! The columns say whose resource the call names:
//!
//! - `own`: a resource of the caller's organization, or one that the caller works on.
//! - `other`: a resource of somebody else. It may be of another delegation, an unsubmitted draft of a delegation, a
//!   claim or a proposal of another reviewer, or an organization of a kind that the other host invites. For a registrar
//!   it is an application that did not come on paper.
//! - `absent`: a resource that does not exist.
//!
//! A dash means that the method names no such resource.

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
    pub mod rule_pack;
    pub mod run_off;
    pub mod watch_list;
}

use std::collections::BTreeSet;

use anyhow::ensure;
use client::{Client, Code};
use domain::vocabulary::role::Role;
use permissions::call::{Call, Fixture, Relation};
use permissions::matrix::{Expected, Line, lines, methods};
use rehearsal::World;
use rehearsal::world::{CEC, MFA, MFA_OFFICER, REGISTRAR, SECRETARY};
use stories::Database;
use wire::v1::PrincipalKind;

/// The organization and the principal that have a role.
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

/// A client with the certificate of the principal that has a role.
fn actor(world: &World, role: Role) -> Client {
    let (organization, principal) = principal(role);
    world.actor(organization, principal)
}

/// The answer of a call as a cell of the file.
fn to_cell(answer: Result<(), client::Error>) -> String {
    let Err(error) = answer else { return "OK".to_owned() };
    match (error.code(), error.reason()) {
        (Some(Code::PermissionDenied), _) => "PERMISSION_DENIED".to_owned(),
        // NOT_FOUND in the file means a missing resource, not an empty queue.
        (Some(Code::NotFound), Some("NOT_FOUND")) => "NOT_FOUND".to_owned(),
        _ => format!("{:?} {}: {error}", error.code(), error.reason().unwrap_or_default()),
    }
}

/// A new method or role without lines would not be tested.
#[test]
fn permissions_csv_has_a_line_for_every_method_and_role() {
    let written: Vec<_> = lines().iter().map(|line| (line.method.clone(), line.role)).collect();
    let distinct: BTreeSet<_> = written.iter().cloned().collect();
    let expected: BTreeSet<_> =
        methods().into_keys().flat_map(|method| Role::ALL.map(|role| (method.clone(), role))).collect();
    assert_eq!(written.len(), distinct.len(), "tests/permissions.csv has a line twice");
    let missing: Vec<_> = expected.difference(&distinct).collect();
    let extra: Vec<_> = distinct.difference(&expected).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "lines missing in tests/permissions.csv: {missing:?}\nlines to remove: {extra:?}"
    );
}

#[tokio::test]
async fn the_service_answers_as_permissions_csv_says_on_sqlite() -> anyhow::Result<()> {
    check_every_cell(Database::Sqlite).await
}

#[tokio::test]
async fn the_service_answers_as_permissions_csv_says_on_postgres() -> anyhow::Result<()> {
    check_every_cell(Database::Postgres).await
}

/// Makes the call of every cell. Lists all wrong cells, so that one run shows them all.
async fn check_every_cell(database: Database) -> anyhow::Result<()> {
    let fixture = Fixture::set_up(database).await?;
    let mut wrong = Vec::new();
    for Line { method, role, cells } in lines() {
        for (relation, expected) in Relation::ALL.into_iter().zip(cells) {
            if expected == Expected::NotApplicable {
                continue;
            }
            let call = Call { fixture: &fixture, role, relation, caller: actor(&fixture.scene.world, role) };
            let got = to_cell(call.make(&method).await?);
            if got != expected.as_str() {
                wrong.push(format!(
                    "{method}, {role}, {relation:?}: the file has {}, but the service answered {got}",
                    expected.as_str()
                ));
            }
        }
    }
    ensure!(wrong.is_empty(), "{} cells of tests/permissions.csv are wrong:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// A system principal of a delegation may file, and every system principal may read. Only people may make changes of
/// hosts.
#[tokio::test]
async fn a_system_principal_makes_no_decision() -> anyhow::Result<()> {
    let mut fixture = Fixture::set_up(Database::Postgres).await?;
    for role in Role::ALL {
        let (organization, principal) = principal(role);
        let system = format!("{principal}-system");
        fixture.scene.world.add_principal(organization, &system, PrincipalKind::System, "", &[role.as_str()]).await?;
    }
    let (methods, mut wrong) = (methods(), Vec::new());
    for Line { method, role, cells } in lines().into_iter().filter(|line| line.cells[0] == Expected::Ok) {
        let (organization, principal) = principal(role);
        let caller = fixture.scene.world.actor(organization, &format!("{principal}-system"));
        let call = Call { fixture: &fixture, role, relation: Relation::Own, caller };
        let answer = call.make(&method).await?;
        // An export changes nothing, but only a person may receive it.
        let needs_person = (methods[&method].changes || method == "ExportSubject") && role != Role::DelegationSubmitter;
        let got = answer.as_ref().err().map(|error| error.reason().unwrap_or_default().to_owned());
        if got.as_deref() != needs_person.then_some("PERSON_REQUIRED") {
            wrong.push(format!("{method}, {role}: a person gets {cells:?}, but a system got {got:?}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

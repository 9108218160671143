//! The people who hold certificates are registered.
//!
//! A principal of kind PERSON names a registered person. The separation of duties counts people, not certificates: one
//! person may have certificates of several organizations. No acceptance scenario; scenario 20 is in `decisions.rs`.

use anyhow::ensure;
use client::Code;
use rehearsal::calls::request_id;
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, refused};
use wire::v1::{self, OrganizationKind, PrincipalKind};

use super::DATABASE;

/// The registrar registers a person.
fn register(id: &str, full_name: &str) -> v1::CreatePersonRequest {
    let person = v1::RegisteredPerson { full_name: full_name.to_owned(), ..Default::default() };
    v1::CreatePersonRequest { request_id: request_id(), person_id: id.to_owned(), person: Some(person) }
}

/// A reader reads a registered person.
fn read(name: &str) -> v1::GetPersonRequest {
    v1::GetPersonRequest { name: name.to_owned() }
}

/// The registrar creates a principal of `osce-odihr` for a person.
fn create_deputy(person: &str) -> v1::CreatePrincipalRequest {
    v1::CreatePrincipalRequest {
        request_id: request_id(),
        parent: "organizations/osce-odihr".to_owned(),
        principal_id: "deputy".to_owned(),
        principal: Some(v1::Principal {
            kind: PrincipalKind::Person.into(),
            person: person.to_owned(),
            roles: vec!["delegation.submitter".to_owned()],
            ..Default::default()
        }),
    }
}

/// The separation of duties compares people. A free text would let one human count as two.
#[tokio::test]
async fn a_principal_needs_a_person_who_is_registered() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let request = create_deputy("people/dana");
    let refusal = scene.registrar.create_principal(request.clone()).await;
    let refusal = refused(refusal, Code::FailedPrecondition, "PERSON_NOT_REGISTERED");
    ensure!(refusal.violations().iter().map(|one| &*one.field).eq(["principal.person"]), "{refusal}");
    ensure!(refusal.to_string().contains("people/dana"), "{refusal}");
    // The field needs the resource name `people/dana`, not the id alone.
    let refusal = scene.registrar.create_principal(create_deputy("dana")).await;
    refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");

    scene.registrar.create_person(register("dana", "Dana Specimen")).await?;
    let made = scene.registrar.create_principal(request).await?;
    ensure!(made.person == "people/dana", "{made:?}");
    let parent = "organizations/osce-odihr".to_owned();
    let listed = scene.osce.all_principals(v1::ListPrincipalsRequest { parent, ..Default::default() }).await?;
    ensure!(listed.iter().any(|one| one.person == "people/dana"), "{listed:?}");
    Ok(())
}

/// A second entry of the same person would count as another one in the separation of duties.
#[tokio::test]
async fn a_person_can_be_registered_only_once() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let request = register("aliya", "Әлия Specimen");
    let made = scene.registrar.create_person(request.clone()).await?;
    ensure!((&*made.name, &*made.full_name) == ("people/aliya", "Әлия Specimen"), "{made:?}");
    ensure!(made.create_time.is_some() && made.receipt.as_ref().is_some_and(|receipt| receipt.log == "registry"));
    ensure!(scene.registrar.create_person(request).await? == made, "the repeated request got another answer");
    let again = scene.registrar.create_person(register("aliya", "Another Specimen")).await;
    refused(again, Code::AlreadyExists, "ALREADY_EXISTS");

    let made = v1::RegisteredPerson { receipt: None, ..made };
    ensure!(scene.auditor.get_person(read("people/aliya")).await? == made);
    refused(scene.auditor.get_person(read("people/nobody")).await, Code::NotFound, "NOT_FOUND");
    let all = scene.auditor.all_people(v1::ListPeopleRequest { page_size: 2, ..Default::default() }).await?;
    ensure!(
        all.is_sorted_by(|one, next| one.name < next.name),
        "people must be listed in the order of their names, each once"
    );
    ensure!(all.contains(&made) && all.iter().any(|one| one.name == "people/registrar-1"), "{}", all.len());
    Ok(())
}

/// One person holds a certificate of the commission and one of another organization.
#[tokio::test]
async fn one_person_with_certificates_of_two_organizations_counts_once() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let kind = OrganizationKind::ElectionCommission;
    scene.world.add_organization("cec-almaty", "Commission of Almaty", kind, None).await?;
    for (organization, principal, role) in [(CEC, "member", "cec.reviewer"), ("cec-almaty", "member", "cec.adopter")] {
        scene.world.add_principal(organization, principal, PrincipalKind::Person, "a.member", &[role]).await?;
    }
    let (reviews, adopts) = (scene.world.actor(CEC, "member"), scene.world.actor("cec-almaty", "member"));
    let other = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let own = scene.bring("osce-odihr", Reach::Presented).await?.name;
    let claimed = reviews.claim_application(ask::claim(&own)).await?;
    reviews.recommend_application(ask::recommend(&claimed)).await?;
    let draft = scene.decree_over(vec![other, own.clone()]).await?;
    let refusal = refused(adopts.adopt_decree(ask::adopt(&draft)).await, Code::PermissionDenied, "FOUR_EYES");
    ensure!(refusal.violations().iter().map(|one| &*one.field).eq(["applications[1]"]), "{refusal}");

    // The person may adopt the recommendations of others, and others may adopt theirs.
    let taken_out = scene.adopter.remove_decree_items(ask::take_out_of(&draft.name, vec![own.clone()])).await?;
    ensure!(adopts.adopt_decree(ask::adopt(&taken_out)).await?.accredited_count == 1);
    ensure!(scene.decide(vec![own]).await?.accredited_count == 1);
    Ok(())
}

/// Only the registrar and the auditor may read people. The error must not tell others whether a person is registered.
#[tokio::test]
async fn other_roles_can_neither_read_nor_register_people() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    for client in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter] {
        for name in ["people/osce-odihr.secretary", "people/nobody"] {
            refused(client.get_person(read(name)).await, Code::PermissionDenied, "ROLE_REQUIRED");
        }
        let everyone = client.list_people(v1::ListPeopleRequest::default()).await;
        refused(everyone, Code::PermissionDenied, "ROLE_REQUIRED");
        let made = client.create_person(register("dana", "Dana Specimen")).await;
        refused(made, Code::PermissionDenied, "ROLE_REQUIRED");
    }
    refused(scene.auditor.create_person(register("d", "D")).await, Code::PermissionDenied, "ROLE_REQUIRED");
    Ok(())
}

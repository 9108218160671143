//! What an accepted amendment changes, and what is left of it after the retention.
//!
//! The register shows the corrected name. A signed decree keeps the name that was signed. Amendments are exported, held
//! and erased like the rest of the personal data. No acceptance scenario.

use anyhow::{Context, ensure};
use client::Code;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, AmendmentKind, AmendmentState};

use super::DATABASE;

fn family_name(application: &v1::Application) -> String {
    application.person.clone().unwrap_or_default().family_name
}

/// A request to correct the family name.
fn correct_name(read: &v1::Application) -> v1::AmendAccreditationRequest {
    ask::amend(read, AmendmentKind::Correction, ask::with_family_name(read, "CORRECTED"))
}

/// The family names in the public register, as another delegation reads it.
async fn register_names(scene: &Scene) -> anyhow::Result<Vec<String>> {
    Ok(scene.cis.all_register(ask::register()).await?.into_iter().map(|line| line.family_name).collect())
}

/// A signed decree is evidence, so its list must not follow a later correction. A reader of the register needs the
/// correct name.
#[tokio::test]
async fn a_correction_changes_the_register_and_leaves_the_decree_as_it_was_signed() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let before = scene.accredited("osce-odihr").await?;
    let signed = scene.english_list_of_decree(&scene.auditor, &before.decree).await?;
    ensure!(signed.contains(&family_name(&before)), "{signed}");

    // A correction cannot change the category or the nationality. The error names both. It must change something, and
    // the application must be accredited.
    let mut other = ask::with_family_name(&before, "CORRECTED");
    other.category = v1::Category::Driver.into();
    other.person.get_or_insert_default().nationality = "USA".to_owned();
    let other = scene.osce.amend_accreditation(ask::amend(&before, AmendmentKind::Correction, other)).await;
    let other = refused(other, Code::FailedPrecondition, "NOT_AMENDABLE");
    let fields: Vec<&str> = other.violations().iter().map(|violation| &*violation.field).collect();
    ensure!(fields == ["application.category", "application.person.nationality"], "{fields:?}");
    let same = ask::amend(&before, AmendmentKind::Correction, rehearsal::filing::content(&before));
    refused(scene.osce.amend_accreditation(same).await, Code::FailedPrecondition, "NOT_AMENDABLE");
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let early = scene.osce.amend_accreditation(correct_name(&draft)).await;
    refused(early, Code::FailedPrecondition, "ILLEGAL_TRANSITION");

    // A declined amendment changes nothing, and the delegation can request it again.
    let asked = scene.osce.amend_accreditation(correct_name(&before)).await?;
    let checked = scene.checked(&asked.name).await?;
    let without_text = scene.second_reviewer.decide_amendment(ask::decline(&checked, " ")).await;
    refused(without_text, Code::InvalidArgument, "INVALID_REQUEST");
    scene.second_reviewer.decide_amendment(ask::decline(&checked, "The passport says something else.")).await?;
    let declined = scene.osce.get_amendment(ask::amendment(&asked.name)).await?;
    ensure!(declined.state() == AmendmentState::Declined && declined.closed_by.is_empty(), "{declined:?}");
    ensure!(declined.text == "The passport says something else.");
    ensure!(scene.osce.get_application(ask::application(&before.name)).await? == before);

    // After the acceptance the register has the new name. The list of the decree stays as it was signed.
    let again = scene.osce.amend_accreditation(correct_name(&before)).await?;
    scene.second_reviewer.decide_amendment(ask::accept(&scene.checked(&again.name).await?)).await?;
    let after = scene.osce.get_application(ask::application(&before.name)).await?;
    ensure!(family_name(&after) == "CORRECTED" && after.accreditation == before.accreditation);
    ensure!(register_names(&scene).await? == ["CORRECTED"]);
    let relisted = scene.english_list_of_decree(&scene.auditor, &before.decree).await?;
    ensure!(relisted == signed, "the signed list must not change: {relisted}");
    // A decree that ends the accreditation uses the name of that time.
    let proposed = scene.reviewer.propose_change(ask::annul(&before.accreditation)).await?.name;
    let end = scene.decree_over_proposals(vec![proposed]).await?;
    ensure!(scene.english_list_of_decree(&scene.auditor, &end.name).await?.contains("CORRECTED"));
    let waiting = scene.osce.amend_accreditation(ask::amend(
        &after,
        AmendmentKind::Correction,
        ask::with_family_name(&after, "CORRECTED-AGAIN"),
    ));
    let waiting = scene.checked(&waiting.await?.name).await?;
    scene.adopter.adopt_decree(ask::adopt(&end)).await?;
    ensure!(scene.english_list_of_decree(&scene.auditor, &end.name).await?.contains("CORRECTED"));
    // An amendment of an accreditation that ended meanwhile cannot be accepted.
    let late = scene.second_reviewer.decide_amendment(ask::accept(&waiting)).await;
    let late = refused(late, Code::FailedPrecondition, "ACCREDITATION_ENDED");
    ensure!(late.metadata()["state"] == "ANNULLED");
    scene.second_reviewer.decide_amendment(ask::decline(&waiting, "The accreditation has ended.")).await?;
    let history = scene.osce.all_amendments(ask::all_amendments(false)).await?;
    let states: Vec<_> = history.iter().map(v1::Amendment::state).collect();
    ensure!(states == [AmendmentState::Declined, AmendmentState::Accepted, AmendmentState::Declined], "{states:?}");
    Ok(())
}

/// An amendment has both versions of a person. Without its own erasure, it would keep personal data that the
/// application has lost.
#[tokio::test]
async fn the_service_exports_holds_and_erases_amendments() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let before = scene.accredited("osce-odihr").await?;
    let signed = scene.english_list_of_decree(&scene.auditor, &before.decree).await?;
    let declined = scene.osce.amend_accreditation(correct_name(&before)).await?;
    let why = "Anna's passport says something else.";
    scene.second_reviewer.decide_amendment(ask::decline(&scene.checked(&declined.name).await?, why)).await?;
    let asked = scene.osce.amend_accreditation(correct_name(&before)).await?;
    scene.second_reviewer.decide_amendment(ask::accept(&scene.checked(&asked.name).await?)).await?;

    // The export has the reasons, the texts and every version.
    let passport = before.person.clone().and_then(|person| person.passport).context("no passport")?;
    let export = scene.registrar.export_subject(ask::export(&passport)).await?;
    let exported = &export.records[0].amendments;
    ensure!(exported.len() == 2 && exported[0].text == why && exported[1].reason == asked.reason, "{}", exported.len());
    let name = |one: &v1::Amendment| one.after.as_ref().map(family_name).unwrap_or_default();
    ensure!(name(&exported[1]) == "CORRECTED" && export.records[0].revisions.len() == 3);

    let hold = scene.registrar.create_legal_hold(ask::hold(&before.name)).await?.name;
    scene.world.clock().set(at("2019-06-10T12:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T06:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-09T06:00:00Z")).await?;
    let kept = scene.auditor.get_amendment(ask::amendment(&declined.name)).await?;
    ensure!(kept.text == why && kept.before.is_some(), "a legal hold must keep it");
    scene.registrar.release_legal_hold(ask::release(&hold)).await?;
    eventually("the application is erased", || async {
        let left = scene.auditor.get_application(ask::application(&before.name)).await?;
        Ok(left.erase_time.map(drop))
    })
    .await?;

    for (amendment, state) in [(&declined, AmendmentState::Declined), (&asked, AmendmentState::Accepted)] {
        for reader in [&scene.auditor, &scene.osce] {
            let left = reader.get_amendment(ask::amendment(&amendment.name)).await?;
            ensure!(left.state() == state && left.reason.is_empty() && left.text.is_empty(), "{left:?}");
            ensure!(left.changed_fields.is_empty() && left.content_digest == amendment.content_digest);
            let person = left.before.and_then(|before| before.person).unwrap_or_default();
            ensure!(
                person.passport.is_none() && person.birth_date.is_empty(),
                "only the data of the register may be left"
            );
        }
    }
    // Published data stays: the register and the list of the decree do not change.
    ensure!(register_names(&scene).await? == ["CORRECTED"]);
    ensure!(scene.english_list_of_decree(&scene.auditor, &before.decree).await? == signed);
    let after = scene.osce.get_application(ask::application(&before.name)).await?;
    refused(scene.osce.amend_accreditation(correct_name(&before)).await, Code::FailedPrecondition, "ERASED");
    ensure!(after.person.is_some_and(|person| person.family_name == "CORRECTED"));
    Ok(())
}

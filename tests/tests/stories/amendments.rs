//! A delegation requests an amendment of an accredited person: a new passport, or a correction.
//!
//! Nothing changes until the checks have run and a reviewer, who did not recommend the person, accepts the amendment.
//! Then the number stays and a new badge is issued. Scenario 9.

use anyhow::{Context, ensure};
use client::{Client, Code};
use futures_util::future::join_all;
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, AmendmentKind, AmendmentState, BadgeState, BadgeVoidReason, DocumentKind};

use super::DATABASE;

/// A moment after both cutoffs: an amendment is still possible.
const LATE: &str = "2019-06-06T00:00:00Z";

fn passport(application: &v1::Application) -> v1::Passport {
    application.person.clone().and_then(|person| person.passport).unwrap_or_default()
}

fn family_name(application: &v1::Application) -> String {
    application.person.clone().unwrap_or_default().family_name
}

async fn read(client: &Client, name: &str) -> anyhow::Result<v1::Application> {
    Ok(client.get_application(ask::application(name)).await?)
}

/// The accreditation of an application.
async fn accreditation(client: &Client, of: &v1::Application) -> anyhow::Result<v1::Accreditation> {
    Ok(client.get_accreditation(ask::accreditation(&of.accreditation)).await?)
}

/// The events about an application and its amendments that a reader gets, in order, up to an event id.
async fn events_until(client: &Client, application: &str, last: &str) -> anyhow::Result<Vec<String>> {
    let mut watch = client.watch(&ask::election(), Vec::new());
    let mut events = Vec::new();
    loop {
        let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
        let method = event.action.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(rest) = event.subject.strip_prefix(application) {
            events.push(format!("{method} {}", rest.trim_start_matches('/')).trim_end().to_owned());
        }
        if event.event_id == last {
            return Ok(events);
        }
    }
}

/// Waits until the checks have exactly these findings in an open amendment.
async fn wait_for_findings(scene: &Scene, amendment: &str, expected: &[&str]) -> anyhow::Result<v1::Amendment> {
    eventually("the checks of the amendment have these findings", || async {
        let read = scene.reviewer.get_amendment(ask::amendment(amendment)).await?;
        let codes: Vec<&str> = read.findings.iter().map(|finding| &*finding.code).collect();
        Ok((read.screen_time.is_some() && codes == expected).then_some(read))
    })
    .await
}

/// An observer renews their passport after the accreditation. They keep their number, but somebody must look at the new
/// passport.
#[tokio::test]
async fn scenario_09_a_new_passport_keeps_the_accreditation_and_alerts_a_reviewer() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let before = scene.accredited("osce-odihr").await?;
    let issued = accreditation(&scene.osce, &before).await?;
    let ministry_read = read(&scene.officer, &before.name).await?;
    scene.world.clock().set(at(LATE)).await?;
    let renewed = ask::with_passport(&before, "N87654321");
    let amend = || ask::amend(&before, AmendmentKind::NewPassport, renewed.clone());

    // The passport page must be uploaded first. The request changes nothing yet, and only one can be open at a time.
    refused(scene.osce.amend_accreditation(amend()).await, Code::FailedPrecondition, "DOCUMENTS_NOT_UPLOADED");
    refused(scene.cis.amend_accreditation(amend()).await, Code::NotFound, "NOT_FOUND");
    scene.upload_next(&scene.osce, &before, &renewed).await?;
    let asked = scene.osce.amend_accreditation(amend()).await?;
    ensure!((asked.state(), asked.kind()) == (AmendmentState::Open, AmendmentKind::NewPassport), "{asked:?}");
    ensure!(asked.accreditation == before.accreditation && asked.screen_time.is_none());
    let second = scene.osce.amend_accreditation(amend()).await;
    refused(second, Code::AlreadyExists, "ALREADY_EXISTS");
    ensure!(read(&scene.osce, &before.name).await? == before, "an open amendment must change nothing");

    // The reviewer finds the amendment in a list, and reads both versions and the page of the new passport. The
    // ministry does not see the new page.
    let waiting = scene.reviewer.all_amendments(ask::all_amendments(true)).await?;
    ensure!(waiting.len() == 1 && waiting[0].name == asked.name && waiting[0].reason == asked.reason);
    let changed = ["person.passport.number", "person.passport.mrz", "documents.PASSPORT_PAGE"];
    ensure!(waiting[0].changed_fields == changed, "{:?}", waiting[0].changed_fields);
    let versions = [&waiting[0].before, &waiting[0].after].map(|one| passport(&one.clone().unwrap_or_default()));
    ensure!(versions == [passport(&before), passport(&renewed)]);
    for (reader, pages) in [(&scene.reviewer, 2), (&scene.officer, 1)] {
        let list = reader.list_documents(v1::ListDocumentsRequest { parent: before.name.clone() }).await?.documents;
        let found = list.iter().filter(|document| document.kind() == DocumentKind::PassportPage).count();
        ensure!(found == pages, "{found}");
    }
    refused(scene.cis.get_amendment(ask::amendment(&asked.name)).await, Code::NotFound, "NOT_FOUND");
    ensure!(scene.cis.all_amendments(ask::all_amendments(false)).await?.is_empty());

    // A reviewer accepts the amendment that they read. The number stays, a new badge is issued, and the decision stays.
    let checked = wait_for_findings(&scene, &asked.name, &[]).await?;
    let stale = v1::Amendment { etag: "1-0.0".to_owned(), ..checked.clone() };
    refused(scene.second_reviewer.decide_amendment(ask::accept(&stale)).await, Code::Aborted, "ETAG_MISMATCH");
    let same = scene.reviewer.decide_amendment(ask::accept(&checked)).await;
    refused(same, Code::PermissionDenied, "FOUR_EYES");
    let accept = ask::accept(&checked);
    let accepted = scene.second_reviewer.decide_amendment(accept.clone()).await?;
    ensure!(accepted.state() == AmendmentState::Accepted && accepted.closed_by.ends_with("/reviewer-2"));
    let after = read(&scene.osce, &before.name).await?;
    ensure!(passport(&after) == passport(&renewed) && after.content_digest == accepted.content_digest);
    ensure!((&after.accreditation, after.state()) == (&before.accreditation, before.state()));
    ensure!(after.recommendation == before.recommendation && after.decree == before.decree);
    let reissued = accreditation(&scene.officer, &before).await?;
    let (old, new) = (issued.badge.context("no badge")?, reissued.badge.context("no badge")?);
    ensure!(new.serial == old.serial + 1 && new.state() == BadgeState::Active, "{new:?}");
    ensure!(reissued.former_badges.len() == 1 && reissued.former_badges[0].serial == old.serial);
    ensure!(reissued.former_badges[0].void_reason() == BadgeVoidReason::Amended);
    let own = scene.osce.get_amendment(ask::amendment(&asked.name)).await?;
    ensure!(own.closed_by.is_empty() && own.before == waiting[0].before && own.after == waiting[0].after);

    // An amendment is decided once. Repetitions of the same request get the same answer.
    let again = scene.second_reviewer.decide_amendment(accept).await?;
    ensure!(again.receipt == accepted.receipt);
    let late = scene.second_reviewer.decide_amendment(ask::accept(&accepted)).await;
    let late = refused(late, Code::FailedPrecondition, "AMENDMENT_CLOSED");
    ensure!(late.metadata()["state"] == "ACCEPTED");
    refused(
        scene.osce.withdraw_amendment(ask::withdraw_amendment(&asked.name)).await,
        Code::FailedPrecondition,
        "AMENDMENT_CLOSED",
    );

    // Everyone concerned gets the events in order. The ministry learns only that the application has changed.
    let last = accepted.receipt.context("no receipt")?.event_id;
    let expected_events = ["AmendAccreditation amendments/1", "DecideAmendment", "DecideAmendment amendments/1"];
    let own = events_until(&scene.osce, &before.name, &last).await?;
    ensure!(own.ends_with(&expected_events.map(str::to_owned)), "{own:?}");
    let commission = events_until(&scene.reviewer, &before.name, &last).await?;
    ensure!(
        commission.contains(&"Tick amendments/1".to_owned()),
        "the commission gets an event of the checks: {commission:?}"
    );
    let missing: Vec<_> = expected_events.iter().filter(|one| !commission.contains(&(**one).to_owned())).collect();
    ensure!(missing.is_empty(), "{commission:?}");
    let sentinel = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&before.accreditation)).await?;
    let ministry =
        events_until(&scene.officer, &before.name, &sentinel.receipt.context("no receipt")?.event_id).await?;
    ensure!(ministry.last().is_some_and(|last| last == "DecideAmendment"), "{ministry:?}");
    ensure!(ministry.iter().all(|one| !one.contains("amendments")), "{ministry:?}");
    ensure!(read(&scene.officer, &before.name).await?.etag != ministry_read.etag);
    // An ended accreditation cannot be amended.
    let ended = ask::amend(&after, AmendmentKind::NewPassport, ask::with_passport(&after, "N11111111"));
    let ended = refused(scene.osce.amend_accreditation(ended).await, Code::FailedPrecondition, "ACCREDITATION_ENDED");
    ensure!(ended.metadata()["state"] == "WITHDRAWN_BY_SENDER");
    let other = ask::with_passport(&after, "N22222222");
    ensure!(
        scene.upload_next(&scene.osce, &after, &other).await.is_err(),
        "a page for an ended accreditation must be refused"
    );
    Ok(())
}

/// Another person has the passport, and the watch list has its holder. The commission sees both findings before it
/// decides. No delegation can learn of them, not even from an etag.
#[tokio::test]
async fn the_commission_sees_the_findings_of_a_new_passport_and_delegations_do_not() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let other = scene.bring("cis", Reach::Presented).await?;
    let before = scene.accredited("osce-odihr").await?;
    let same_passport = passport(&other);
    let mut renewed = ask::with_passport(&before, &same_passport.number);
    renewed.person.get_or_insert_default().passport.get_or_insert_default().issuing_state = same_passport.issuing_state;
    scene.upload_next(&scene.osce, &before, &renewed).await?;
    let asked =
        scene.osce.amend_accreditation(ask::amend(&before, AmendmentKind::NewPassport, renewed.clone())).await?;
    let found = wait_for_findings(&scene, &asked.name, &["DUPLICATE_DOCUMENT"]).await?;
    ensure!(found.findings[0].related == other.name, "{found:?}");
    eventually("the checks find the duplicate in the other application", || async {
        let there = read(&scene.reviewer, &other.name).await?;
        Ok(there.findings.iter().any(|finding| finding.related == before.name).then_some(()))
    })
    .await?;

    // The watch list changes while the amendment is open: the etag that the reviewer read is outdated.
    let person = renewed.person.clone().context("no person")?;
    scene.registrar.replace_watch_list(ask::watch(&person)).await?;
    let listed = wait_for_findings(&scene, &asked.name, &["DUPLICATE_DOCUMENT", "WATCH_LIST"]).await?;
    refused(scene.second_reviewer.decide_amendment(ask::accept(&found)).await, Code::Aborted, "ETAG_MISMATCH");
    let without_reason = scene.second_reviewer.decide_amendment(ask::accept(&listed)).await;
    let without_reason = refused(without_reason, Code::FailedPrecondition, "BLOCKING_FINDINGS");
    ensure!(without_reason.metadata()["findings"] == "DUPLICATE_DOCUMENT,WATCH_LIST");
    let revealing = scene.second_reviewer.decide_amendment(ask::decline(&listed, "CIS has filed that passport.")).await;
    let revealing = refused(revealing, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(revealing.violations()[0].field == "text", "{revealing}");
    for delegation in [&scene.osce, &scene.cis] {
        let list = delegation.all_amendments(ask::all_amendments(false)).await?;
        let shown: String = list.iter().map(|one| wire::json::to_json(one).to_string()).collect();
        ensure!(
            !shown.contains("DUPLICATE") && !shown.contains("WATCH_LIST") && !shown.contains(&other.name),
            "{shown}"
        );
    }
    ensure!(
        scene.osce.get_amendment(ask::amendment(&asked.name)).await?.etag == asked.etag,
        "the etag must not reveal the findings"
    );
    ensure!(read(&scene.osce, &before.name).await? == before);

    // The findings disappear with a withdrawn amendment. A second one is accepted with a reason that only the
    // commission reads.
    scene.osce.withdraw_amendment(ask::withdraw_amendment(&asked.name)).await?;
    let closed = scene.second_reviewer.decide_amendment(ask::accept(&listed)).await;
    refused(closed, Code::FailedPrecondition, "AMENDMENT_CLOSED");
    eventually("the other application has no findings any more", || async {
        let there = read(&scene.reviewer, &other.name).await?;
        Ok(there.findings.is_empty().then_some(()))
    })
    .await?;
    let again = scene.osce.amend_accreditation(ask::amend(&before, AmendmentKind::NewPassport, renewed)).await?;
    ensure!(again.name.ends_with("/2") && again.revision == asked.revision + 1, "{again:?}");
    let found = wait_for_findings(&scene, &again.name, &["DUPLICATE_DOCUMENT", "WATCH_LIST"]).await?;
    let clear_reason = "The issuer has confirmed that the other one was given back.".to_owned();
    let accept = v1::DecideAmendmentRequest { clear_reason: clear_reason.clone(), ..ask::accept(&found) };
    let accepted = scene.second_reviewer.decide_amendment(accept).await?;
    ensure!(accepted.findings.iter().all(|finding| finding.clear_reason == clear_reason), "{accepted:?}");
    let own = scene.osce.get_amendment(ask::amendment(&again.name)).await?;
    ensure!(own.findings.is_empty() && own.state() == AmendmentState::Accepted);
    eventually("the checks find the duplicate again", || async {
        let there = read(&scene.reviewer, &other.name).await?;
        Ok(there.findings.iter().any(|finding| finding.related == before.name).then_some(()))
    })
    .await
}

/// The delegation has no system of its own, so a registrar enters the amendment for it. That person may not decide it.
#[tokio::test]
async fn a_registrar_amends_a_paper_application_but_cannot_decide_the_amendment() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let filed = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    let name = scene.bring_as("osce-odihr", filed, Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let electronic = scene.accredited("osce-odihr").await?;
    let before = read(&scene.osce, &name).await?;
    let correct = |of: &v1::Application| ask::amend(of, AmendmentKind::Correction, ask::with_family_name(of, "ROE"));
    refused(scene.osce.amend_accreditation(correct(&before)).await, Code::PermissionDenied, "ROLE_REQUIRED");
    refused(scene.registrar.amend_accreditation(correct(&electronic)).await, Code::NotFound, "NOT_FOUND");

    // Another registrar enters the amendment. That person cannot decide it, whatever their certificate.
    let (kind, person) = (v1::PrincipalKind::Person, "cec.clerk");
    let roles = ["cec.registrar", "cec.reviewer"];
    drop(scene.world.add_principal(CEC, "clerk", kind, person, &roles[..1]).await?);
    drop(scene.world.add_principal(CEC, "clerk-reviews", kind, person, &roles[1..]).await?);
    let registrar = scene.world.actor(CEC, "clerk");
    let asked = registrar.amend_accreditation(correct(&read(&registrar, &name).await?)).await?;
    ensure!(
        scene.registrar.all_amendments(ask::all_amendments(true)).await?.len() == 1,
        "a registrar lists the amendments of paper applications"
    );
    ensure!(read(&scene.osce, &name).await? == before, "an open amendment must change nothing");
    let theirs = scene.osce.withdraw_amendment(ask::withdraw_amendment(&asked.name)).await;
    refused(theirs, Code::PermissionDenied, "ROLE_REQUIRED");
    let checked = scene.checked(&asked.name).await?;
    let own = scene.world.actor(CEC, "clerk-reviews").decide_amendment(ask::accept(&checked)).await;
    refused(own, Code::PermissionDenied, "FOUR_EYES");
    scene.second_reviewer.decide_amendment(ask::accept(&checked)).await?;
    ensure!(family_name(&read(&scene.osce, &name).await?) == "ROE");
    Ok(())
}

/// Two reviewers decide the same amendments while a decree issues badges. Each amendment is accepted once, and the
/// badge serials have no gap.
#[tokio::test]
async fn concurrent_amendments_are_accepted_once_each_and_leave_no_gap_in_badge_serials() -> anyhow::Result<()> {
    const PEOPLE: usize = 6;
    let mut scene = Scene::on(DATABASE).await?;
    let (kind, person) = (v1::PrincipalKind::Person, "cec.reviewer-3");
    drop(scene.world.add_principal(CEC, "reviewer-3", kind, person, &["cec.reviewer"]).await?);
    let names = scene.recommend_many("osce-odihr", PEOPLE).await?;
    scene.decide(names.clone()).await?;
    let more = scene.recommend_many("cis", 2).await?;
    let mut checked = Vec::new();
    for name in &names {
        let before = read(&scene.osce, name).await?;
        let content = ask::with_family_name(&before, "ROE");
        let asked = scene.osce.amend_accreditation(ask::amend(&before, AmendmentKind::Correction, content)).await?;
        checked.push(scene.checked(&asked.name).await?);
    }
    let second = scene.world.actor(CEC, "reviewer-3");
    let (first, decree) = (&scene.second_reviewer, scene.decree_over(more).await?);
    let decide = |reviewer: &Client, one: &v1::Amendment| {
        let (reviewer, accept) = (reviewer.clone(), ask::accept(one));
        async move { reviewer.decide_amendment(accept).await }
    };
    let both = checked.iter().flat_map(|one| [decide(first, one), decide(&second, one)]);
    let (decided, adopted) = tokio::join!(join_all(both), scene.adopter.adopt_decree(ask::adopt(&decree)));
    adopted?;
    let (accepted, late): (Vec<_>, Vec<_>) = decided.into_iter().partition(Result::is_ok);
    ensure!((accepted.len(), late.len()) == (PEOPLE, PEOPLE), "each amendment must be accepted exactly once");
    for refusal in late {
        refused(refusal, Code::FailedPrecondition, "AMENDMENT_CLOSED");
    }
    let mut serials = Vec::new();
    for one in scene.auditor.all_accreditations(ask::all_accreditations()).await? {
        let read = scene.auditor.get_accreditation(ask::accreditation(&one.name)).await?;
        serials.extend(read.badge.iter().chain(&read.former_badges).map(|badge| badge.serial));
    }
    serials.sort_unstable();
    let badges = i64::try_from(2 * PEOPLE + 2)?;
    ensure!(serials.iter().copied().eq(1..=badges), "{serials:?}");
    Ok(())
}

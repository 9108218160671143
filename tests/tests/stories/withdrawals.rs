//! A delegation withdraws an accreditation with a note, at any time until it ends.
//!
//! The accreditation ends once and its badge is void at once. The ministry and the commission read the same note. The
//! decree and the register stay. Scenarios 4 and 16.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use stories::{Reach, Scene, ask, at, eventually, refused, timestamp};
use tokio::time::timeout;
use wire::v1;

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);

/// Accredits a new person of `osce-odihr`.
async fn accredit(scene: &Scene) -> anyhow::Result<v1::Accreditation> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let accreditation = scene.osce.get_application(ask::application(&name)).await?.accreditation;
    Ok(scene.osce.get_accreditation(ask::accreditation(&accreditation)).await?)
}

fn seconds(time: Option<prost_types::Timestamp>) -> i64 {
    time.unwrap_or_default().seconds
}

/// Waits for the event by which a reader learns of a withdrawal.
async fn withdrawal_event(reader: &Client) -> anyhow::Result<v1::Event> {
    let mut watch = reader.watch(&ask::election(), Vec::new());
    loop {
        let response = timeout(EVENT_TIMEOUT, watch.next(|_| ())).await.context("no event within the timeout")??;
        let event = response.event.context("no event in the response")?;
        if event.action == "AccreditationService/WithdrawAccreditation" {
            return Ok(event);
        }
    }
}

/// An observer who falls ill on the last evening must not be counted, and their badge must not be used.
#[tokio::test]
async fn scenario_04_a_delegation_withdraws_an_accreditation_late_and_the_badge_is_void() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (issued, other) = (accredit(&scene).await?, accredit(&scene).await?);
    let badge = issued.badge.context("no badge")?;
    ensure!(issued.state() == v1::AccreditationState::Active && badge.state() == v1::BadgeState::Active);
    ensure!(badge.serial == 1 && badge.issue_time == issued.accredit_time && badge.void_time.is_none());
    ensure!(other.badge.context("no badge")?.serial == 2);

    // The evening before the vote is long after both cutoffs.
    let now = at("2019-06-08T15:00:00Z");
    scene.world.clock().set(now).await?;
    let request = ask::withdraw_accreditation(&issued.name);
    let ended = scene.osce.withdraw_accreditation(request.clone()).await?;
    ensure!(ended.state() == v1::AccreditationState::WithdrawnBySender && seconds(ended.state_time) >= now.as_second());
    ensure!(ended.end_reason == request.reason && ended.receipt.is_some());
    let void = ended.badge.context("no badge")?;
    ensure!(void.state() == v1::BadgeState::Void && void.void_time == ended.state_time);
    ensure!(void.void_reason() == v1::BadgeVoidReason::AccreditationEnded && void.serial == badge.serial);

    // The application and the facts of the accreditation stay: the decree is still valid.
    let as_issued = |now: &v1::Accreditation| (now.application.clone(), now.decree.clone(), now.accredit_time);
    ensure!(as_issued(&ended) == as_issued(&issued));
    let application = scene.osce.get_application(ask::application(&issued.application)).await?;
    ensure!(application.state() == v1::ApplicationState::Accredited && application.accreditation == issued.name);

    // The same request gets the same answer. A new request is refused, because an accreditation ends once.
    ensure!(scene.osce.withdraw_accreditation(request).await? == ended);
    let again = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&issued.name)).await;
    let again = refused(again, Code::FailedPrecondition, "ACCREDITATION_ENDED");
    ensure!(again.metadata()["state"] == "WITHDRAWN_BY_SENDER");

    // Other accreditations stay. The totals count accreditations that were given, and those that have ended.
    ensure!(scene.osce.get_accreditation(ask::accreditation(&other.name)).await? == other);
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    let row =
        totals.organizations.iter().find(|row| row.organization == "organizations/osce-odihr").context("no row")?;
    ensure!((totals.accredited, row.accredited, row.ended) == (2, 2, 1), "{totals:?}");
    // A report counts the accreditations that were active at its moment.
    for (as_of, accredited) in [(Some(timestamp(at("2019-06-08T14:00:00Z"))), 2), (None, 1)] {
        let report = scene.auditor.get_report(v1::GetReportRequest { as_of, ..ask::report() }).await?;
        ensure!(report.rows[0].accredited == accredited, "{report:?}");
    }
    Ok(())
}

/// Both authorities file the note under its number. Different numbers would make two withdrawals of one.
#[tokio::test]
async fn scenario_16_the_ministry_and_the_commission_read_the_same_withdrawal_note() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene).await?;
    let request = ask::withdraw_accreditation(&issued.name);
    scene.osce.withdraw_accreditation(request.clone()).await?;
    for reader in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter, &scene.registrar, &scene.auditor] {
        let read = reader.get_accreditation(ask::accreditation(&issued.name)).await?;
        ensure!(read.end_note_number == request.note_number && read.end_reason == request.reason);
        ensure!(reader.all_accreditations(ask::all_accreditations()).await? == [read]);
    }
    for reader in [&scene.osce, &scene.officer, &scene.reviewer] {
        ensure!(withdrawal_event(reader).await?.subject == issued.name);
    }
    // Another delegation can neither read nor withdraw it, and gets no event of it: its next event is its own.
    let other = scene.cis.get_accreditation(ask::accreditation(&issued.name)).await;
    refused(other, Code::NotFound, "NOT_FOUND");
    let other = scene.cis.withdraw_accreditation(ask::withdraw_accreditation(&issued.name)).await;
    refused(other, Code::NotFound, "NOT_FOUND");
    eventually("both attempts are recorded", || async {
        let attempts = scene.auditor.all_access_attempts(v1::ListAccessAttemptsRequest::default()).await?;
        Ok((attempts.iter().filter(|attempt| attempt.resource == issued.name).count() == 2).then_some(()))
    })
    .await?;
    let own = scene.bring("cis", Reach::Draft).await?;
    let mut watch = scene.cis.watch(&ask::election(), Vec::new());
    loop {
        let event = timeout(EVENT_TIMEOUT, watch.next(|_| ()))
            .await
            .context("no event within the timeout")??
            .event
            .context("no event in the response")?;
        ensure!(event.organization == "organizations/cis", "{event:?}");
        if event.subject == own.name {
            return Ok(());
        }
    }
}

/// Eight concurrent withdrawals, as from two servers or two people of one delegation, end the accreditation once.
#[tokio::test]
async fn concurrent_withdrawals_end_an_accreditation_once() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene).await?;
    let withdraw = || scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&issued.name));
    let answers = futures_util::future::join_all((0..8).map(|_| withdraw())).await;
    let (ended, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    ensure!(ended.len() == 1 && late.len() == 7);
    for answer in late {
        refused(answer, Code::FailedPrecondition, "ACCREDITATION_ENDED");
    }
    Ok(())
}

/// The reason is personal data and is erased with the rest. The withdrawal stays.
#[tokio::test]
async fn the_service_erases_the_reason_of_a_withdrawal_after_the_retention() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (issued, stays) = (accredit(&scene).await?, accredit(&scene).await?);
    let ended = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&issued.name)).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-15T06:00:00Z")).await?;
    let after = eventually("the reason is erased", || async {
        let read = scene.osce.get_accreditation(ask::accreditation(&issued.name)).await?;
        Ok(read.end_reason.is_empty().then_some(read))
    });
    let expected = v1::Accreditation { end_reason: String::new(), receipt: None, ..ended };
    ensure!(after.await? == expected);
    let late = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&stays.name)).await;
    refused(late, Code::FailedPrecondition, "ERASED");
    Ok(())
}

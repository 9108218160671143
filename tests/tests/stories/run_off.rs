//! The registrar calls a run-off, a second round of the election.
//!
//! The rule pack says what happens to accreditations: they are carried over, must be confirmed by their delegation, or
//! end and need new applications. The results of the last round end the observation. Scenario 25.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::calls::request_id;
use rehearsal::filing;
use rehearsal::world::{SECRETARY, VOTING_DAY};
use stories::{Scene, ask, at, eventually, refused, timestamp};
use tokio::time::timeout;
use wire::v1::{self, AccreditationState};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);
/// When the run-off is called: the morning after voting day.
const CALL: &str = "2019-06-10T04:00:00Z";
/// The voting day of the run-off.
const DAY: &str = "2019-06-23";
/// The submission cutoff and the presentation cutoff of the run-off.
const CUTOFFS: [&str; 2] = ["2019-06-17T12:00:00Z", "2019-06-18T12:00:00Z"];
/// A moment at which the service has ended what was not confirmed by the submission cutoff.
pub const AFTER_SUBMISSION_CUTOFF: &str = "2019-06-17T12:01:01Z";
/// When the results of the run-off are published.
const RESULTS: &str = "2019-06-24T04:00:00Z";

/// An election under a rule pack, with two delegations.
pub struct Round<'a> {
    scene: &'a Scene,
    code: String,
}

impl<'a> Round<'a> {
    /// Opens an election under a rule pack, with the missions of both delegations.
    pub async fn under(scene: &'a Scene, pack: &str) -> anyhow::Result<Self> {
        let known = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
        let code = format!("kz-{}-2019", pack.replace('/', ""));
        let election = Some(v1::Election { rule_pack: pack.to_owned(), ..known });
        let create = v1::CreateElectionRequest { request_id: request_id(), election_id: code.clone(), election };
        let name = scene.registrar.create_election(create).await?.name;
        scene.registrar.open_election(v1::OpenElectionRequest { request_id: request_id(), name }).await?;
        for organization in ["osce-odihr", "cis"] {
            scene.world.invite(&code, organization).await?;
            scene.world.accept_invitation(&code, organization).await?;
            scene.world.announce_mission(&code, organization, VOTING_DAY).await?;
        }
        Ok(Self { scene, code })
    }

    /// The name of the election.
    pub fn name(&self) -> String {
        format!("elections/{}", self.code)
    }

    /// The name of an organization's mission.
    pub fn mission(&self, organization: &str) -> String {
        format!("{}/missions/{organization}", self.name())
    }

    /// Files people of an organization and accredits them by a decree. Returns the names of their applications.
    async fn accredit(&self, organization: &str, people: Vec<v1::Application>) -> anyhow::Result<Vec<String>> {
        let (scene, mut names) = (self.scene, Vec::new());
        for mut application in people {
            let person = application.person.clone().unwrap_or_default();
            application.documents = filing::documents_of(&person);
            let filer = match application.paper {
                Some(_) => scene.registrar.clone(),
                None => scene.world.actor(organization, SECRETARY),
            };
            if application.paper.is_some() {
                application.documents.push(filing::note_of(&person));
            }
            let draft = filer.create_application(ask::file(&self.mission(organization), application)).await?;
            scene.upload(&filer, &draft).await?;
            names.push(filer.submit_application(ask::submit(&draft.name)).await?.name);
        }
        let (parent, number) = (self.name(), scene.number());
        let present =
            v1::CreatePresentationRequest { parent, ..ask::present(&format!("note {number}"), names.clone()) };
        scene.officer.create_presentation(present).await?;
        for name in &names {
            let claimed = scene.reviewer.claim_application(ask::claim(name)).await?;
            ensure!(claimed.findings.is_empty(), "{:?}", claimed.findings);
            scene.reviewer.recommend_application(ask::recommend(&claimed)).await?;
        }
        let create = v1::CreateDecreeRequest { parent: self.name(), ..ask::draft_decree(&format!("decree {number}")) };
        let draft = scene.adopter.create_decree(create).await?;
        let draft = scene.adopter.add_decree_items(ask::list_in(&draft.name, names.clone())).await?;
        scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
        Ok(names)
    }

    /// Accredits this number of new people of an organization. Returns the names of their applications.
    pub async fn accredit_many(&self, organization: &str, count: usize) -> anyhow::Result<Vec<String>> {
        self.accredit(organization, (0..count).map(|_| self.scene.someone()).collect()).await
    }

    /// A request to call the run-off.
    pub fn call_request(&self) -> v1::CallRunOffRequest {
        v1::CallRunOffRequest { name: self.name(), ..ask::call_run_off(DAY) }
    }

    /// Calls the run-off on the morning after voting day.
    pub async fn call_run_off(&self) -> anyhow::Result<v1::Election> {
        self.scene.world.clock().set(at(CALL)).await?;
        Ok(self.scene.registrar.call_run_off(self.call_request()).await?)
    }

    async fn accreditations(&self) -> anyhow::Result<Vec<v1::Accreditation>> {
        let request = v1::ListAccreditationsRequest { parent: self.name(), ..Default::default() };
        Ok(self.scene.auditor.all_accreditations(request).await?)
    }

    async fn states(&self) -> anyhow::Result<Vec<AccreditationState>> {
        Ok(self.accreditations().await?.iter().map(v1::Accreditation::state).collect())
    }

    /// Waits until the accreditations have these states, in the order of their numbers.
    pub async fn wait_for_states(&self, expected: &[AccreditationState]) -> anyhow::Result<()> {
        let reached = || async { Ok((self.states().await? == expected).then_some(())) };
        eventually(&format!("{expected:?}, but {:?}", self.states().await?), reached).await
    }

    /// Publishes the results of the run-off.
    async fn publish_results(&self) -> anyhow::Result<()> {
        self.scene.world.clock().set(at("2019-06-24T06:00:00Z")).await?;
        let request = v1::PublishResultsRequest { name: self.name(), ..ask::publish(at(RESULTS)) };
        self.scene.registrar.publish_results(request).await.map(drop).context("cannot publish the results")
    }

    /// The first events of an action that a reader gets, in the order of the log.
    async fn events_of(&self, reader: &Client, action: &str, count: usize) -> anyhow::Result<Vec<v1::Event>> {
        let (mut watch, mut events) = (reader.watch(&self.name(), Vec::new()), Vec::new());
        while events.len() < count {
            let next = timeout(EVENT_TIMEOUT, watch.next(|_| ())).await.context("no event within the timeout")??;
            events.extend(next.event.filter(|event| event.action.ends_with(action)));
        }
        Ok(events)
    }
}

/// The name of the accreditation with a number.
pub fn accreditation(round: &Round<'_>, number: u32) -> String {
    format!("{}/accreditations/{number}", round.name())
}

/// A delegation confirms certain accreditations for the run-off.
pub fn confirm(mission: &str, names: &[String]) -> v1::ConfirmAccreditationsRequest {
    v1::ConfirmAccreditationsRequest { all: false, accreditations: names.to_vec(), ..ask::confirm_all(mission) }
}

use AccreditationState::{Active, Ended, WithdrawnBySender};

/// Observers of the first round must not lose their badges for two weeks because nobody filed them again.
#[tokio::test]
async fn scenario_25_a_run_off_carries_over_all_active_accreditations() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let round = Round::under(&scene, "kz-1").await?;
    round.accredit_many("osce-odihr", 3).await?;
    let withdrawn = accreditation(&round, 3);
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&withdrawn)).await?;
    let before = round.accreditations().await?;

    refused(scene.registrar.call_run_off(round.call_request()).await, Code::FailedPrecondition, "VOTING_NOT_BEGUN");
    let request = v1::CallRunOffRequest { ..round.call_request() };
    scene.world.clock().set(at(CALL)).await?;
    for (day, field) in [("2019-06-09", "voting_day"), ("2019-06-10", "voting_day"), ("2019-02-30", "voting_day")] {
        let answer =
            scene.registrar.call_run_off(v1::CallRunOffRequest { voting_day: day.to_owned(), ..round.call_request() });
        let refusal = refused(answer.await, Code::InvalidArgument, "INVALID_REQUEST");
        ensure!(refusal.violations()[0].field == field, "{refusal}");
    }
    let called = scene.registrar.call_run_off(request.clone()).await?;
    ensure!(scene.registrar.call_run_off(request).await? == called, "the repeated request got another answer");
    refused(scene.registrar.call_run_off(round.call_request()).await, Code::Aborted, "ETAG_MISMATCH");
    let again = v1::CallRunOffRequest { expected_voting_day: DAY.to_owned(), ..round.call_request() };
    let third = v1::CallRunOffRequest { voting_day: "2019-07-07".to_owned(), ..again };
    refused(scene.registrar.call_run_off(third).await, Code::FailedPrecondition, "VOTING_NOT_BEGUN");
    ensure!(called.voting_day == DAY && called.run_off() == v1::RunOff::CarryOver);
    ensure!(called.submission_cutoff == Some(timestamp(at(CUTOFFS[0]))));
    ensure!(called.presentation_cutoff == Some(timestamp(at(CUTOFFS[1]))));
    let [set, run_off] = &called.schedule[..] else { anyhow::bail!("{called:?}") };
    ensure!((set.kind(), set.voting_day.as_str()) == (v1::ScheduleKind::Set, "2019-06-09"));
    ensure!((run_off.kind(), run_off.voting_day.as_str()) == (v1::ScheduleKind::RunOff, DAY));
    for reader in [&scene.osce, &scene.cis, &scene.officer, &scene.reviewer] {
        let events = round.events_of(reader, "/CallRunOff", 1).await?;
        ensure!(events[0].subject == round.name(), "{events:?}");
    }
    refused(
        scene.osce.confirm_accreditations(ask::confirm_all(&round.mission("osce-odihr"))).await,
        Code::FailedPrecondition,
        "NOTHING_TO_CONFIRM",
    );

    // A new person and a replacement are filed for the run-off. They are accredited beside the people who are carried
    // over.
    let replacement = v1::Application { replaces: accreditation(&round, 2), ..scene.someone() };
    round.accredit("osce-odihr", vec![scene.someone(), replacement]).await?;
    for moment in [AFTER_SUBMISSION_CUTOFF, "2019-06-23T04:00:00Z"] {
        scene.world.clock().set(at(moment)).await?;
        tokio::time::sleep(Duration::from_millis(1200)).await;
        let now = round.accreditations().await?;
        ensure!(
            (&now[0], &now[2]) == (&before[0], &before[2]),
            "an accreditation that is carried over must not change"
        );
        ensure!(now[0].state() == Active && now[1].state() == AccreditationState::Replaced);
        ensure!(now[3].state() == Active && now[4].state() == Active);
    }
    // The published results are those of the run-off. They end the active accreditations.
    let early = v1::PublishResultsRequest { name: round.name(), ..ask::publish(at("2019-06-22T17:59:59Z")) };
    refused(scene.registrar.publish_results(early).await, Code::InvalidArgument, "INVALID_REQUEST");
    round.publish_results().await?;
    round.wait_for_states(&[Ended, AccreditationState::Replaced, WithdrawnBySender, Ended, Ended]).await?;
    let late = v1::CallRunOffRequest {
        expected_voting_day: DAY.to_owned(),
        voting_day: "2019-07-07".to_owned(),
        ..round.call_request()
    };
    refused(scene.registrar.call_run_off(late).await, Code::FailedPrecondition, "RESULTS_PUBLISHED");
    Ok(())
}

/// The hosts must know who really comes again, so silence ends an accreditation.
#[tokio::test]
async fn a_run_off_ends_the_accreditations_that_a_delegation_does_not_confirm() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let round = Round::under(&scene, "kz-3").await?;
    let (ours, theirs) = (round.mission("osce-odihr"), round.mission("cis"));
    round.accredit_many("osce-odihr", 4).await?;
    round.accredit_many("cis", 1).await?;
    let name = |number| accreditation(&round, number);
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&name(4))).await?;
    let early = scene.osce.confirm_accreditations(ask::confirm_all(&ours)).await;
    refused(early, Code::FailedPrecondition, "NOTHING_TO_CONFIRM");
    ensure!(round.call_run_off().await?.run_off() == v1::RunOff::ReConfirm);
    // An accreditation that was given after the call needs no confirmation.
    scene.world.clock().set(at("2019-06-11T04:00:00Z")).await?;
    round.accredit_many("osce-odihr", 1).await?;

    // The call confirms all named accreditations or none. Those of another organization are answered as missing.
    let answer = scene.osce.confirm_accreditations(confirm(&ours, &[name(1), name(4), name(5)])).await;
    let refusal = refused(answer, Code::FailedPrecondition, "ITEMS_NOT_READY");
    let fields: Vec<_> = refusal.violations().iter().map(|one| one.field.clone()).collect();
    ensure!(fields == ["accreditations[1]", "accreditations[2]"], "{refusal}");
    ensure!(round.accreditations().await?.iter().all(|one| one.confirm_time.is_none()));
    for (request, field) in [
        (confirm(&ours, &[]), "accreditations"),
        (
            v1::ConfirmAccreditationsRequest { accreditations: vec![name(1)], ..ask::confirm_all(&ours) },
            "accreditations",
        ),
        (v1::ConfirmAccreditationsRequest { except: vec![name(1)], ..confirm(&ours, &[name(2)]) }, "except"),
    ] {
        let refusal =
            refused(scene.osce.confirm_accreditations(request).await, Code::InvalidArgument, "INVALID_REQUEST");
        ensure!(refusal.violations()[0].field == field, "{refusal}");
    }
    refused(scene.cis.confirm_accreditations(ask::confirm_all(&ours)).await, Code::NotFound, "NOT_FOUND");

    let one = confirm(&ours, &[name(1)]);
    let answer = scene.osce.confirm_accreditations(one.clone()).await?;
    ensure!((answer.confirmed, answer.unconfirmed.as_slice()) == (1, &[name(2), name(3)][..]), "{answer:?}");
    ensure!(scene.osce.confirm_accreditations(one).await? == answer, "the repeated request got another answer");
    let first = scene.osce.get_accreditation(ask::accreditation(&name(1))).await?.confirm_time;
    ensure!(first == Some(timestamp(at("2019-06-11T04:00:00Z"))));
    // A second call keeps earlier confirmations. The moment of the cutoff is still in time.
    scene.world.clock().set(at(CUTOFFS[0])).await?;
    let all_except = v1::ConfirmAccreditationsRequest { except: vec![name(3)], ..ask::confirm_all(&ours) };
    let answer = scene.osce.confirm_accreditations(all_except).await?;
    ensure!((answer.confirmed, answer.unconfirmed.as_slice()) == (2, &[name(3)][..]), "{answer:?}");
    ensure!(scene.osce.get_accreditation(ask::accreditation(&name(1))).await?.confirm_time == first);
    for reader in [&scene.osce, &scene.officer, &scene.reviewer] {
        let events = round.events_of(reader, "/ConfirmAccreditations", 4).await?;
        let events: Vec<_> = events.iter().map(|event| event.subject.as_str()).collect();
        ensure!(events == [name(1).as_str(), ours.as_str(), name(2).as_str(), ours.as_str()], "{events:?}");
    }
    scene.world.clock().set(at("2019-06-17T12:00:00.000001Z")).await?;
    let late = scene.cis.confirm_accreditations(ask::confirm_all(&theirs)).await;
    refused(late, Code::FailedPrecondition, "SUBMISSION_CUTOFF_PASSED");
    ensure!(round.states().await? == [Active, Active, Active, WithdrawnBySender, Active, Active]);

    scene.world.clock().set(at(AFTER_SUBMISSION_CUTOFF)).await?;
    round.wait_for_states(&[Active, Active, Ended, WithdrawnBySender, Ended, Active]).await?;
    let ended = scene.osce.get_accreditation(ask::accreditation(&name(3))).await?;
    ensure!(ended.end_reason == "The accreditation was not confirmed for the run-off.");
    ensure!(ended.badge.is_some_and(|badge| badge.state() == v1::BadgeState::Void));
    let events = round.events_of(&scene.cis, "Tick", 1).await?;
    ensure!(events[0].subject == name(5) && events[0].actor == "system", "{events:?}");
    round.publish_results().await?;
    round.wait_for_states(&[Ended, Ended, Ended, WithdrawnBySender, Ended, Ended]).await
}

/// A large delegation confirms all its people in one call. The service ends the others in batches.
#[tokio::test]
async fn a_delegation_confirms_many_accreditations_in_one_call() -> anyhow::Result<()> {
    const PEOPLE: usize = 60;
    let scene = Scene::on(DATABASE).await?;
    let round = Round::under(&scene, "kz-3").await?;
    round.accredit_many("osce-odihr", PEOPLE).await?;
    round.accredit_many("cis", PEOPLE).await?;
    round.call_run_off().await?;
    let answer = scene.osce.confirm_accreditations(ask::confirm_all(&round.mission("osce-odihr"))).await?;
    ensure!(answer.confirmed == i32::try_from(PEOPLE)? && answer.unconfirmed.is_empty(), "{answer:?}");
    scene.world.clock().set(at(AFTER_SUBMISSION_CUTOFF)).await?;
    round.wait_for_states(&[vec![Active; PEOPLE], vec![Ended; PEOPLE]].concat()).await
}

/// A registrar confirms accreditations that were filed on paper, with the number of a note, and no others.
#[tokio::test]
async fn a_registrar_confirms_paper_accreditations_with_a_note_number() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let round = Round::under(&scene, "kz-3").await?;
    let mission = round.mission("cis");
    let people = vec![scene.someone_on_paper(at("2019-05-01T00:00:00Z")), scene.someone()];
    round.accredit("cis", people).await?;
    round.accredit("osce-odihr", vec![scene.someone()]).await?;
    let name = |number| accreditation(&round, number);
    round.call_run_off().await?;
    let without_note = scene.registrar.confirm_accreditations(ask::confirm_all(&mission)).await;
    let refusal = refused(without_note, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(refusal.violations()[0].field == "note_number", "{refusal}");
    let noted = |request| v1::ConfirmAccreditationsRequest { note_number: "12-3/900".to_owned(), ..request };
    let other = scene.registrar.confirm_accreditations(noted(confirm(&mission, &[name(2)]))).await;
    refused(other, Code::FailedPrecondition, "ITEMS_NOT_READY");
    let electronic = noted(ask::confirm_all(&round.mission("osce-odihr")));
    let electronic = scene.registrar.confirm_accreditations(electronic).await;
    let electronic = refused(electronic, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(electronic.violations()[0].field == "parent", "{electronic}");
    let answer = scene.registrar.confirm_accreditations(noted(ask::confirm_all(&mission))).await?;
    ensure!((answer.confirmed, answer.unconfirmed.as_slice()) == (1, &[name(2)][..]), "{answer:?}");
    scene.world.clock().set(at(AFTER_SUBMISSION_CUTOFF)).await?;
    round.wait_for_states(&[Active, Ended, Ended]).await
}

/// Under this rule pack each round stands alone, and the same person may be filed again.
#[tokio::test]
async fn a_run_off_that_requires_new_applications_ends_all_accreditations() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let round = Round::under(&scene, "kz-4").await?;
    let quota = v1::Quota { category: v1::Category::ShortTermObserver.into(), limit: 2 };
    let name = format!("{}/invitations/osce-odihr", round.name());
    let read = scene.officer.get_invitation(v1::GetInvitationRequest { name: name.clone() }).await?;
    let invitation = Some(v1::Invitation { quotas: vec![quota], ..read.clone() });
    let update = v1::UpdateInvitationRequest { request_id: request_id(), name, etag: read.etag, invitation };
    scene.officer.update_invitation(update).await?;

    let people = vec![scene.someone(), scene.someone()];
    round.accredit("osce-odihr", people.clone()).await?;
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&accreditation(&round, 2))).await?;
    ensure!(round.call_run_off().await?.run_off() == v1::RunOff::Refile);
    round.wait_for_states(&[Ended, WithdrawnBySender]).await?;
    let confirm = scene.osce.confirm_accreditations(ask::confirm_all(&round.mission("osce-odihr"))).await;
    refused(confirm, Code::FailedPrecondition, "NOTHING_TO_CONFIRM");
    let ended = scene.osce.get_accreditation(ask::accreditation(&accreditation(&round, 1))).await?;
    ensure!(
        ended.end_reason == "A run-off was called, for which everyone is accredited again.",
        "{}",
        ended.end_reason
    );

    // The same person can be filed again. The ended accreditation is no duplicate, and uses no place of the quota.
    scene.world.clock().set(at("2019-06-11T04:00:00Z")).await?;
    round.accredit("osce-odihr", vec![people[0].clone()]).await?;
    scene.world.clock().set(at(AFTER_SUBMISSION_CUTOFF)).await?;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    ensure!(
        round.states().await? == [Ended, WithdrawnBySender, Active],
        "an accreditation that was given after the call must stay active"
    );
    round.publish_results().await?;
    round.wait_for_states(&[Ended, WithdrawnBySender, Ended]).await
}

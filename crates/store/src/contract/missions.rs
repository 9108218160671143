//! Invitations and missions: an organization sees its own alone.

use domain::deployment::{DeploymentPlan, Place, Team, Visit};
use domain::mission::{Invitation, InvitationState, Mission, Quota};
use domain::policy::{Action, Scope};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::DeploymentPlanName;
use domain::vocabulary::personal::Personal;
use jiff::{SignedDuration, Timestamp};

use crate::contract::actors::{delegation, ministry};
use crate::contract::commands::SENDERS;
use crate::contract::harness::{is_taken, met_no_row, stores};
use crate::contract::values::{ELECTION, application, code, invitation, mission, now};
use crate::{Page, StoreError};

command! {
    Invite { new: Invitation } -> (), |this, tx| {
        tx.insert_invitation(&ministry(Action::CreateInvitation), &this.new).await?
    }
}
command! {
    Answer { changed: Invitation } -> (), |this, tx| {
        let by = delegation(this.changed.name.organization.as_str(), Action::AcceptInvitation);
        tx.answer_invitation(&by, &this.changed, this.changed.version - 1).await?
    }
}
command! {
    Requote { changed: Invitation } -> (), |this, tx| {
        tx.update_quotas(&ministry(Action::UpdateInvitation), &this.changed, this.changed.version - 1).await?
    }
}
command! {
    Announce { new: Mission } -> (), |this, tx| {
        let by = delegation(this.new.name.organization.as_str(), Action::CreateMission);
        tx.insert_mission(&by, &this.new).await?
    }
}
command! {
    Change { changed: Mission } -> (), |this, tx| {
        let by = delegation(this.changed.name.organization.as_str(), Action::UpdateMission);
        tx.update_mission(&by, &this.changed, this.changed.version - 1).await?
    }
}
command! {
    Deploy { plan: DeploymentPlan } -> (), |this, tx| {
        let by = delegation(this.plan.name.mission.organization.as_str(), Action::UpdateDeploymentPlan);
        tx.put_deployment_plan(&by, &this.plan).await?
    }
}
command! {
    FindPlan { scope: Scope, of: &'static str } -> Option<DeploymentPlan>, |this, tx| {
        tx.lookup_deployment_plan(&this.scope, &plan(this.of, 1).name).await?
    }
}
command! {
    TeamsAt { of: &'static str, at: Timestamp } -> Vec<Team>, |this, tx| {
        let by = delegation(this.of, Action::GetReport);
        tx.teams_at(&by, &ELECTION.parse().expect("a code"), this.at).await?
    }
}
command! {
    FindInvitation { scope: Scope, of: &'static str } -> Option<Invitation>, |this, tx| {
        tx.lookup_invitation(&this.scope, &invitation(ELECTION, this.of).name).await?
    }
}
command! {
    FindMission { scope: Scope, of: &'static str } -> Option<Mission>, |this, tx| {
        tx.lookup_mission(&this.scope, &mission(ELECTION, this.of).name).await?
    }
}
command! {
    List { scope: Scope, page: Page<OrganizationCode> } -> (Vec<Invitation>, Vec<Mission>), |this, tx| {
        let invitations = tx.list_invitations(&this.scope, &code(), &this.page).await?;
        (invitations, tx.list_missions(&this.scope, &code(), &this.page).await?)
    }
}

fn plan(organization: &str, version: i64) -> DeploymentPlan {
    let name = application(ELECTION, organization, 1);
    let date = |text: &str| text.parse().expect("a date");
    let place = Place::Commission { region: "KZ-75".to_owned(), label: "12 \"a\"".to_owned() };
    let visits = vec![Visit { place, start_date: date("2019-06-08"), end_date: date("2019-06-09") }];
    let name_of_plan = DeploymentPlanName { mission: name.mission() };
    let team =
        Team {
            number: 1, observers: vec![name], reason: Personal::new("Ұлы".to_owned()), support: Vec::new(), visits
        };
    DeploymentPlan { name: name_of_plan, version, teams: vec![team], update_time: now() }
}

fn own(organization: &str) -> Scope {
    delegation(organization, Action::GetMission).scope().clone()
}

fn everyones() -> Scope {
    ministry(Action::GetMission).scope().clone()
}

#[tokio::test]
async fn an_invitation_is_answered_and_a_mission_follows() {
    for store in stores().await {
        let store = store.founded().await;
        store.meddle("DELETE FROM mission").await.expect("no application yet");
        store.meddle("DELETE FROM invitation").await.expect("no mission left");
        let pending = invitation(ELECTION, "cis");
        store.done(Invite { new: pending.clone() }).await;
        assert_eq!(store.seen(FindInvitation { scope: own("cis"), of: "cis" }).await.as_ref(), Some(&pending));
        let accepted = pending.answer(InvitationState::Accepted, now()).expect("it was pending");
        store.done(Answer { changed: accepted.clone() }).await;
        assert_eq!(store.seen(FindInvitation { scope: own("cis"), of: "cis" }).await, Some(accepted));
        assert_eq!(store.seen(FindMission { scope: own("cis"), of: "cis" }).await, None);
        store.done(Announce { new: mission(ELECTION, "cis") }).await;
        assert_eq!(store.seen(FindMission { scope: own("cis"), of: "cis" }).await, Some(mission(ELECTION, "cis")));
    }
}

#[tokio::test]
async fn another_organizations_invitation_and_mission_are_missing_ones() {
    for store in stores().await {
        let store = store.founded().await;
        for of in SENDERS {
            for caller in SENDERS {
                let scope = own(caller);
                let invited = store.seen(FindInvitation { scope: scope.clone(), of }).await;
                assert_eq!(invited.is_some(), of == caller, "{caller} reads {of}'s");
                assert_eq!(
                    store.seen(FindMission { scope, of }).await.is_some(),
                    of == caller,
                    "{caller} reads {of}'s"
                );
            }
            assert!(store.seen(FindInvitation { scope: everyones(), of }).await.is_some());
            assert!(store.seen(FindMission { scope: everyones(), of }).await.is_some());
        }
    }
}

#[tokio::test]
async fn lists_reach_as_far_as_the_scope_page_by_page() {
    for store in stores().await {
        let store = store.founded().await;
        let check = async |scope: Scope, after: Option<&str>, expected: &[&str]| {
            let page = Page { after: after.map(|code| code.parse().expect("a code")), size: 1 };
            let (invitations, missions) = store.seen(List { scope, page }).await;
            let invited: Vec<_> = invitations.iter().map(|found| found.name.organization.as_str()).collect();
            let observing: Vec<_> = missions.iter().map(|found| found.name.organization.as_str()).collect();
            assert_eq!((invited.as_slice(), observing.as_slice()), (expected, expected));
        };
        check(everyones(), None, &["cis", "osce-odihr"]).await;
        check(everyones(), Some("osce-odihr"), &["state-deu"]).await;
        check(own("osce-odihr"), None, &["osce-odihr"]).await;
        check(own("osce-odihr"), Some("osce-odihr"), &[]).await;
        check(own("mfa"), None, &[]).await;
    }
}

#[tokio::test]
async fn an_organization_is_invited_once_and_announces_one_mission_by_invitation() {
    for store in stores().await {
        let store = store.founded().await;
        let error = store.failed(Invite { new: invitation(ELECTION, "cis") }).await;
        assert!(is_taken(&error, "insert invitation"), "{error}");
        let error = store.failed(Announce { new: mission(ELECTION, "cis") }).await;
        assert!(is_taken(&error, "insert mission"), "{error}");
        let error = store.failed(Announce { new: mission(ELECTION, "mfa") }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert mission", .. }), "{error}");
        let error = store.failed(Answer { changed: Invitation { version: 2, ..invitation(ELECTION, "mfa") } }).await;
        assert!(met_no_row(&error, "answer invitation"), "{error}");
    }
}

#[tokio::test]
async fn a_mission_and_quotas_are_changed_from_the_version_that_was_read() {
    for store in stores().await {
        let store = store.founded().await;
        let changed =
            Mission { end_date: "2019-06-25".parse().expect("a date"), version: 2, ..mission(ELECTION, "cis") };
        store.done(Change { changed: changed.clone() }).await;
        assert_eq!(store.seen(FindMission { scope: own("cis"), of: "cis" }).await.as_ref(), Some(&changed));
        let error = store.failed(Change { changed }).await;
        assert!(met_no_row(&error, "update mission"), "{error}");

        let before = store.seen(FindInvitation { scope: own("cis"), of: "cis" }).await.expect("it is invited");
        let quotas = vec![Quota { category: Category::Driver, limit: 0 }];
        let cut = before.clone().expect(&before.etag(), quotas).expect("it was read");
        store.done(Requote { changed: cut.clone() }).await;
        assert_eq!(store.seen(FindInvitation { scope: own("cis"), of: "cis" }).await.as_ref(), Some(&cut));
        let error = store.failed(Requote { changed: cut }).await;
        assert!(met_no_row(&error, "update quotas"), "{error}");
    }
}

#[tokio::test]
async fn a_plan_is_written_once_as_the_first_and_read_by_its_own_and_the_hosts() {
    for store in stores().await {
        let store = store.founded().await;
        assert_eq!(store.seen(FindPlan { scope: own("cis"), of: "cis" }).await, None);
        store.done(Deploy { plan: plan("cis", 1) }).await;
        let error = store.failed(Deploy { plan: plan("cis", 1) }).await;
        assert!(is_taken(&error, "insert deployment_plan"), "{error}");
        store.done(Deploy { plan: plan("cis", 2) }).await;
        let error = store.failed(Deploy { plan: plan("cis", 2) }).await;
        assert!(met_no_row(&error, "update deployment_plan"), "{error}");
        for (scope, found) in [(own("cis"), true), (everyones(), true), (own("osce-odihr"), false)] {
            let expected = found.then(|| plan("cis", 2));
            assert_eq!(store.seen(FindPlan { scope, of: "cis" }).await, expected);
        }
    }
}

#[tokio::test]
async fn every_version_of_a_plan_is_found_as_of_its_time() {
    for store in stores().await {
        let store = store.founded().await;
        let later = now() + SignedDuration::from_hours(1);
        let just_before = later - SignedDuration::from_micros(1);
        let second = DeploymentPlan { teams: Vec::new(), update_time: later, ..plan("cis", 2) };
        store.done(Deploy { plan: plan("cis", 1) }).await;
        store.done(Deploy { plan: second }).await;
        let first = plan("cis", 1).teams;
        for (of, at, expected) in [
            ("cis", now() - SignedDuration::from_micros(1), Vec::new()),
            ("cis", now(), first.clone()),
            ("cis", just_before, first),
            ("cis", later, Vec::new()),
            ("osce-odihr", just_before, Vec::new()),
        ] {
            assert_eq!(store.seen(TeamsAt { of, at }).await, expected, "{of} {at}");
        }
    }
}

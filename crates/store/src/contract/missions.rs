//! Invitations, missions and deployment plans: an organization sees its own
//! alone.

use domain::deployment::{DeploymentPlan, Place, Team, Visit};
use domain::mission::{Invitation, InvitationState, Mission, Quota};
use domain::policy::{Action, Scope};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::DeploymentPlanName;
use domain::vocabulary::personal::Personal;
use jiff::{SignedDuration, Timestamp};

use crate::contract::fixtures::{ELECTION, application, code, invitation, mission, now};
use crate::contract::harness::{changed_no_row, is_taken, stores};
use crate::contract::permits::{delegation, ministry};
use crate::contract::shared_commands::SENDERS;
use crate::{Page, StoreError};

command! {
    /// Inserts an invitation.
    Invite { new: Invitation } -> (), |this, tx| {
        tx.insert_invitation(&ministry(Action::CreateInvitation), &this.new).await?
    }
}
command! {
    /// Records the answer to an invitation.
    Answer { changed: Invitation } -> (), |this, tx| {
        let by = delegation(this.changed.name.organization.as_str(), Action::AcceptInvitation);
        tx.answer_invitation(&by, &this.changed, this.changed.version - 1).await?
    }
}
command! {
    /// Changes the quotas of an invitation.
    Requote { changed: Invitation } -> (), |this, tx| {
        tx.update_quotas(&ministry(Action::UpdateInvitation), &this.changed, this.changed.version - 1).await?
    }
}
command! {
    /// Inserts a mission.
    Announce { new: Mission } -> (), |this, tx| {
        let by = delegation(this.new.name.organization.as_str(), Action::CreateMission);
        tx.insert_mission(&by, &this.new).await?
    }
}
command! {
    /// Changes a mission.
    Change { changed: Mission } -> (), |this, tx| {
        let by = delegation(this.changed.name.organization.as_str(), Action::UpdateMission);
        tx.update_mission(&by, &this.changed, this.changed.version - 1).await?
    }
}
command! {
    /// Stores a version of a deployment plan.
    Deploy { plan: DeploymentPlan } -> (), |this, tx| {
        let by = delegation(this.plan.name.mission.organization.as_str(), Action::UpdateDeploymentPlan);
        tx.put_deployment_plan(&by, &this.plan).await?
    }
}
command! {
    /// Looks up a deployment plan.
    FindPlan { scope: Scope, of: &'static str } -> Option<DeploymentPlan>, |this, tx| {
        tx.lookup_deployment_plan(&this.scope, &plan(this.of, 1).name).await?
    }
}
command! {
    /// Reads the teams of all plans as of a moment.
    TeamsAt { of: &'static str, at: Timestamp } -> Vec<Team>, |this, tx| {
        let by = delegation(this.of, Action::GetReport);
        tx.teams_at(&by, &ELECTION.parse().expect("a code"), this.at).await?
    }
}
command! {
    /// Looks up an invitation.
    FindInvitation { scope: Scope, of: &'static str } -> Option<Invitation>, |this, tx| {
        tx.lookup_invitation(&this.scope, &invitation(ELECTION, this.of).name).await?
    }
}
command! {
    /// Looks up a mission.
    FindMission { scope: Scope, of: &'static str } -> Option<Mission>, |this, tx| {
        tx.lookup_mission(&this.scope, &mission(ELECTION, this.of).name).await?
    }
}
command! {
    /// Reads a page of invitations and of missions.
    List { scope: Scope, page: Page<OrganizationCode> } -> (Vec<Invitation>, Vec<Mission>), |this, tx| {
        let invitations = tx.list_invitations(&this.scope, &code(), &this.page).await?;
        (invitations, tx.list_missions(&this.scope, &code(), &this.page).await?)
    }
}

/// A version of an organization's plan.
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

/// The scope of one organization.
fn own_scope(organization: &str) -> Scope {
    delegation(organization, Action::GetMission).scope().clone()
}

/// The scope of all organizations.
fn all_organizations() -> Scope {
    ministry(Action::GetMission).scope().clone()
}

/// The usual course, with everything read back after each step.
#[tokio::test]
async fn an_invitation_is_answered_and_a_mission_follows() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        // The sample data has a mission already.
        store.execute_directly("DELETE FROM mission").await.expect("no application yet");
        store.execute_directly("DELETE FROM invitation").await.expect("no mission left");
        let pending = invitation(ELECTION, "cis");
        store.run_ok(Invite { new: pending.clone() }).await;
        assert_eq!(store.read_ok(FindInvitation { scope: own_scope("cis"), of: "cis" }).await.as_ref(), Some(&pending));
        let accepted = pending.answer(InvitationState::Accepted, now()).expect("it was pending");
        store.run_ok(Answer { changed: accepted.clone() }).await;
        assert_eq!(store.read_ok(FindInvitation { scope: own_scope("cis"), of: "cis" }).await, Some(accepted));
        assert_eq!(store.read_ok(FindMission { scope: own_scope("cis"), of: "cis" }).await, None);
        store.run_ok(Announce { new: mission(ELECTION, "cis") }).await;
        assert_eq!(
            store.read_ok(FindMission { scope: own_scope("cis"), of: "cis" }).await,
            Some(mission(ELECTION, "cis"))
        );
    }
}

/// Whether an organization was invited is diplomatic information. So another
/// organization's invitation looks like one that does not exist.
#[tokio::test]
async fn invitations_and_missions_of_others_look_missing() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        for of in SENDERS {
            // Each organization reads each other one's invitation and mission.
            for caller in SENDERS {
                let scope = own_scope(caller);
                let invited = store.read_ok(FindInvitation { scope: scope.clone(), of }).await;
                assert_eq!(invited.is_some(), of == caller, "{caller} reads {of}'s");
                assert_eq!(
                    store.read_ok(FindMission { scope, of }).await.is_some(),
                    of == caller,
                    "{caller} reads {of}'s"
                );
            }
            assert!(store.read_ok(FindInvitation { scope: all_organizations(), of }).await.is_some());
            assert!(store.read_ok(FindMission { scope: all_organizations(), of }).await.is_some());
        }
    }
}

/// The hosts see all, an organization its own alone, also at page boundaries.
#[tokio::test]
async fn lists_reach_as_far_as_the_scope_page_by_page() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let check = async |scope: Scope, after: Option<&str>, expected: &[&str]| {
            let page = Page { after: after.map(|code| code.parse().expect("a code")), size: 1 };
            let (invitations, missions) = store.read_ok(List { scope, page }).await;
            let invited: Vec<_> = invitations.iter().map(|found| found.name.organization.as_str()).collect();
            let observing: Vec<_> = missions.iter().map(|found| found.name.organization.as_str()).collect();
            assert_eq!((invited.as_slice(), observing.as_slice()), (expected, expected));
        };
        check(all_organizations(), None, &["cis", "osce-odihr"]).await;
        check(all_organizations(), Some("osce-odihr"), &["state-deu"]).await;
        check(own_scope("osce-odihr"), None, &["osce-odihr"]).await;
        check(own_scope("osce-odihr"), Some("osce-odihr"), &[]).await;
        // The ministry's own organization has no mission.
        check(own_scope("mfa"), None, &[]).await;
    }
}

/// The keys refuse a second invitation, a second mission, and a mission without
/// invitation.
#[tokio::test]
async fn an_organization_is_invited_once_and_announces_one_mission_by_invitation() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let error = store.run_failed(Invite { new: invitation(ELECTION, "cis") }).await;
        assert!(is_taken(&error, "insert invitation"), "{error}");
        let error = store.run_failed(Announce { new: mission(ELECTION, "cis") }).await;
        assert!(is_taken(&error, "insert mission"), "{error}");
        // The ministry was not invited.
        let error = store.run_failed(Announce { new: mission(ELECTION, "mfa") }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert mission", .. }), "{error}");
        let error =
            store.run_failed(Answer { changed: Invitation { version: 2, ..invitation(ELECTION, "mfa") } }).await;
        assert!(changed_no_row(&error, "answer invitation"), "{error}");
    }
}

/// Two people edit the same version: the second fails instead of overwriting
/// the first.
#[tokio::test]
async fn a_mission_and_quotas_are_changed_from_the_version_that_was_read() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let changed =
            Mission { end_date: "2019-06-25".parse().expect("a date"), version: 2, ..mission(ELECTION, "cis") };
        store.run_ok(Change { changed: changed.clone() }).await;
        assert_eq!(store.read_ok(FindMission { scope: own_scope("cis"), of: "cis" }).await.as_ref(), Some(&changed));
        // The same change again starts from a version that is no longer there.
        let error = store.run_failed(Change { changed }).await;
        assert!(changed_no_row(&error, "update mission"), "{error}");

        let before = store.read_ok(FindInvitation { scope: own_scope("cis"), of: "cis" }).await.expect("it is invited");
        let quotas = vec![Quota { category: Category::Driver, limit: 0 }];
        let cut = before.clone().expect(&before.etag(), quotas).expect("it was read");
        store.run_ok(Requote { changed: cut.clone() }).await;
        assert_eq!(store.read_ok(FindInvitation { scope: own_scope("cis"), of: "cis" }).await.as_ref(), Some(&cut));
        let error = store.run_failed(Requote { changed: cut }).await;
        assert!(changed_no_row(&error, "update quotas"), "{error}");
    }
}

/// Two people write the first version: one of them must fail. A plan shows
/// where observers will be, so other organizations must not see it.
#[tokio::test]
async fn a_deployment_plan_has_one_first_version_and_restricted_readers() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        assert_eq!(store.read_ok(FindPlan { scope: own_scope("cis"), of: "cis" }).await, None);
        store.run_ok(Deploy { plan: plan("cis", 1) }).await;
        // Two people write the first version at once.
        let error = store.run_failed(Deploy { plan: plan("cis", 1) }).await;
        assert!(is_taken(&error, "insert deployment_plan"), "{error}");
        store.run_ok(Deploy { plan: plan("cis", 2) }).await;
        let error = store.run_failed(Deploy { plan: plan("cis", 2) }).await;
        assert!(changed_no_row(&error, "update deployment_plan"), "{error}");
        for (scope, found) in [(own_scope("cis"), true), (all_organizations(), true), (own_scope("osce-odihr"), false)]
        {
            let expected = found.then(|| plan("cis", 2));
            assert_eq!(store.read_ok(FindPlan { scope, of: "cis" }).await, expected);
        }
    }
}

/// Reports about a past moment use the plan of that moment.
#[tokio::test]
async fn every_version_of_a_plan_is_found_as_of_its_time() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let later = now() + SignedDuration::from_hours(1);
        let just_before = later - SignedDuration::from_micros(1);
        let second = DeploymentPlan { teams: Vec::new(), update_time: later, ..plan("cis", 2) };
        store.run_ok(Deploy { plan: plan("cis", 1) }).await;
        store.run_ok(Deploy { plan: second }).await;
        let first = plan("cis", 1).teams;
        // A version is valid from its own moment on, to the microsecond.
        for (of, at, expected) in [
            ("cis", now() - SignedDuration::from_micros(1), Vec::new()),
            ("cis", now(), first.clone()),
            ("cis", just_before, first),
            ("cis", later, Vec::new()),
            ("osce-odihr", just_before, Vec::new()),
        ] {
            assert_eq!(store.read_ok(TeamsAt { of, at }).await, expected, "{of} {at}");
        }
    }
}

//! Invitations and missions: an organization sees its own alone.

use domain::id::OrganizationCode;
use domain::mission::{Invitation, InvitationState, Mission};
use domain::policy::{Action, Scope};
use store::{Page, StoreError};

use crate::actors::{delegation, ministry};
use crate::commands::SENDERS;
use crate::harness::{is_taken, met_no_row, stores};
use crate::values::{ELECTION, code, invitation, mission, now};

command! {
    Invite { new: Invitation } -> (), |this, tx| {
        tx.insert_invitation(&ministry(Action::CreateInvitation), &this.new).await?
    }
}
command! {
    Answer { changed: Invitation } -> (), |this, tx| {
        let by = delegation(this.changed.name.organization.as_str(), Action::AcceptInvitation);
        tx.update_invitation(&by, &this.changed).await?
    }
}
command! {
    Announce { new: Mission } -> (), |this, tx| {
        let by = delegation(this.new.name.organization.as_str(), Action::CreateMission);
        tx.insert_mission(&by, &this.new).await?
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
        let error = store.failed(Answer { changed: invitation(ELECTION, "mfa") }).await;
        assert!(met_no_row(&error, "update invitation"), "{error}");
    }
}

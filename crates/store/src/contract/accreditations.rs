//! Accreditations: what an adopted decree leaves, and how accreditations change
//! later.

use domain::accreditation::{Accreditation, Withdrawal};
use domain::application::Application;
use domain::decree::Adoption;
use domain::election::{Election, EndingScope};
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::name::{AccreditationName, ApplicationName};
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::contract::fixtures::{adopt, at, code, decree, now};
use crate::contract::harness::{TestStore, is_taken, stores};
use crate::contract::permits::{adopter, delegation, ministry, person, registrar};
use crate::contract::shared_commands::MoveToState;
use crate::{Page, Series};

command! {
    /// Adopts a decree over applications. It ends as `ending` says, after all
    /// rows were written.
    Adopt { names: Vec<ApplicationName>, ending: CommandEnd } -> Adoption, |this, tx| {
        let by = adopter(Action::AdoptDecree);
        tx.insert_decree(&by, &decree(1, Vec::new())).await?;
        let found = tx.applications(&by, &code(), &this.names).await?;
        let recommended: Vec<_> = found.into_iter().flatten().collect();
        let before: Vec<_> = recommended.iter().map(Application::stored).collect();
        let count = u32::try_from(recommended.len()).expect("a short list");
        let first = tx.take_numbers(&by, &code(), Series::Accreditation, count).await?;
        let adoption = adopt(recommended, first)?;
        tx.update_decree(&by, &adoption.decree, 1).await?;
        tx.replace_decree_items(&by, &adoption.decree).await?;
        for (application, before) in adoption.applications.iter().zip(before) {
            tx.update_application(&by, application, before, now()).await?;
        }
        for accreditation in &adoption.accreditations {
            tx.insert_accreditation(&by, accreditation).await?;
        }
        match this.ending {
            CommandEnd::Adopted => adoption,
            CommandEnd::Refused => return Err(Refusal::EtagMismatch.into()),
            CommandEnd::Failed => {
                tx.insert_accreditation(&by, &adoption.accreditations[0]).await?;
                adoption
            }
        }
    }
}
command! {
    /// Reads an accreditation.
    Find { by: Permit, name: AccreditationName } -> Option<Accreditation>, |this, tx| {
        tx.lookup_accreditation(&this.by, &this.name).await?
    }
}
command! {
    /// Reads a page of accreditations.
    List { by: Permit, page: Page<u32> } -> Vec<Accreditation>, |this, tx| {
        tx.list_accreditations(&this.by, &code(), &this.page).await?
    }
}
command! {
    /// Reads the numbers of those that were confirmed for a run-off, or were
    /// not.
    ListConfirmed { by: Permit, of: (Timestamp, bool), page: Page<u32> } -> Vec<u32>, |this, tx| {
        let found = tx.list_accreditations_confirmed(&this.by, &code(), this.of, &this.page).await?;
        found.into_iter().map(|one| one.name.number).collect()
    }
}

command! {
    /// Adds the last change of an accreditation.
    Change { by: Permit, changed: Accreditation } -> (), |this, tx| {
        tx.change_accreditation(&this.by, &this.changed).await?;
    }
}

command! {
    /// Records that a run-off was called.
    Call { time: Timestamp } -> (), |this, tx| {
        let election = tx.lookup_election(&code()).await?.expect("it is there");
        let called = Election { run_off_time: Some(this.time), ..election };
        tx.update_run_off_time(&registrar(Action::CallRunOff), &called).await?;
    }
}
command! {
    /// Records the confirmation of an accreditation for a run-off.
    Confirm { of: Accreditation, called: Timestamp } -> (), |this, tx| {
        let by = own_permit(this.of.application.organization.as_str());
        let secretary = person("secretary").principal;
        tx.insert_confirmation(&by, &this.of, this.called, &secretary, at("2019-06-12T00:00:00Z")).await?;
    }
}
command! {
    /// Reads the numbers of the accreditations that have to end.
    ToEnd { scope: EndingScope, after: u32, limit: u32 } -> Vec<u32>, |this, tx| {
        let by = Permit::for_the_service();
        let found = tx.accreditations_to_end(&by, &code(), this.scope, this.after, this.limit).await?;
        found.into_iter().map(|one| one.name.number).collect()
    }
}

/// How the command ends after it has written everything.
pub enum CommandEnd {
    /// The decree is adopted.
    Adopted,
    /// A rule refuses it at the very end.
    Refused,
    /// The database refuses the last insert.
    Failed,
}

/// Four recommended applications. The last one belongs to another organization.
async fn recommended(store: &TestStore) -> Vec<ApplicationName> {
    let mut names = Vec::new();
    for (number, organization) in (1..).zip(["cis", "cis", "cis", "osce-odihr"]) {
        let name = store.file_for(organization, number).await.name;
        store.run_ok(MoveToState { name: name.clone(), to: StateKind::Recommended, position: number }).await;
        names.push(name);
    }
    names
}

/// A delegation's permit to read its accreditations.
fn own_permit(organization: &str) -> Permit {
    delegation(organization, Action::ListAccreditations)
}

/// The hosts see all accreditations, a delegation its own alone, in lookups and
/// lists.
#[tokio::test]
async fn accreditations_read_back_as_far_as_the_permit_reaches() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let names = recommended(&store).await;
        let made = store.run_ok(Adopt { names, ending: CommandEnd::Adopted }).await.accreditations;
        assert_eq!(made.iter().map(|made| made.name.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let everyones = || ministry(Action::ListAccreditations);
        let all = Page { after: None, size: 100 };
        // The owner and the hosts find each one; an organization that is not
        // concerned finds none.
        for accreditation in &made {
            let name = accreditation.name.clone();
            let owner = accreditation.application.organization.as_str();
            assert_eq!(
                store.read_ok(Find { by: own_permit(owner), name: name.clone() }).await.as_ref(),
                Some(accreditation)
            );
            assert_eq!(store.read_ok(Find { by: own_permit("state-deu"), name: name.clone() }).await, None);
            assert_eq!(store.read_ok(Find { by: everyones(), name }).await.as_ref(), Some(accreditation));
        }
        assert_eq!(store.read_ok(List { by: everyones(), page: all.clone() }).await, made);
        assert_eq!(store.read_ok(List { by: own_permit("cis"), page: all.clone() }).await, made[..3]);
        assert_eq!(store.read_ok(List { by: own_permit("state-deu"), page: all }).await, []);
        assert_eq!(store.read_ok(List { by: own_permit("cis"), page: Page { after: None, size: 1 } }).await, made[..2]);
        assert_eq!(
            store.read_ok(List { by: own_permit("cis"), page: Page { after: Some(2), size: 1 } }).await,
            made[2..3]
        );
    }
}

/// A decree is all or nothing. A partly applied one would accredit people whom
/// no decree names.
#[tokio::test]
async fn a_refused_or_failed_adoption_leaves_nothing() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let names = recommended(&store).await;
        // Once the command is refused after all writes, once the last insert
        // violates a key.
        store.run_refused(Adopt { names: names.clone(), ending: CommandEnd::Refused }).await;
        let error = store.run_failed(Adopt { names: names.clone(), ending: CommandEnd::Failed }).await;
        assert!(is_taken(&error, "insert accreditation"), "{error}");
        assert_eq!(store.query_number("SELECT COUNT(*) FROM decree").await, 0);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM accreditation").await, 0);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM application WHERE state = 'RECOMMENDED'").await, 4);
        let made = store.run_ok(Adopt { names, ending: CommandEnd::Adopted }).await.accreditations;
        assert_eq!(made[0].name.number, 1, "the numbers are free again");
    }
}

/// Two people withdraw at once: the second fails, because the number of the
/// change is taken. The accreditation itself is evidence and is never updated.
#[tokio::test]
async fn a_withdrawal_is_recorded_once_and_the_accreditation_row_stays() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let names = recommended(&store).await;
        let made = store.run_ok(Adopt { names, ending: CommandEnd::Adopted }).await.accreditations;
        let by = || delegation("cis", Action::WithdrawAccreditation);
        let reason = Personal::new("Fell ill.".to_owned());
        let withdrawal = Withdrawal { reason, note_number: "12-3/456".to_owned() };
        let end = |before: &Accreditation| {
            let (by, now) = (person("secretary").principal, at("2019-06-08T15:00:00.000001Z"));
            before.clone().withdraw(withdrawal.clone(), &by, now).expect("it is in force")
        };
        let changed = end(&made[0]);
        store.run_ok(Change { by: by(), changed: changed.clone() }).await;
        let all = Page { after: None, size: 100 };
        let read = store.read_ok(List { by: ministry(Action::ListAccreditations), page: all }).await;
        assert_eq!(read[0], changed);
        assert_eq!(read[1..], made[1..]);
        // The same change again: its number is taken.
        let error = store.run_failed(Change { by: by(), changed }).await;
        assert!(is_taken(&error, "insert accreditation_change"), "{error}");
        assert_eq!(store.query_number("SELECT COUNT(*) FROM accreditation WHERE state = 'ACTIVE'").await, 4);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM badge WHERE void_time IS NOT NULL").await, 1);
        // A trigger keeps a void badge void, also for the owner of the
        // database.
        let back = "UPDATE badge SET void_reason = NULL, void_time = NULL WHERE void_time IS NOT NULL";
        assert!(store.execute_directly(back).await.is_err(), "a void badge stays void");
    }
}

/// A confirmation for an earlier run-off must not keep an accreditation alive
/// in the next one. Whatever the list shows as unconfirmed is exactly what the
/// job ends.
#[tokio::test]
async fn a_confirmation_counts_for_the_last_run_off_and_unconfirmed_ones_end() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let names = recommended(&store).await;
        let made = store.run_ok(Adopt { names, ending: CommandEnd::Adopted }).await.accreditations;
        let accredited = made[0].accredit_time;
        let later = accredited + jiff::SignedDuration::from_secs(1);
        let withdrawal = Withdrawal { reason: Personal::default(), note_number: String::new() };
        let by = person("secretary").principal;
        let changed = made[1].clone().withdraw(withdrawal, &by, later).expect("it is in force");
        store.run_ok(Change { by: own_permit("cis"), changed }).await;
        // Number 2 was withdrawn, so it cannot end again.
        let to_end = async |scope, after, limit| store.read_ok(ToEnd { scope, after, limit }).await;
        assert_eq!(to_end(EndingScope::Everyone, 0, 9).await, [1, 3, 4]);
        assert_eq!(to_end(EndingScope::Everyone, 1, 1).await, [3], "in batches");
        assert_eq!(
            to_end(EndingScope::Before(accredited), 0, 9).await,
            Vec::<u32>::new(),
            "what came into force then stays"
        );
        assert_eq!(to_end(EndingScope::Before(later), 0, 9).await, [1, 3, 4]);

        // A confirmation belongs to one call of a run-off and is recorded once.
        let confirm = |called| Confirm { of: made[2].clone(), called };
        store.run_ok(Call { time: later }).await;
        store.run_ok(confirm(later)).await;
        let error = store.run_failed(confirm(later)).await;
        assert!(is_taken(&error, "insert accreditation_confirmation"), "{error}");
        let read = async || {
            let read = store.read_ok(Find { by: own_permit("cis"), name: made[2].name.clone() }).await;
            read.expect("it is there").confirm_time
        };
        assert_eq!(read().await, Some(at("2019-06-12T00:00:00Z")));
        // The list of unconfirmed ones and the job that ends them must agree.
        assert_eq!(to_end(EndingScope::UnconfirmedBefore(later), 0, 9).await, [1, 4]);
        let listed =
            async |by, of, after, size| store.read_ok(ListConfirmed { by, of, page: Page { after, size } }).await;
        let everyones = || ministry(Action::ListAccreditations);
        assert_eq!(listed(everyones(), (later, false), None, 9).await, [1, 4]);
        assert_eq!(listed(everyones(), (later, false), None, 1).await, [1, 4], "one more than the page");
        assert_eq!(listed(everyones(), (later, false), Some(1), 1).await, [4]);
        assert_eq!(listed(own_permit("cis"), (later, false), None, 9).await, [1]);
        assert_eq!(listed(own_permit("cis"), (later, true), None, 9).await, [3]);
        assert_eq!(listed(own_permit("osce-odihr"), (later, true), None, 9).await, Vec::<u32>::new());
        assert_eq!(listed(own_permit("cis"), (later, true), Some(3), 9).await, Vec::<u32>::new());
        // A second run-off needs confirmations of its own.
        let next = later + jiff::SignedDuration::from_secs(1);
        store.run_ok(Call { time: next }).await;
        assert_eq!(read().await, None);
        assert_eq!(to_end(EndingScope::UnconfirmedBefore(next), 0, 9).await, [1, 3, 4]);
        store.run_ok(confirm(next)).await;
        assert_eq!(to_end(EndingScope::UnconfirmedBefore(next), 0, 9).await, [1, 4]);
        // On SQLite triggers refuse a change. On PostgreSQL the service's role
        // has no privilege for it.
        for sql in ["UPDATE accreditation_confirmation SET time = 0", "DELETE FROM accreditation_confirmation"] {
            if store.select_sql(true, false) {
                assert!(store.execute_directly(sql).await.is_err(), "{sql}");
            }
        }
    }
}

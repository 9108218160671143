//! Figures of reports: at any moment they equal the sum of all changes up to
//! that moment.

mod tally;

use std::collections::{BTreeMap, BTreeSet};

use domain::accreditation::{Accreditation, Change};
use domain::application::content::Document;
use domain::application::{Application, State};
use domain::document::KeptDocument;
use domain::policy::{Action, Permit};
use domain::report::totals::Totals;
use domain::report::{Counted, Figures, Group, ReportGroup, Times, rows};
use domain::vocabulary::accreditation_state::AccreditationState;
use domain::vocabulary::document_kind::DocumentKind;
use domain::vocabulary::id::ApplicationId;
use domain::vocabulary::name::DocumentName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::contract::fixtures::{adopt, code, decree, move_to_state, now};
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::{adopter, delegation, ministry, person};
use crate::contract::shared_commands::SENDERS;

command! {
    /// Moves an application to a state, without the rules of the domain.
    Move { before: Application, to: StateKind, time: Timestamp } -> Application, |this, tx| {
        let by = Permit::for_the_service();
        let before = this.before.clone();
        let stored = before.stored();
        let led = move_to_state(Application { state: State::Draft, ..before.clone() }, this.to, number_of(&before))?;
        let submitted = (this.to == StateKind::Submitted).then_some(this.time);
        let first_submit_time = before.first_submit_time.or(submitted);
        let changed = Application { version: stored.version + 1, first_submit_time, ..led };
        tx.update_application(&by, &changed, stored, this.time).await?;
        changed
    }
}
command! {
    /// Inserts accreditation 1, for an application.
    Issue { of: Application } -> Accreditation, |this, tx| {
        let by = adopter(Action::AdoptDecree);
        let recommended = move_to_state(Application { state: State::Draft, ..this.of.clone() }, StateKind::Recommended, 1)?;
        let issued = adopt(vec![recommended], 1)?.accreditations.remove(0);
        tx.insert_decree(&by, &decree(1, Vec::new())).await?;
        tx.insert_accreditation(&by, &issued).await?;
        issued
    }
}
command! {
    /// Changes the state of an accreditation.
    Become { of: Accreditation, sequence: u32, state: AccreditationState, time: Timestamp } -> (), |this, tx| {
        let change = Change {
            sequence: this.sequence,
            state: this.state,
            reason: Personal::default(),
            note_number: String::new(),
            decree: None,
            ground: String::new(),
            by: None,
            time: this.time,
        };
        let changed = Accreditation { last_change: Some(change), badge: None, ..this.of.clone() };
        tx.change_accreditation(&adopter(Action::AdoptDecree), &changed).await?
    }
}
command! {
    /// Inserts a document.
    Upload { of: Application, id: u128, time: Timestamp } -> (), |this, tx| {
        let Application { name, .. } = this.of.clone();
        let id = Uuid::from_u128(this.id);
        let digest = [u8::try_from(this.id).expect("a small number"); 32];
        let kept = KeptDocument {
            name: DocumentName { election: name.election, organization: name.organization, application: name.id, id },
            document: Document { kind: DocumentKind::Photo, sha256: digest, size_bytes: 1 },
            kept_sha256: digest,
            kept_size_bytes: 1,
            media_type: "image/jpeg".to_owned(),
            uploaded_by: person("secretary").principal,
            upload_time: this.time,
            erase_time: None,
        };
        tx.insert_document(&Permit::for_the_service(), &kept, &Personal::new(vec![7; 32])).await?
    }
}
command! {
    /// Erases an application.
    Erase { of: Application } -> (), |this, tx| {
        let erased = this.of.clone().erase(now()).expect("it was whole");
        tx.update_application(&Permit::for_the_service(), &erased, this.of.stored(), now()).await?
    }
}
command! {
    /// Counts all applications as of a moment.
    Count { by: Permit, time: Timestamp } -> Vec<Counted>, |this, tx| {
        tx.count_applications(&this.by, &code(), this.time).await?
    }
}
command! {
    /// Counts some applications as of a moment.
    CountOf { by: Permit, time: Timestamp, people: BTreeMap<ApplicationId, usize> } -> Vec<(usize, Counted)>, |this, tx| {
        tx.count_applications_of(&this.by, &code(), this.time, &this.people).await?
    }
}
command! {
    /// Reads the totals.
    InAll { by: Permit } -> Totals, |this, tx| tx.totals(&this.by, &code(), minute(NOW)).await?
}

/// The number of an application of the test.
fn number_of(application: &Application) -> u32 {
    u32::try_from(application.name.id.0.as_u128() & 0xffff).expect("a small number")
}

/// A permit that sees all_figures.
fn reader() -> Permit {
    ministry(Action::GetReport)
}

/// The history of an application: its organization, and each transition with
/// the minutes since the one before.
type History = (&'static str, &'static [(i64, StateKind)]);

/// Histories that contain every kind of transition, some at the very moment of
/// the previous one. The accreditation of the first application also changes.
const HISTORIES: [History; 6] = {
    use StateKind::*;
    [
        (
            "cis",
            &[
                (1, Submitted),
                (1, ReturnedByMinistry),
                (1, Submitted),
                (1, Presented),
                (1, InReview),
                (1, ReturnedByCommission),
                (1, Presented),
                (1, Recommended),
                (1, Accredited),
            ],
        ),
        (
            "cis",
            &[
                (2, Submitted),
                (1, Presented),
                (1, Refused),
                (3, InReview),
                (1, Refused),
                (0, InReview),
                (2, Accredited),
            ],
        ),
        ("cis", &[(2, Lapsed), (3, Submitted), (2, Lapsed), (4, Submitted), (1, Presented), (1, Withdrawn)]),
        ("osce-odihr", &[(1, Submitted), (5, Presented), (1, Refused)]),
        ("osce-odihr", &[(4, Withdrawn)]),
        ("osce-odihr", &[(3, Submitted), (30, Lapsed)]),
    ]
};

/// When the first accreditation changes, in minutes, and to what.
const CHANGES: [(i64, AccreditationState); 5] = [
    (12, AccreditationState::Revoked),
    (14, AccreditationState::Active),
    (14, AccreditationState::WithdrawnBySender),
    (15, AccreditationState::Active),
    (20, AccreditationState::Ended),
];

/// When the totals are read, in minutes: after every change.
const NOW: i64 = 100_000;

/// The moment that is this many minutes after the beginning.
fn minute(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// The transitions of a history with their moments.
fn transitions(history: &History) -> Vec<(Timestamp, StateKind)> {
    let minutes = history.1.iter().scan(0, |sum, (minutes, to)| {
        *sum += minutes;
        Some((minute(*sum), *to))
    });
    minutes.collect()
}

/// Runs all histories; gives the applications at their end.
async fn run_histories(store: &TestStore) -> Vec<Application> {
    let mut applications = Vec::new();
    // Each history is run from its beginning to its end.
    for (number, history) in (1..).zip(&HISTORIES) {
        let mut application = store.file_for(history.0, number).await;
        for (time, to) in transitions(history) {
            application = store.run_ok(Move { before: application, to, time }).await;
        }
        applications.push(application);
    }
    let of = store.run_ok(Issue { of: applications[0].clone() }).await;
    for (sequence, (minutes, state)) in (1..).zip(CHANGES) {
        store.run_ok(Become { of: of.clone(), sequence, state, time: minute(minutes) }).await;
    }
    store.run_ok(Upload { of: applications[1].clone(), id: 1, time: now() }).await;
    store.run_ok(Upload { of: applications[1].clone(), id: 2, time: now() }).await;
    store.run_ok(Upload { of: applications[3].clone(), id: 3, time: now() }).await;
    applications
}

/// Adds up the changes until a moment by a simple loop, for comparison.
fn expected_figures(at: Timestamp) -> BTreeMap<&'static str, Figures> {
    use StateKind as S;
    let mut took: BTreeMap<&str, [Vec<i64>; 2]> = BTreeMap::new();
    let mut sums: BTreeMap<&str, Figures> = BTreeMap::new();
    for (index, history) in HISTORIES.iter().enumerate() {
        let mut done = transitions(history);
        done.retain(|(time, _)| *time <= at);
        // The first time counts, however often an application returns to a
        // state.
        let first = |states: &[S]| done.iter().find(|(_, state)| states.contains(state)).map(|(time, _)| *time);
        let (submitted, presented) = (first(&[S::Submitted]), first(&[S::Presented]));
        let sum = sums.entry(history.0).or_default();
        sum.submitted += submitted.iter().len() as i64;
        sum.presented += presented.iter().len() as i64;
        sum.returned += first(&[S::ReturnedByMinistry, S::ReturnedByCommission]).iter().len() as i64;
        // The last transition decides the outcome.
        let Some((time, stands)) = done.last().copied() else { continue };
        let changed = CHANGES.iter().rfind(|(minutes, _)| minute(*minutes) <= at);
        let in_force = index > 0 || changed.is_none_or(|(_, state)| *state == AccreditationState::Active);
        sum.refused += i64::from(stands == S::Refused);
        sum.withdrawn += i64::from(stands == S::Withdrawn);
        sum.lapsed += i64::from(stands == S::Lapsed);
        // An accreditation that is not active counts as ended, not as
        // accredited.
        sum.accredited += i64::from(stands == S::Accredited && in_force);
        sum.ended += i64::from(stands == S::Accredited && !in_force);
        if matches!(stands, S::Refused | S::Accredited) {
            for (took, since) in took.entry(history.0).or_default().iter_mut().zip([submitted, presented]) {
                took.extend(since.map(|since| time.duration_since(since).as_secs()));
            }
        }
    }
    for (organization, [submission, presentation]) in took {
        let sum = sums.entry(organization).or_default();
        (sum.since_submission, sum.since_presentation) = (Times::new(submission), Times::new(presentation));
    }
    sums.retain(|_, sum| *sum != Figures::default());
    sums
}

/// Every moment of a change, and the last one before it.
fn moments() -> BTreeSet<Timestamp> {
    let changes = CHANGES.iter().map(|(minutes, _)| minute(*minutes));
    let times: Vec<_> = HISTORIES.iter().flat_map(transitions).map(|(time, _)| time).chain(changes).collect();
    // The microsecond before a change still has the old figures.
    times.into_iter().flat_map(|time| [time - SignedDuration::from_micros(1), time]).collect()
}

/// Figures by organization and category.
fn by_organization(counted: &[Counted]) -> BTreeMap<Group, Figures> {
    rows(counted, &[ReportGroup::Organization])
}

/// The figures of every moment, and the totals.
async fn all_figures(store: &TestStore) -> (Vec<BTreeMap<Group, Figures>>, Totals) {
    let mut all = Vec::new();
    for time in moments() {
        all.push(by_organization(&store.read_ok(Count { by: reader(), time }).await));
    }
    (all, store.read_ok(InAll { by: reader() }).await)
}

/// The counting statements are compared with a loop over the history, at each
/// moment around each change.
#[tokio::test]
async fn figures_equal_the_sum_of_changes_at_every_moment() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        run_histories(&store).await;
        for time in moments() {
            let counted = store.read_ok(Count { by: reader(), time }).await;
            let found = by_organization(&counted).into_iter().map(|(group, row)| {
                (group.organization.expect("by organization").to_string(), Figures { kind: None, ..row })
            });
            let expected = expected_figures(time).into_iter().map(|(organization, row)| (organization.to_owned(), row));
            assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{time}");
            // A delegation gets the same figures, limited to its own
            // applications.
            for organization in SENDERS {
                let own = store.read_ok(Count { by: delegation(organization, Action::GetReport), time }).await;
                let mut expected = counted.clone();
                expected.retain(|one| one.organization.as_str() == organization);
                assert_eq!(by_organization(&own), by_organization(&expected), "{organization} at {time}");
            }
        }
    }
}

/// Each number groups people of one region. A refusal that was overturned
/// counts at its own time only.
#[tokio::test]
async fn people_are_counted_by_their_numbers() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let applications = run_histories(&store).await;
        let id = |index: usize| applications[index].name.id;
        // Two applications share a number, and one id does not exist.
        let people = BTreeMap::from([(id(1), 5), (id(2), 5), (id(3), 7), (ApplicationId(Uuid::max()), 9)]);
        let time = minute(9);
        let found = store.read_ok(CountOf { by: reader(), time, people: people.clone() }).await;
        let sum = |found: &[(usize, Counted)], of: usize| {
            let counted: Vec<_> =
                found.iter().filter(|(number, _)| *number == of).map(|(_, one)| one.clone()).collect();
            rows(&counted, &[]).remove(&Group::default()).expect("one row")
        };
        let (five, seven) = (sum(&found, 5), sum(&found, 7));
        // At that moment the overturned refusal still stood, and the other
        // application had lapsed again.
        assert_eq!([five.submitted, five.presented, five.lapsed, five.accredited, five.refused], [2, 1, 1, 0, 0]);
        assert_eq!((seven.refused, seven.since_submission.percentile(100)), (1, 360));
        assert_eq!(sum(&found, 9), Figures::default());
        let own = store.read_ok(CountOf { by: delegation("osce-odihr", Action::GetReport), time, people }).await;
        assert_eq!((sum(&own, 5), sum(&own, 7)), (Figures::default(), seven));
    }
}

/// After erasure a document cannot be opened, so totals must not count it.
#[tokio::test]
async fn documents_count_until_they_are_erased() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let applications = run_histories(&store).await;
        let documents = async |by| store.read_ok(InAll { by }).await.documents;
        assert_eq!(documents(reader()).await, 3);
        assert_eq!(documents(delegation("cis", Action::GetTotals)).await, 2);
        store.run_ok(Erase { of: applications[1].clone() }).await;
        assert_eq!(documents(reader()).await, 1);
    }
}

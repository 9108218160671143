//! The rows that the acts change, and the events that they record.

use super::*;
use crate::application::fixture::at;
use crate::decree::tests::{decree, proposed, recommended, refuse};
use crate::policy::{Action, Actor, Permit, permit};
use crate::registry::organization::Holder;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::role::{OrganizationKind, Role};

const NOW: &str = "2019-05-10T00:00:00Z";

/// An adopter who took part in nothing, with the permit to adopt.
fn adopter() -> (Actor, Permit) {
    let person = "p9".parse().expect("an id");
    let principal = "organizations/cec/principals/adopter".parse().expect("a name");
    let (kind, roles) = (OrganizationKind::ElectionCommission, vec![Role::CecAdopter]);
    let actor = Actor { principal, kind, holder: Holder::Person(person), roles };
    let permit = permit(&actor, Action::AdoptDecree).expect("an adopter");
    (actor, permit)
}

/// A call of this actor.
fn by((actor, permit): &(Actor, Permit)) -> CallContext<'_> {
    CallContext { actor, permit, now: at(NOW), received: None }
}

/// The data of a draft with this official number.
fn draft_of_number(number: &str) -> DecreeDraft {
    let session_date = "2019-05-13".parse().expect("a date");
    DecreeDraft {
        decree_number: number.to_owned(),
        session_date,
        chair: Personal::new("A".to_owned()),
        secretary: Personal::new("B".to_owned()),
    }
}

/// A list with an application that replaces accreditation 3, an application to refuse, and an annulment.
fn to_adopt() -> AdoptInput {
    let mut first = recommended(1, Verdict::Accredit);
    first.replaces = Some(3);
    let second = recommended(2, refuse());
    let items = Items { applications: vec![Ok(first), Ok(second)], proposals: vec![Ok(proposed(7, "p1"))] };
    let replaced = proposed(3, "p1").accreditation;
    let note_number = "note 4".to_owned();
    let taken =
        BTreeMap::from([(replaced.name.clone(), ReplacedAccreditation { accreditation: replaced, note_number })]);
    let free = FreeNumbers { accreditation: 5, badge: 8 };
    AdoptInput {
        decree: decree(&[]).include(&items).expect("all are ready"),
        items,
        standing: BTreeMap::new(),
        free,
        taken,
    }
}

/// A recorded fact of an event.
fn fact(event_draft: &EventDraft, name: &str) -> Option<String> {
    event_draft.payload().facts().get(name).cloned()
}

/// The log reports each decision of a decree, not only the decree.
#[test]
fn a_decree_changes_every_row_with_an_event_of_its_own() {
    let (who, loaded) = (adopter(), to_adopt());
    assert_eq!(loaded.items.numbers(), Numbers { accreditations: 1, badges: 1 });
    let place: AccreditationName = "elections/kz-2019/accreditations/3".parse().expect("a name");
    let presentation = "elections/kz-2019/presentations/1".parse().expect("a name");
    assert_eq!(loaded.items.taken_places(), [(place, presentation)]);
    let (etag, version) = (loaded.decree.etag(), loaded.decree.version);
    let outcome = adopt_decree(&by(&who), &etag, loaded).expect("another person than p1");

    let counted = ["accredited", "refused", "revoked", "annulled", "reinstated"].map(|name| fact(outcome.main(), name));
    assert_eq!(counted, ["1", "1", "0", "1", "0"].map(|count| Some(count.to_owned())));
    assert!(matches!(outcome.main().rows(), [RowChange::Decree { before, list: false, .. }] if *before == version));
    let [accredited, refused, replaced, annulled] = outcome.besides() else { panic!("four more things happened") };
    assert!(matches!(accredited.rows(), [RowChange::Application { .. }, RowChange::NewAccreditation(_)]));
    assert!(matches!(refused.rows(), [RowChange::Application { .. }]));
    assert_eq!(fact(refused, "to").as_deref(), Some("REFUSED"));
    assert!(
        matches!(replaced.rows(), [RowChange::Accreditation(after)] if after.state() == AccreditationState::Replaced)
    );
    assert_eq!(fact(replaced, "note_number").as_deref(), Some("note 4"));
    assert!(matches!(annulled.rows(), [RowChange::Proposal(_), RowChange::Accreditation(_)]));
    assert_eq!(fact(annulled, "kind").as_deref(), Some("ANNUL"));
}

/// If the replaced accreditation was withdrawn before the decree, its withdrawal stays on record.
#[test]
fn a_replaced_accreditation_that_has_ended_stays_unchanged() {
    let (who, mut loaded) = (adopter(), to_adopt());
    let note = "note 3".to_owned();
    for place in loaded.taken.values_mut() {
        let ended = place.accreditation.clone().replace(note.clone(), 1, &who.0.principal, at(NOW));
        place.accreditation = ended.expect("it is in force");
    }
    let etag = loaded.decree.etag();
    let outcome = adopt_decree(&by(&who), &etag, loaded).expect("another person than p1");
    assert_eq!(outcome.besides().len(), 3);
}

/// Two decrees with one official number could not be told apart on paper.
#[test]
fn an_official_number_belongs_to_one_decree() {
    let (who, election) = (adopter(), "elections/kz-2019".parse().expect("a name"));
    let taken = |refused: Result<Outcome, Refusal>| matches!(refused, Err(Refusal::AlreadyExists { .. }));
    assert!(draft(&by(&who), &election, draft_of_number("12"), 4, None).is_ok());
    assert!(taken(draft(&by(&who), &election, draft_of_number("12"), 4, Some(1))));
    let own = decree(&[]);
    let (etag, number) = (own.etag(), own.name.number);
    assert!(correct(&by(&who), own.clone(), &etag, draft_of_number("12"), Some(number)).is_ok());
    assert!(taken(correct(&by(&who), own.clone(), &etag, draft_of_number("12"), Some(number + 1))));
    // A caller who read another version learns that first.
    let stale = correct(&by(&who), own, "0-0", draft_of_number("12"), Some(number + 1));
    assert!(matches!(stale, Err(Refusal::EtagMismatch)));
}

/// An auditor sees from the event how the list came about.
#[test]
fn the_event_of_a_filter_has_its_counts() {
    let who = adopter();
    let application = recommended(1, Verdict::Accredit);
    let candidates = [Candidate { application, stands: false, elsewhere: false }];
    let outcome = pick(&by(&who), decree(&[]), &candidates).expect("a draft");
    let EventPayload::DecreeListed { selection, .. } = outcome.main().payload() else { panic!("{outcome:?}") };
    assert_eq!(selection.as_ref().map(|selection| selection.added), Some(1));
    let named = list(&by(&who), decree(&[]), &Items::default()).expect("nothing is nothing wrong");
    assert_eq!(named.main().payload().facts(), BTreeMap::from([("applications", "0".to_owned())]));
}

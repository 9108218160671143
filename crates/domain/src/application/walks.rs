//! Random walks: several people, two of them with two certificates, do whatever they can to an application. The walks
//! come from seeds, so that one that fails can be walked again.

use crate::vocabulary::state::StateKind;
use jiff::{SignedDuration, Timestamp};

use super::fixture::{at, draft, election, filing, person, place, question};
use super::*;
use crate::decree::{Decree, DecreeState, FreeNumbers, Items, RefusalGround, Verdict, adopt};
use crate::election::{Election, Reschedule};
use crate::refusal::Refusal;
use crate::screening::Screening;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::verb::Verb;

const WALKS: u64 = 1000;
const STEPS: usize = 60;

/// Numbers without a source of chance: each follows from the seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

/// Six certificates of four humans.
fn cast() -> [PersonActor; 6] {
    [("a", "p1"), ("a-2", "p1"), ("b", "p2"), ("b-2", "p2"), ("c", "p3"), ("d", "p4")]
        .map(|(principal, human)| person(principal, human))
}

fn human_of(principal: &crate::vocabulary::name::PrincipalName) -> PersonId {
    cast().into_iter().find(|one| one.principal == *principal).expect("of the cast").person
}

fn checked(application: &Application) -> Screening {
    Screening { revision: application.revision, version: 1, ..Screening::default() }
}

/// One verb of one person, as the service would call it.
fn act(
    before: Application,
    verb: Verb,
    by: &PersonActor,
    election: &Election,
    now: Timestamp,
) -> Result<Application, Refusal> {
    let (filing, screening) = (filing(), checked(&before));
    let guard = ClaimGuard { reviewer: by, rules: &election.rules, screening: &screening, now };
    match verb {
        Verb::Update => before.update(filing.content.category, [2; 32], election, now),
        Verb::Submit => {
            let (content, received) = (&filing.content, now);
            before.submit(SubmissionGuard { election, content, uploaded: &content.documents, received })
        }
        Verb::Return => before.return_by_ministry(vec![question()], now),
        Verb::Present => before.present(place()),
        Verb::Claim => before.claim(guard),
        Verb::RaiseQuestions => {
            before.raise_questions(&by.principal, vec![question()], now + SignedDuration::from_hours(9), now)
        }
        Verb::Answer => before.answer(&[(question().field, "Here.".to_owned())], None),
        Verb::ClearFinding => Err(Refusal::NoSuchFinding),
        Verb::Recommend if now.as_second() / 60 % 3 == 0 => {
            let ground =
                RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new("No letter.".to_owned()) };
            before.recommend(by, Verdict::Refuse(ground), &election.rules, &screening, now)
        }
        Verb::Recommend => before.recommend(by, Verdict::Accredit, &election.rules, &screening, now),
        Verb::Release => before.release(&by.principal),
        Verb::TakeOver => before.take_over(guard),
        Verb::Recuse => {
            let holder = match &before.state {
                State::InReview { reviewer, .. } => Some(human_of(reviewer)),
                _ => None,
            };
            before.recuse(by, holder.as_ref())
        }
        Verb::SendBack => before.send_back(by, &election.rules, now),
        Verb::Adopt => decide(before, by, now),
        Verb::Reopen => {
            let parties = before.refused_by().into_iter().collect();
            before.reopen(by, parties, true, &election.rules, now)
        }
        Verb::Amend => {
            let next = before.revision + 1;
            before.amend(next, [4; 32])
        }
        Verb::Withdraw => before.withdraw(Personal::new("Cannot travel.".to_owned())),
        Verb::Lapse | Verb::EndLease | Verb::EndQuestions => {
            let state = before.state.kind();
            let ticked = before.tick(&election.cutoffs, now).map(|(_, after)| after);
            ticked.ok_or(Refusal::IllegalTransition { state, verb, allowed: Vec::new() })
        }
    }
}

fn decide(before: Application, by: &PersonActor, now: Timestamp) -> Result<Application, Refusal> {
    let decree = Decree {
        name: "elections/kz-2019/decrees/1".parse().expect("a name"),
        decree_number: "1".to_owned(),
        session_date: "2019-06-03".parse().expect("a date"),
        chair: Personal::new("Chair".to_owned()),
        secretary: Personal::new("Secretary".to_owned()),
        state: DecreeState::Draft,
        version: 1,
        applications: vec![before.name.clone()],
        proposals: Vec::new(),
        scans: Vec::new(),
        created_by: by.principal.clone(),
        create_time: now,
    };
    let (etag, free) = (decree.etag(), FreeNumbers { accreditation: 1, badge: 1 });
    let found = Items { applications: vec![Ok(before)], proposals: Vec::new() };
    let mut adoption = adopt(decree, &etag, found, |_| Vec::new(), by, free, now)?;
    adoption.applications.pop().ok_or(Refusal::DecreeEmpty)
}

/// What has happened on one walk.
#[derive(Default)]
struct Seen {
    presented: bool,
    recommended_by: Option<PersonId>,
    recused: Vec<PersonId>,
}

/// Nobody who was recused did any of what decides, and an accreditation has all that it needs.
fn check(seen: &Seen, verb: Verb, by: &PersonActor, after: &Application) {
    let decides = matches!(
        verb,
        Verb::Claim
            | Verb::TakeOver
            | Verb::RaiseQuestions
            | Verb::Recommend
            | Verb::SendBack
            | Verb::Adopt
            | Verb::Reopen
    );
    assert!(!decides || !seen.recused.contains(&by.person), "{by:?} is recused: {verb:?}");
    if let State::InReview { reviewer, .. } = &after.state {
        assert!(!seen.recused.contains(&human_of(reviewer)), "{reviewer} is recused and holds it");
    }
    if matches!(after.state, State::Accredited(_) | State::Refused { .. }) {
        assert!(matches!(verb, Verb::Adopt | Verb::Amend));
        let adopts = verb == Verb::Adopt;
        let recommended = seen.recommended_by.as_ref().expect("somebody recommended it");
        assert!(seen.presented && !(adopts && *recommended == by.person) && !seen.recused.contains(recommended));
    }
}

/// Whether somebody's verb, or the clock, leads on from here to another state, other than by giving up: for whoever is
/// left when everybody on the walk is recused, the commission has another member.
fn leads_on(from: &Application, election: &Election, now: Timestamp) -> bool {
    let later = now + SignedDuration::from_hours(24 * 60);
    let moves = |verb: Verb, by: &PersonActor, at: Timestamp| {
        act(from.clone(), verb, by, election, at).is_ok_and(|after| after.state.kind() != from.state.kind())
    };
    let people = [cast().to_vec(), vec![person("e", "p5")]].concat();
    let on = |verb: &Verb| !matches!(verb, Verb::Withdraw | Verb::Recuse);
    Verb::ALL.into_iter().filter(on).any(|verb| people.iter().any(|by| moves(verb, by, now) || moves(verb, by, later)))
}

/// The same election two weeks later, if that can be.
fn postponed(election: Election, now: Timestamp) -> Election {
    let voting_day = election.voting_day + jiff::Span::new().days(14);
    let to = Reschedule { expected: election.voting_day, voting_day, reason: String::new(), act: String::new() };
    election.clone().postpone(&to, now).unwrap_or(election)
}

#[test]
fn no_walk_ends_in_an_open_state_or_breaks_four_eyes() {
    let (mut reached, mut decided_after_recusal, mut revived) = (std::collections::BTreeSet::new(), 0, 0);
    for seed in 0..WALKS {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut application, mut seen, mut election) = (draft(), Seen::default(), election());
        let day = i64::try_from(dice.below(34)).expect("a few");
        let mut now = at("2019-05-02T00:00:00Z") + SignedDuration::from_hours(24 * day);
        for _ in 0..STEPS {
            now += SignedDuration::from_mins(i64::try_from(dice.below(240)).expect("a few"));
            if dice.below(100) == 0 {
                election = postponed(election, now);
            }
            let allowed = application.state.kind().verbs();
            // Mostly what the state allows, and now and then anything.
            let from = if allowed.is_empty() || dice.below(4) == 0 { &Verb::ALL[..] } else { allowed };
            let verb = from[dice.below(from.len())];
            // Those who give up or leave it to others are fewer than those who go on.
            if matches!(verb, Verb::Withdraw | Verb::Recuse) && dice.below(8) > 0 {
                continue;
            }
            let by = &cast()[dice.below(6)];
            let Ok(after) = act(application.clone(), verb, by, &election, now) else { continue };
            check(&seen, verb, by, &after);
            assert_eq!(after.version, application.version + 1, "{verb:?}");
            let visible = |it: &Application| (it.state.kind(), it.etag());
            let hidden = after.unseen > application.unseen;
            assert_eq!(visible(&after) == visible(&application), hidden, "{verb:?} from {:?}", application.state);
            if application.state == State::Lapsed {
                assert!(now <= election.cutoffs.submission, "{verb:?} although it is late");
                revived += u32::from(verb == Verb::Submit);
            }
            match verb {
                Verb::Present => seen.presented = true,
                Verb::Recommend => seen.recommended_by = Some(by.person.clone()),
                Verb::Recuse => seen.recused.push(by.person.clone()),
                Verb::Reopen => seen.recused.extend(seen.recommended_by.take()),
                _ => {}
            }
            application = after;
            let kind = application.state.kind();
            reached.insert(kind);
            // What has lapsed waits for nothing but another cutoff, and what is accredited for nothing at all.
            let lapsed = kind == StateKind::Lapsed && now > election.cutoffs.submission;
            let over = kind.verbs().is_empty() || lapsed || kind == StateKind::Accredited;
            assert!(over || leads_on(&application, &election, now), "seed {seed}: {kind} is a dead end");
            decided_after_recusal += u32::from(verb == Verb::Adopt && !seen.recused.is_empty());
        }
    }
    assert_eq!(reached.len(), StateKind::ALL.len(), "the walks reach every state: {reached:?}");
    assert!(decided_after_recusal > 0, "some were decided although somebody had left them to others");
    assert!(revived > 0, "some had lapsed and were submitted again after the election was postponed");
}

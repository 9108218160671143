//! Random walks: several people, two of them with two certificates, try random verbs on one application.
//!
//! The random numbers come from seeds, so a walk that fails can be repeated. The walks check what no single test can:
//! that no order of verbs breaks separation of duties, and that no open state is a dead end.

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

/// How many walks there are. Fewer do not reach every state.
const WALKS: u64 = 1000;

/// How many verbs a walk tries.
const STEPS: usize = 60;

/// A generator of random numbers, each computed from the one before: the same seed gives the same walk.
struct RandomNumbers(u64);

impl RandomNumbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

/// Six certificates of four humans.
fn people() -> [PersonActor; 6] {
    [("a", "p1"), ("a-2", "p1"), ("b", "p2"), ("b-2", "p2"), ("c", "p3"), ("d", "p4")]
        .map(|(principal, human)| person(principal, human))
}

/// The human behind a certificate.
fn human_behind(principal: &crate::vocabulary::name::PrincipalName) -> PersonId {
    people().into_iter().find(|one| one.principal == *principal).expect("one of the people").person
}

/// A screening of the current revision without findings.
fn checked(application: &Application) -> Screening {
    Screening { revision: application.revision, version: 1, ..Screening::default() }
}

/// Calls one verb of one person, as the service would.
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
                State::InReview { reviewer, .. } => Some(human_behind(reviewer)),
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

/// Adopts a decree that lists this application alone.
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

/// What has happened on one walk so far.
#[derive(Default)]
struct History {
    presented: bool,
    recommended_by: Option<PersonId>,
    recused: Vec<PersonId>,
}

/// Checks that no recused person decided, and that a decided application was presented, and recommended by another
/// human.
fn check(history: &History, verb: Verb, by: &PersonActor, after: &Application) {
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
    assert!(!decides || !history.recused.contains(&by.person), "{by:?} is recused: {verb:?}");
    if let State::InReview { reviewer, .. } = &after.state {
        assert!(!history.recused.contains(&human_behind(reviewer)), "{reviewer} is recused and holds it");
    }
    if matches!(after.state, State::Accredited(_) | State::Refused { .. }) {
        assert!(matches!(verb, Verb::Adopt | Verb::Amend));
        let adopts = verb == Verb::Adopt;
        let recommended = history.recommended_by.as_ref().expect("somebody recommended it");
        assert!(history.presented && !(adopts && *recommended == by.person) && !history.recused.contains(recommended));
    }
}

/// Whether the application can still reach another state from here, by somebody's verb or by a deadline. Withdrawing
/// and recusing do not count. When everybody on the walk is recused, the commission has one more member, `e`.
fn can_continue(from: &Application, election: &Election, now: Timestamp) -> bool {
    let later = now + SignedDuration::from_hours(24 * 60);
    let moves = |verb: Verb, by: &PersonActor, at: Timestamp| {
        act(from.clone(), verb, by, election, at).is_ok_and(|after| after.state.kind() != from.state.kind())
    };
    let everybody = [people().to_vec(), vec![person("e", "p5")]].concat();
    let on = |verb: &Verb| !matches!(verb, Verb::Withdraw | Verb::Recuse);
    Verb::ALL
        .into_iter()
        .filter(on)
        .any(|verb| everybody.iter().any(|by| moves(verb, by, now) || moves(verb, by, later)))
}

/// The same election two weeks later, if it can be postponed.
fn try_postpone(election: Election, now: Timestamp) -> Election {
    let voting_day = election.voting_day + jiff::Span::new().days(14);
    let to = Reschedule { expected: election.voting_day, voting_day, reason: String::new(), act: String::new() };
    election.clone().postpone(&to, now).unwrap_or(election)
}

/// Recusal, takeovers, returns and appeals combine in more ways than anybody can list.
#[test]
fn no_walk_reaches_a_dead_end_or_breaks_four_eyes() {
    let (mut reached, mut decided_after_recusal, mut revived) = (std::collections::BTreeSet::new(), 0, 0);
    for seed in 0..WALKS {
        let mut random = RandomNumbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut application, mut history, mut election) = (draft(), History::default(), election());
        let day = i64::try_from(random.below(34)).expect("a few");
        let mut now = at("2019-05-02T00:00:00Z") + SignedDuration::from_hours(24 * day);
        for _ in 0..STEPS {
            now += SignedDuration::from_mins(i64::try_from(random.below(240)).expect("a few"));
            if random.below(100) == 0 {
                election = try_postpone(election, now);
            }
            let allowed = application.state.kind().verbs();
            // Mostly verbs that the state allows, and now and then any verb.
            let from = if allowed.is_empty() || random.below(4) == 0 { &Verb::ALL[..] } else { allowed };
            let verb = from[random.below(from.len())];
            // Withdrawals and recusals are rarer than other verbs, or most walks would end early.
            if matches!(verb, Verb::Withdraw | Verb::Recuse) && random.below(8) > 0 {
                continue;
            }
            let by = &people()[random.below(6)];
            let Ok(after) = act(application.clone(), verb, by, &election, now) else { continue };
            check(&history, verb, by, &after);
            assert_eq!(after.version, application.version + 1, "{verb:?}");
            let visible = |it: &Application| (it.state.kind(), it.etag());
            let hidden = after.unseen > application.unseen;
            assert_eq!(visible(&after) == visible(&application), hidden, "{verb:?} from {:?}", application.state);
            if application.state == State::Lapsed {
                assert!(now <= election.cutoffs.submission, "{verb:?} although it is late");
                revived += u32::from(verb == Verb::Submit);
            }
            match verb {
                Verb::Present => history.presented = true,
                Verb::Recommend => history.recommended_by = Some(by.person.clone()),
                Verb::Recuse => history.recused.push(by.person.clone()),
                Verb::Reopen => history.recused.extend(history.recommended_by.take()),
                _ => {}
            }
            application = after;
            let kind = application.state.kind();
            reached.insert(kind);
            // A lapsed application waits only for a later cutoff, and an accredited one for nothing.
            let lapsed = kind == StateKind::Lapsed && now > election.cutoffs.submission;
            let over = kind.verbs().is_empty() || lapsed || kind == StateKind::Accredited;
            assert!(over || can_continue(&application, &election, now), "seed {seed}: {kind} is a dead end");
            decided_after_recusal += u32::from(verb == Verb::Adopt && !history.recused.is_empty());
        }
    }
    assert_eq!(reached.len(), StateKind::ALL.len(), "the walks reach every state: {reached:?}");
    assert!(decided_after_recusal > 0, "some were decided although somebody had left them to others");
    assert!(revived > 0, "some had lapsed and were submitted again after the election was postponed");
}

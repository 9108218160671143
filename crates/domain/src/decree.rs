//! Decisions: a decree carries out recommendations over a whole list, or none of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accreditation::Accreditation;
use crate::application::{Application, Decision, Recommendation, State};
use crate::badge::Badge;
use crate::name::{AccreditationName, ApplicationName, DecreeName, PrincipalName};
use crate::policy::PersonActor;
use crate::refusal::{ItemProblem, Refusal};
use crate::rule_pack::RulePack;
use crate::screening::FindingCode;

/// Accredit, or refuse on a ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Accredit.
    Accredit,
    /// Refuse.
    Refuse(RefusalGround),
}

/// Why an application is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalGround {
    /// A ground of the rule pack.
    pub ground: String,
    /// The ground in words.
    pub text: String,
}

impl RefusalGround {
    /// Refuses a ground that the rule pack does not have, or that says nothing.
    pub fn check(&self, rules: &RulePack) -> Result<(), Refusal> {
        if self.ground.is_empty() || self.text.trim().is_empty() {
            return Err(Refusal::GroundRequired);
        }
        if !rules.has_ground(&self.ground) {
            return Err(Refusal::UnknownGround { known: rules.refusal_grounds.clone() });
        }
        Ok(())
    }
}

/// Whether a decree is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecreeState {
    /// Can be changed.
    Draft,
    /// In force.
    Adopted {
        /// Who adopted it.
        by: PrincipalName,
        /// When.
        time: Timestamp,
        /// How many it accredited.
        accredited: u32,
        /// How many it refused.
        refused: u32,
    },
}

/// A decree over a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decree {
    /// Its name.
    pub name: DecreeName,
    /// Its official number.
    pub decree_number: String,
    /// The day of the session.
    pub session_date: Date,
    /// Who signs as Chair.
    pub chair: String,
    /// Who signs as Secretary.
    pub secretary: String,
    /// Whether it is in force.
    pub state: DecreeState,
    /// Counts every change; the etag is made of it.
    pub version: i64,
    /// The people, in the order of the list.
    pub applications: Vec<ApplicationName>,
    /// Who drafted it.
    pub created_by: PrincipalName,
    /// When.
    pub create_time: Timestamp,
}

/// The first free numbers of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeNumbers {
    /// Of accreditations.
    pub accreditation: u32,
    /// Of badges.
    pub badge: u32,
}

/// What adopting a decree changes.
#[derive(Debug)]
pub struct Adoption {
    /// The decree, in force.
    pub decree: Decree,
    /// Its applications, decided.
    pub applications: Vec<Application>,
    /// The accreditations, each with a badge, both numbered without a gap.
    pub accreditations: Vec<Accreditation>,
}

impl Decree {
    /// Changes with every change.
    pub fn etag(&self) -> String {
        format!("{}-{}", self.version, self.applications.len())
    }

    fn check_draft(&self) -> Result<(), Refusal> {
        match self.state {
            DecreeState::Draft => Ok(()),
            DecreeState::Adopted { .. } => Err(Refusal::DecreeAdopted),
        }
    }

    /// Lists recommended applications at the end, all or none; what is listed already stays where it is.
    pub fn include(mut self, found: &[Result<Application, ApplicationName>]) -> Result<Self, Refusal> {
        self.check_draft()?;
        check_items(found, |application| recommendation(application).map(|_| ()))?;
        for application in found.iter().flatten() {
            if !self.applications.contains(&application.name) {
                self.applications.push(application.name.clone());
            }
        }
        self.version += 1;
        Ok(self)
    }

    /// Takes applications out of a draft: all that are named, or none if it does not list one of them.
    pub fn exclude(mut self, names: &[ApplicationName]) -> Result<Self, Refusal> {
        self.check_draft()?;
        let missing = |name: &ApplicationName| !self.applications.contains(name);
        let items: Vec<_> = (names.iter().enumerate())
            .filter(|(_, name)| missing(name))
            .map(|(index, _)| ItemProblem { index, problem: "the decree does not list it".to_owned() })
            .collect();
        if !items.is_empty() {
            return Err(Refusal::ItemsNotReady { items });
        }
        self.applications.retain(|listed| !names.contains(listed));
        self.version += 1;
        Ok(self)
    }
}

fn recommendation(application: &Application) -> Result<&Recommendation, String> {
    match &application.state {
        State::Recommended { recommendation, .. } => Ok(recommendation),
        other => Err(format!("expected an application in state RECOMMENDED, this one is {}", other.kind())),
    }
}

/// Refuses a list with any item that is missing or not ready, naming each.
pub fn check_items(
    found: &[Result<Application, ApplicationName>],
    ready: impl Fn(&Application) -> Result<(), String>,
) -> Result<(), Refusal> {
    let problem = |item: &Result<Application, ApplicationName>| match item {
        Ok(application) => ready(application).err(),
        Err(_) => Some("there is no such application".to_owned()),
    };
    let items: Vec<_> = (found.iter().enumerate())
        .filter_map(|(index, item)| Some(ItemProblem { index, problem: problem(item)? }))
        .collect();
    if items.is_empty() { Ok(()) } else { Err(Refusal::ItemsNotReady { items }) }
}

/// Adopts a draft over its applications: every one is decided as recommended, by another person, or nothing is.
/// `standing` gives the findings that stand in the way of an application, which can have come up after it was recommended.
pub fn adopt(
    decree: Decree,
    etag: &str,
    found: Vec<Result<Application, ApplicationName>>,
    standing: impl Fn(&ApplicationName) -> Vec<FindingCode>,
    adopter: &PersonActor,
    free: FreeNumbers,
    now: Timestamp,
) -> Result<Adoption, Refusal> {
    decree.check_draft()?;
    if decree.etag() != etag {
        return Err(Refusal::EtagMismatch);
    }
    if found.is_empty() {
        return Err(Refusal::DecreeEmpty);
    }
    check_items(&found, |application| {
        let recommended = recommendation(application)?;
        if recommended.content_digest != application.content_digest {
            return Err("it changed after it was recommended".to_owned());
        }
        let found = standing(&application.name);
        if recommended.verdict != Verdict::Accredit || found.is_empty() {
            return Ok(());
        }
        let codes: Vec<_> = found.iter().map(|code| code.as_str()).collect();
        Err(format!("send it back to review: found after it was recommended: {}", codes.join(", ")))
    })?;
    let found: Vec<Application> = found.into_iter().flatten().collect();
    check_four_eyes(&found, adopter)?;
    carry_out(decree, found, adopter, free, now)
}

/// One human with two certificates is still one pair of eyes.
fn check_four_eyes(applications: &[Application], adopter: &PersonActor) -> Result<(), Refusal> {
    let own = |application: &Application| {
        let recommended = recommendation(application).is_ok_and(|made| made.person == adopter.person);
        recommended.then_some("recommended by the caller").or(application.barred(&adopter.person))
    };
    let items: Vec<_> = (applications.iter().enumerate())
        .filter_map(|(index, application)| Some(ItemProblem { index, problem: own(application)?.to_owned() }))
        .collect();
    if items.is_empty() { Ok(()) } else { Err(Refusal::FourEyes { items }) }
}

fn carry_out(
    mut decree: Decree,
    found: Vec<Application>,
    adopter: &PersonActor,
    mut free: FreeNumbers,
    now: Timestamp,
) -> Result<Adoption, Refusal> {
    let (mut applications, mut accreditations) = (Vec::with_capacity(found.len()), Vec::new());
    for application in found {
        let made = recommendation(&application).map_err(|_| Refusal::EtagMismatch)?.clone();
        let decision = match made.verdict {
            Verdict::Refuse(_) => Decision::Refuse,
            Verdict::Accredit => {
                let number = free.accreditation;
                let badge = Badge::issue(free.badge, now);
                (free.accreditation, free.badge) = (number + 1, badge.serial + 1);
                accreditations.push(Accreditation {
                    name: AccreditationName { election: decree.name.election.clone(), number },
                    application: application.name.clone(),
                    category: application.category,
                    decree: decree.name.number,
                    recommended_by: made.by,
                    adopted_by: adopter.principal.clone(),
                    accredit_time: now,
                    badge: Some(badge),
                    last_change: None,
                    replaced_by: None,
                });
                Decision::Accredit { accreditation: number }
            }
        };
        applications.push(application.decide(decree.name.number, decision)?);
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let accredited = count(accreditations.len());
    let refused = count(applications.len()) - accredited;
    decree.state = DecreeState::Adopted { by: adopter.principal.clone(), time: now, accredited, refused };
    decree.version += 1;
    Ok(Adoption { decree, applications, accreditations })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, draft, election, filing, person, place};
    use crate::application::{ClaimGuard, PaperFiling, SubmissionGuard};
    use crate::id::ApplicationId;
    use crate::screening::Screening;

    const NOW: &str = "2019-05-10T00:00:00Z";
    const FREE: FreeNumbers = FreeNumbers { accreditation: 5, badge: 8 };

    fn recommended(number: u128, verdict: Verdict) -> Application {
        let (election, filing, reviewer) = (election(), filing(), person("reviewer-1", "p1"));
        let mut application = draft();
        application.name.id = ApplicationId(uuid::Uuid::from_u128(number));
        let content = &filing.content;
        let guard = SubmissionGuard { election: &election, content, uploaded: &content.documents, received: at(NOW) };
        let screening = Screening { revision: 1, ..Screening::default() };
        let rules = &election.rules;
        let claim = ClaimGuard { reviewer: &reviewer, rules, screening: &screening, now: at(NOW) };
        let held = application.submit(guard).and_then(|a| a.present(place())).and_then(|a| a.claim(claim));
        held.and_then(|held| held.recommend(&reviewer, verdict, rules, &screening, at(NOW))).expect("a legal path")
    }

    fn decree(applications: &[Application]) -> Decree {
        let decree = Decree {
            name: "elections/kz-2019/decrees/1".parse().expect("a name"),
            decree_number: "12/230".to_owned(),
            session_date: "2019-05-13".parse().expect("a date"),
            chair: "Chair".to_owned(),
            secretary: "Secretary".to_owned(),
            state: DecreeState::Draft,
            version: 1,
            applications: Vec::new(),
            created_by: person("adopter", "p9").principal,
            create_time: at(NOW),
        };
        decree.include(&applications.iter().cloned().map(Ok).collect::<Vec<_>>()).expect("all are recommended")
    }

    fn adopt_as(applications: Vec<Application>, person_id: &str) -> Result<Adoption, Refusal> {
        let decree = decree(&applications);
        let etag = decree.etag();
        let found = applications.into_iter().map(Ok).collect();
        adopt(decree, &etag, found, |_| Vec::new(), &person("adopter", person_id), FREE, at(NOW))
    }

    fn refuse() -> Verdict {
        Verdict::Refuse(RefusalGround { ground: "not-nominated".to_owned(), text: "No letter.".to_owned() })
    }

    #[test]
    fn numbers_run_without_a_gap_over_the_accredited() {
        let list = vec![recommended(1, Verdict::Accredit), recommended(2, refuse()), recommended(3, Verdict::Accredit)];
        let adopted = adopt_as(list, "p2").expect("another person");
        let serial = |made: &Accreditation| made.badge.as_ref().map(|badge| badge.serial);
        let numbers: Vec<_> = adopted.accreditations.iter().map(|made| (made.name.number, serial(made))).collect();
        assert_eq!(numbers, [(5, Some(8)), (6, Some(9))]);
        assert!(matches!(adopted.decree.state, DecreeState::Adopted { accredited: 2, refused: 1, .. }));
    }

    #[test]
    fn one_human_with_two_certificates_is_one_pair_of_eyes() {
        let refused = adopt_as(vec![recommended(1, Verdict::Accredit)], "p1").expect_err("the same person");
        assert!(matches!(refused, Refusal::FourEyes { items } if items.len() == 1));
    }

    #[test]
    fn whoever_entered_an_item_from_paper_does_not_adopt_it() {
        let (receive_time, also_by) = (at(NOW), vec![person("registrar-2", "p3")]);
        let (note_number, registered_by) = ("7".to_owned(), person("registrar", "p2"));
        let paper = PaperFiling { note_number, receive_time, registered_by, also_by };
        let from_paper = Application { paper: Some(paper), ..recommended(2, Verdict::Accredit) };
        let list = || vec![recommended(1, Verdict::Accredit), from_paper.clone()];
        for entered in ["p2", "p3"] {
            let refused = adopt_as(list(), entered).expect_err("the same person");
            assert!(matches!(refused, Refusal::FourEyes { items } if items.len() == 1 && items[0].index == 1));
        }
        assert!(adopt_as(list(), "p4").is_ok());
    }

    #[test]
    fn one_item_that_is_not_ready_stops_the_whole_decree() {
        let ready = recommended(1, Verdict::Accredit);
        let draft = decree(std::slice::from_ref(&ready));
        let withdrawn = ready.clone().withdraw(String::new()).expect("open");
        let mut altered = ready;
        altered.content_digest = [9; 32];
        for broken in [Ok(withdrawn), Ok(altered), Err(draft.applications[0].clone())] {
            let etag = draft.etag();
            let adopter = person("adopter", "p2");
            let refused = adopt(draft.clone(), &etag, vec![broken], |_| Vec::new(), &adopter, FREE, at(NOW));
            assert!(matches!(refused, Err(Refusal::ItemsNotReady { items }) if items[0].index == 0));
        }
    }

    #[test]
    fn what_was_found_after_a_recommendation_stops_an_accreditation_and_no_refusal() {
        let adopt_found = |verdict: Verdict| {
            let ready = recommended(1, verdict);
            let (draft, adopter) = (decree(std::slice::from_ref(&ready)), person("adopter", "p2"));
            let found = |_: &ApplicationName| vec![FindingCode::DuplicateDocument];
            adopt(draft.clone(), &draft.etag(), vec![Ok(ready)], found, &adopter, FREE, at(NOW))
        };
        let refused = adopt_found(Verdict::Accredit).expect_err("a finding stands");
        assert!(matches!(refused, Refusal::ItemsNotReady { items } if items[0].problem.contains("DUPLICATE_DOCUMENT")));
        assert!(adopt_found(refuse()).is_ok());
    }

    #[test]
    fn an_empty_an_altered_and_an_adopted_decree_are_refused() {
        assert_eq!(adopt_as(Vec::new(), "p2").map(|_| ()), Err(Refusal::DecreeEmpty));
        let ready = recommended(1, Verdict::Accredit);
        let draft = decree(std::slice::from_ref(&ready));
        let adopter = person("adopter", "p2");
        let stale = adopt(draft, "1-0", vec![Ok(ready.clone())], |_| Vec::new(), &adopter, FREE, at(NOW));
        assert_eq!(stale.map(|_| ()), Err(Refusal::EtagMismatch));
        let adopted = adopt_as(vec![ready], "p2").expect("another person").decree;
        assert_eq!(adopted.clone().include(&[]), Err(Refusal::DecreeAdopted));
        assert_eq!(adopted.exclude(&[]), Err(Refusal::DecreeAdopted));
    }
}

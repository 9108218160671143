//! What the list of a decree says of each person, as it is signed, printed and published.

use jiff::Timestamp;

use super::{Decree, DecreeState, RefusalGround, Verdict};
use crate::application::content::Kept;
use crate::application::{Application, Overturned, State};
use crate::proposal::{Proposal, ProposalKind, ProposalState};
use crate::rule_pack::RulePack;
use crate::vocabulary::category::Category;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::language::Language;

/// What stands for a person of whom nothing is kept any more.
const ERASED: &str = "—";

/// A person on the list. It holds personal data and has no `Debug`.
pub struct Row {
    /// The full name, in the list's language or in the passport's letters.
    pub name: String,
    /// The name of the organization that sends the person.
    pub organization: String,
    /// In which capacity.
    pub category: Category,
    /// ICAO code of the nationality.
    pub nationality: String,
    /// What the decree says.
    pub decision: Decision,
}

/// What a decree says of a person. It has no `Debug` either.
pub enum Decision {
    /// Accredit, under this number once the decree is adopted.
    Accredit(Option<u32>),
    /// Refuse, for this reason.
    Refuse(Reason),
    /// Revoke the accreditation of this number, for this reason.
    Revoke(u32, Reason),
    /// Annul the accreditation of this number, which was issued in error.
    Annul(u32),
    /// Reinstate the accreditation of this number, with a new badge.
    Reinstate(u32),
    /// Nothing: a draft lists somebody who is no longer recommended.
    Open,
}

/// Why somebody is refused, or an accreditation revoked. Its words may be about the person: it has no `Debug` either.
pub struct Reason {
    /// The ground in the list's language; its code, if the rules do not have it.
    pub ground: String,
    /// What was said of it, in whatever language; empty once personal data is erased.
    pub words: String,
}

/// How a list says what a decree does.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    /// Its language.
    pub language: Language,
    /// The election's rules, which have the grounds in each language.
    pub rules: &'a RulePack,
}

impl Wording<'_> {
    fn refusal(self, RefusalGround { ground, text }: &RefusalGround) -> Decision {
        Decision::Refuse(self.reason(&self.rules.refusal_grounds, ground, text.expose()))
    }

    fn reason(self, grounds: &[Ground], code: &str, words: &str) -> Reason {
        let ground = Ground::find(grounds, code).map_or(code, |ground| ground.text.of(self.language));
        Reason { ground: ground.to_owned(), words: words.to_owned() }
    }
}

/// Which of an application's versions the list shows. What is amended after a decree is not on the list that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The one of now.
    Now,
    /// The one that was accredited.
    WhenAccredited,
    /// The one of a moment after that.
    At(Timestamp),
    /// The one of a revision.
    Revision(i32),
}

impl Decree {
    /// Which version of an application that it lists its list shows.
    pub fn shows(&self, application: &Application) -> Version {
        match (self.overturned(application), &self.state) {
            (Some(refusal), _) => Version::Revision(refusal.revision),
            (None, DecreeState::Draft) => Version::Now,
            (None, DecreeState::Adopted { .. }) => Version::WhenAccredited,
        }
    }

    /// Which version of the application that a proposal is about its list shows.
    pub fn shows_of_proposals(&self) -> Version {
        match &self.state {
            DecreeState::Draft => Version::Now,
            DecreeState::Adopted { time, .. } => Version::At(*time),
        }
    }

    /// As of when its list calls organizations and its election: of when it was adopted, or of now.
    pub fn names_time(&self, now: Timestamp) -> Timestamp {
        match &self.state {
            DecreeState::Draft => now,
            DecreeState::Adopted { time, .. } => *time,
        }
    }

    /// The refusal that it pronounced and that an appeal overturned later: it is on the list that was signed.
    fn overturned<'a>(&self, application: &'a Application) -> Option<&'a Overturned> {
        application.overturned.iter().find(|one| one.decree == self.name.number)
    }

    /// What its list says of an application, of which the version that it [shows](Self::shows) was kept.
    pub fn row(&self, of: &Application, kept: &Kept, organization: String, wording: Wording<'_>) -> Row {
        let decision = match self.overturned(of) {
            Some(Overturned { ground, .. }) => wording.refusal(ground),
            None => self.decision(of, wording),
        };
        let category = kept.whole().map_or(of.category, |filing| filing.content.category);
        let (name, nationality) = person(kept, wording.language);
        Row { name, organization, category, nationality, decision }
    }

    /// What its list says of a proposal about an application.
    pub fn proposal_row(
        &self,
        proposal: &Proposal,
        about: &Application,
        kept: &Kept,
        organization: String,
        wording: Wording<'_>,
    ) -> Row {
        let (name, nationality) = person(kept, wording.language);
        let decision = self.ending(proposal, wording);
        Row { name, organization, category: about.category, nationality, decision }
    }

    fn decision(&self, application: &Application, wording: Wording<'_>) -> Decision {
        let here = |number: u32| number == self.name.number;
        match &application.state {
            State::Accredited(facts) if here(facts.decree) => Decision::Accredit(Some(facts.accreditation)),
            State::Refused { decree, ground, .. } if here(*decree) => wording.refusal(ground),
            State::Recommended { recommendation, .. } if self.state == DecreeState::Draft => {
                match &recommendation.verdict {
                    Verdict::Accredit => Decision::Accredit(None),
                    Verdict::Refuse(ground) => wording.refusal(ground),
                }
            }
            _ => Decision::Open,
        }
    }

    /// What it says of an accreditation that is to end, or has; nothing, if the proposal is no longer its own affair.
    fn ending(&self, proposal: &Proposal, wording: Wording<'_>) -> Decision {
        let number = proposal.accreditation.number;
        match &proposal.state {
            ProposalState::Open => {}
            ProposalState::CarriedOut { decree: by, .. } if *by == self.name.number => {}
            ProposalState::CarriedOut { .. } | ProposalState::Withdrawn { .. } => return Decision::Open,
        }
        match proposal.draft.kind {
            ProposalKind::Revoke => {
                let (grounds, said) = (&wording.rules.revocation_grounds, &proposal.draft);
                Decision::Revoke(number, wording.reason(grounds, &said.ground, said.text.expose()))
            }
            ProposalKind::Annul => Decision::Annul(number),
            ProposalKind::Reinstate => Decision::Reinstate(number),
        }
    }

    /// The name of its list as a file, without what kind of file it is.
    pub fn list_stem(&self, language: Language) -> String {
        let draft = if self.state == DecreeState::Draft { "-draft" } else { "" };
        format!("decree-{}{draft}-{}", self.name.number, language.code())
    }
}

/// A person's name in a language, or in the passport's letters where there is none, and nationality.
fn person(kept: &Kept, language: Language) -> (String, String) {
    let (family, given, kk, ru, nationality) = match kept {
        Kept::Whole(filing) => {
            let content = &filing.content;
            let latin = (&content.family_name, &content.given_name);
            (latin.0, latin.1, &content.name_kk, &content.name_ru, &content.nationality)
        }
        Kept::Erased(Some(entry)) => {
            (&entry.family_name, &entry.given_name, &entry.name_kk, &entry.name_ru, &entry.nationality)
        }
        Kept::Erased(None) => return (ERASED.to_owned(), ERASED.to_owned()),
    };
    let latin = format!("{} {}", family.expose(), given.expose());
    let own = language.choose(["", ru.expose(), kk.expose()]);
    let name = if own.trim().is_empty() { latin } else { own.to_owned() };
    (name, nationality.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::election;
    use crate::decree::tests::{decree, proposed, recommended, refuse};

    /// The ground and the words of a decision against somebody.
    fn told(decision: Decision) -> Option<(String, String)> {
        match decision {
            Decision::Refuse(Reason { ground, words }) | Decision::Revoke(_, Reason { ground, words }) => {
                Some((ground, words))
            }
            _ => None,
        }
    }

    #[test]
    fn a_ground_stands_in_the_language_of_the_list_and_what_was_said_of_it_as_it_was_said() {
        let rules = election().rules;
        let refused = recommended(1, refuse());
        let decree = decree(std::slice::from_ref(&refused));
        let mut of_revocation = proposed(2, "p1").proposal;
        (of_revocation.draft.kind, of_revocation.draft.ground) = (ProposalKind::Revoke, "campaigning".to_owned());
        for (language, begins, campaigning) in [
            (Language::En, "The person has not been nominated", "Conducting election campaigning"),
            (Language::Ru, "Лицо не представлено", "Проведение предвыборной агитации"),
            (Language::Kk, "Адамды жіберуші шет мемлекет", "Сайлау алдындағы үгітті"),
        ] {
            let wording = Wording { language, rules: &rules };
            let row = decree.row(&refused, &Kept::Erased(None), String::new(), wording);
            let (ground, words) = told(row.decision).expect("it refuses");
            assert!(ground.starts_with(begins) && words == "No letter.", "{ground}: {words}");
            let (ground, words) = told(decree.ending(&of_revocation, wording)).expect("it revokes");
            assert!(ground.starts_with(campaigning) && words.is_empty(), "{ground}: {words}");
        }
        // The code itself stands there rather than nothing. And a ground to refuse is none to revoke.
        of_revocation.draft.ground = "not-nominated".to_owned();
        let (ground, _) =
            told(decree.ending(&of_revocation, Wording { language: Language::Kk, rules: &rules })).expect("it revokes");
        assert_eq!(ground, "not-nominated");
    }
}

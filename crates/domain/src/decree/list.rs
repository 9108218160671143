//! The rows of a decree's list, as it is signed, printed and published.
//!
//! A list that was signed must not change afterwards. So an adopted decree shows every person as of its adoption, also
//! after amendments, appeals and renamed organizations.

use jiff::Timestamp;

use super::{Decree, DecreeState, RefusalGround, Verdict};
use crate::application::content::StoredFiling;
use crate::application::{Application, OverturnedRefusal, State};
use crate::proposal::{Proposal, ProposalKind, ProposalState};
use crate::rule_pack::RulePack;
use crate::vocabulary::category::Category;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::language::Language;

/// Printed instead of a name that was erased.
const ERASED: &str = "—";

/// One person on the list. It is personal data, so it has no `Debug`.
pub struct Row {
    /// The full name in the language of the list; otherwise in the passport's letters.
    pub name: String,
    /// The name of the organization that sends the person.
    pub organization: String,
    /// The category.
    pub category: Category,
    /// The nationality, as an ICAO code.
    pub nationality: String,
    /// What the decree says about the person.
    pub decision: Decision,
}

/// What a decree says about a person. It has no `Debug`, because a reason can be personal data.
pub enum Decision {
    /// Accredit. The number is known after the adoption.
    Accredit(Option<u32>),
    /// Refuse, for this reason.
    Refuse(Reason),
    /// Revoke the accreditation with this number, for this reason.
    Revoke(u32, Reason),
    /// Annul the accreditation with this number, which was issued in error.
    Annul(u32),
    /// Reinstate the accreditation with this number, with a new badge.
    Reinstate(u32),
    /// No decision: a draft lists an item that is not ready any more.
    Open,
}

/// Why somebody is refused, or an accreditation revoked. It can be personal data, so it has no `Debug`.
pub struct Reason {
    /// The ground in the language of the list; its code, if the rule pack does not define it.
    pub ground: String,
    /// The reviewer's words, in the language in which they were written; empty after erasure.
    pub words: String,
}

/// How a list words the decisions: its language, and the texts of the grounds.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    /// The language of the list.
    pub language: Language,
    /// The election's rule pack, which has the grounds in each language.
    pub rules: &'a RulePack,
}

impl Wording<'_> {
    /// A refusal in this language.
    fn refusal(self, RefusalGround { ground, text }: &RefusalGround) -> Decision {
        Decision::Refuse(self.reason(&self.rules.refusal_grounds, ground, text.expose()))
    }

    /// A reason in this language.
    fn reason(self, grounds: &[Ground], code: &str, words: &str) -> Reason {
        let ground = Ground::find(grounds, code).map_or(code, |ground| ground.text.of(self.language));
        Reason { ground: ground.to_owned(), words: words.to_owned() }
    }
}

/// The version of an application that a list shows. Amendments after the adoption do not appear on a signed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The current version.
    Now,
    /// The version that was accredited.
    WhenAccredited,
    /// The version at a later moment.
    At(Timestamp),
    /// A certain revision.
    Revision(i32),
}

impl Decree {
    /// The version of an application that the list shows.
    pub fn shows(&self, application: &Application) -> Version {
        match (self.overturned(application), &self.state) {
            (Some(refusal), _) => Version::Revision(refusal.revision),
            (None, DecreeState::Draft) => Version::Now,
            (None, DecreeState::Adopted { .. }) => Version::WhenAccredited,
        }
    }

    /// The version of an application that the list shows for a proposal about it.
    pub fn shows_of_proposals(&self) -> Version {
        match &self.state {
            DecreeState::Draft => Version::Now,
            DecreeState::Adopted { time, .. } => Version::At(*time),
        }
    }

    /// As of when the list names organizations and the election: the adoption, or now for a draft.
    pub fn names_time(&self, now: Timestamp) -> Timestamp {
        match &self.state {
            DecreeState::Draft => now,
            DecreeState::Adopted { time, .. } => *time,
        }
    }

    /// The refusal by this decree that an appeal overturned later. It stays on the signed list.
    fn overturned<'a>(&self, application: &'a Application) -> Option<&'a OverturnedRefusal> {
        application.overturned.iter().find(|one| one.decree == self.name.number)
    }

    /// The row of an application. `kept` is the content of the version that the list [shows](Self::shows).
    pub fn row(&self, of: &Application, kept: &StoredFiling, organization: String, wording: Wording<'_>) -> Row {
        let decision = match self.overturned(of) {
            Some(OverturnedRefusal { ground, .. }) => wording.refusal(ground),
            None => self.decision(of, wording),
        };
        let category = kept.whole().map_or(of.category, |filing| filing.content.category);
        let (name, nationality) = person(kept, wording.language);
        Row { name, organization, category, nationality, decision }
    }

    /// The row of a proposal about an application.
    pub fn proposal_row(
        &self,
        proposal: &Proposal,
        about: &Application,
        kept: &StoredFiling,
        organization: String,
        wording: Wording<'_>,
    ) -> Row {
        let (name, nationality) = person(kept, wording.language);
        let decision = self.proposal_decision(proposal, wording);
        Row { name, organization, category: about.category, nationality, decision }
    }

    /// What this decree decided about the application, or what a draft would decide.
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

    /// What this decree says about an accreditation. A proposal that was withdrawn, or that another decree carried
    /// out, is not decided by this one.
    fn proposal_decision(&self, proposal: &Proposal, wording: Wording<'_>) -> Decision {
        let number = proposal.accreditation.number;
        match &proposal.state {
            ProposalState::Open => {}
            ProposalState::CarriedOut { decree: by, .. } if *by == self.name.number => {}
            ProposalState::CarriedOut { .. } | ProposalState::Withdrawn { .. } => return Decision::Open,
        }
        match proposal.draft.kind {
            ProposalKind::Revoke => {
                let (grounds, draft) = (&wording.rules.revocation_grounds, &proposal.draft);
                Decision::Revoke(number, wording.reason(grounds, &draft.ground, draft.text.expose()))
            }
            ProposalKind::Annul => Decision::Annul(number),
            ProposalKind::Reinstate => Decision::Reinstate(number),
        }
    }

    /// The file name of the list, without extension, such as `decree-12-draft-kk`.
    pub fn list_stem(&self, language: Language) -> String {
        let draft = if self.state == DecreeState::Draft { "-draft" } else { "" };
        format!("decree-{}{draft}-{}", self.name.number, language.code())
    }
}

/// The person's name in the language, otherwise in the passport's letters, and the nationality.
fn person(kept: &StoredFiling, language: Language) -> (String, String) {
    let (family, given, kk, ru, nationality) = match kept {
        StoredFiling::Whole(filing) => {
            let content = &filing.content;
            let latin = (&content.family_name, &content.given_name);
            (latin.0, latin.1, &content.name_kk, &content.name_ru, &content.nationality)
        }
        StoredFiling::Erased(Some(entry)) => {
            (&entry.family_name, &entry.given_name, &entry.name_kk, &entry.name_ru, &entry.nationality)
        }
        StoredFiling::Erased(None) => return (ERASED.to_owned(), ERASED.to_owned()),
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

    /// Ground and words of a decision against somebody.
    fn told(decision: Decision) -> Option<(String, String)> {
        match decision {
            Decision::Refuse(Reason { ground, words }) | Decision::Revoke(_, Reason { ground, words }) => {
                Some((ground, words))
            }
            _ => None,
        }
    }

    /// The ground is official text and must be in the list's language. The reviewer's words stay as they were written.
    #[test]
    fn a_ground_is_printed_in_the_language_of_the_list_and_the_text_unchanged() {
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
            let row = decree.row(&refused, &StoredFiling::Erased(None), String::new(), wording);
            let (ground, words) = told(row.decision).expect("it refuses");
            assert!(ground.starts_with(begins) && words == "No letter.", "{ground}: {words}");
            let (ground, words) = told(decree.proposal_decision(&of_revocation, wording)).expect("it revokes");
            assert!(ground.starts_with(campaigning) && words.is_empty(), "{ground}: {words}");
        }
        // An unknown code is printed rather than nothing. A ground to refuse is not a ground to revoke.
        of_revocation.draft.ground = "not-nominated".to_owned();
        let (ground, _) =
            told(decree.proposal_decision(&of_revocation, Wording { language: Language::Kk, rules: &rules }))
                .expect("it revokes");
        assert_eq!(ground, "not-nominated");
    }
}

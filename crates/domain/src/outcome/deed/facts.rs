//! What is recorded of each event, by name.

use std::collections::{BTreeMap, BTreeSet};

use super::{AccreditationChanged, Cause, DecreeAdopted, Deed, Held, VotingDayMoved};
use crate::application::Place;
use crate::cutoff::Cutoffs;
use crate::decree::Selection;
use crate::notice::INVITED;
use crate::organization::Role;

/// What is recorded of an event, by name.
pub type Facts = BTreeMap<&'static str, String>;

pub(super) fn add(facts: &mut Facts, name: &'static str, value: Option<impl ToString>) {
    if let Some(value) = value {
        facts.insert(name, value.to_string());
    }
}

pub(super) fn hex(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Facts of these names and values.
macro_rules! facts {
    ($($name:literal: $value:expr),* $(,)?) => {
        Facts::from([$(($name, $value.to_string())),*])
    };
}

impl Deed {
    /// As they are recorded.
    pub fn facts(&self) -> Facts {
        match self {
            Self::Founded
            | Self::OrganizationSuspended
            | Self::PrincipalDisabled
            | Self::LegalHoldReleased
            | Self::InvitationSent
            | Self::DecreeDrafted => Facts::new(),
            Self::OrganizationRegistered { trust_domain } => facts! { "trust_domain": trust_domain },
            Self::PrincipalRegistered { roles } => {
                let roles: Vec<_> = roles.iter().copied().map(Role::as_str).collect();
                facts! { "roles": roles.join(",") }
            }
            Self::ElectionRegistered { voting_day, rule_pack, cutoffs } => {
                let mut facts = facts! { "voting_day": voting_day, "rule_pack": rule_pack };
                add_cutoffs(&mut facts, cutoffs);
                facts
            }
            Self::ElectionOpened => facts! { "to": "OPEN" },
            Self::VotingDayMoved(moved) => moved.facts(),
            Self::ResultsPublished { results_time } => facts! { "results_time": results_time },
            Self::LegalHoldSet { held: Held::Election(election) } => facts! { "held": election },
            Self::LegalHoldSet { held: Held::Application(application) } => facts! { "held": application },
            Self::WatchListReplaced { entries } => facts! { "entries": entries },
            Self::WatchListErased { entries } => facts! { "verb": "erase-watch-list", "entries": entries },
            Self::InvitationAnswered { accepted, on_paper } => {
                paper(facts! { "to": if *accepted { "ACCEPTED" } else { "DECLINED" } }, *on_paper)
            }
            Self::InvitationChanged { expected } => facts! { "expected": expected },
            Self::MissionAnnounced { format, on_paper } => paper(facts! { "format": format }, *on_paper),
            Self::MissionUpdated { format, start_date, end_date, on_paper } => {
                let facts = facts! { "format": format, "start_date": start_date, "end_date": end_date };
                paper(facts, *on_paper)
            }
            Self::MissionWithdrawn { note_number, withdrawn, ended } => {
                facts! { "note_number": note_number, "withdrawn": withdrawn, "ended": ended }
            }
            Self::MissionWithdrawnBefore => facts! { "repeated": true },
            Self::AccreditationsConfirmed { confirmed, note_number } => {
                noted(facts! { "confirmed": confirmed }, note_number)
            }
            Self::AccreditationConfirmed { application, note_number } => {
                noted(facts! { "confirmed": true, "application": application }, note_number)
            }
            Self::DeploymentPlanned { teams } => facts! { "teams": teams },
            Self::ApplicationFiled { to, revision, content_digest, on_paper } => {
                let digest = hex(content_digest);
                paper(facts! { "to": to, "revision": revision, "content_digest": digest }, *on_paper)
            }
            Self::ApplicationMoved(moved) => moved.facts(),
            Self::Screened { revision, findings, application } => {
                let codes: BTreeSet<_> = findings.iter().map(|code| code.as_str()).collect();
                let codes: Vec<_> = codes.into_iter().collect();
                let mut facts = facts! { "verb": "screen", "revision": revision, "findings": codes.join(",") };
                if let Some((state, place)) = application {
                    facts.extend(facts! { "from": state, "to": state });
                    add_place(&mut facts, *place);
                }
                facts
            }
            Self::ApplicationErased { state, documents, place } => {
                let mut facts = facts! { "verb": "erase", "from": state, "to": state, "documents": documents };
                add_place(&mut facts, *place);
                facts
            }
            Self::DocumentUploaded { kind, size_bytes } => facts! { "kind": kind.as_str(), "size": size_bytes },
            Self::DocumentRead { kind } => facts! { "kind": kind.as_str() },
            Self::SubjectExported { applications } => facts! { "applications": applications },
            Self::PresentationMade { applications } => facts! { "applications": applications },
            Self::DecreeCorrected { fields } => facts! { "changed": fields.join(",") },
            Self::DecreeListed { applications, proposals, selection } => {
                let mut facts = facts! { "applications": applications };
                add(&mut facts, "proposals", (*proposals > 0).then_some(proposals));
                for (name, count) in selection.iter().flat_map(Selection::facts) {
                    facts.insert(name, count.to_string());
                }
                facts
            }
            Self::DecreeAdopted(adopted) => adopted.facts(),
            Self::DecreeScanned { sha256, size_bytes, replaced_sha256 } => {
                let mut facts = facts! { "sha256": hex(sha256), "size": size_bytes };
                add(&mut facts, "replaced_sha256", replaced_sha256.as_ref().map(hex));
                facts
            }
            Self::AccreditationChanged(changed) => changed.facts(),
            Self::AmendmentMoved { accreditation, kind, state, revision, content_digest, on_paper } => {
                let (kind, state, digest) = (kind.as_str(), state.as_str(), hex(content_digest));
                let facts = facts! {
                    "accreditation": accreditation, "kind": kind, "state": state, "revision": revision,
                    "content_digest": digest,
                };
                paper(facts, *on_paper)
            }
            Self::AppealFiled { application, decree } => facts! { "application": application, "decree": decree },
            Self::AppealDecided { application, decree, outcome } => {
                facts! { "application": application, "decree": decree, "outcome": outcome.as_str() }
            }
            Self::ProposalMade { accreditation, kind, ground } => {
                let mut facts = facts! { "accreditation": accreditation, "kind": kind.as_str() };
                add(&mut facts, "ground", Some(ground).filter(|ground| !ground.is_empty()));
                facts
            }
            Self::ProposalWithdrawn { accreditation, kind } => {
                facts! { "accreditation": accreditation, "kind": kind.as_str() }
            }
        }
    }
}

/// With the mark of what came on paper.
fn paper(mut facts: Facts, on_paper: bool) -> Facts {
    add(&mut facts, "paper", on_paper.then_some(true));
    facts
}

/// With the number of a note verbale, if there is one.
fn noted(mut facts: Facts, note_number: &str) -> Facts {
    add(&mut facts, "note_number", Some(note_number).filter(|number| !number.is_empty()));
    facts
}

/// With a place in the queue, if there is one.
pub(super) fn add_place(facts: &mut Facts, place: Option<Place>) {
    add(facts, "presentation", place.map(|place| place.presentation));
    add(facts, "position", place.map(|place| place.position));
}

fn add_cutoffs(facts: &mut Facts, cutoffs: &Cutoffs) {
    add(facts, "submission_cutoff", Some(cutoffs.submission));
    add(facts, "presentation_cutoff", Some(cutoffs.presentation));
}

impl VotingDayMoved {
    fn facts(&self) -> Facts {
        let Self { voting_day, from, run_off, cutoffs, act, invited } = self;
        let mut facts = facts! { "voting_day": voting_day, "act": act };
        add(&mut facts, if *run_off { "run_off_after" } else { "postponed_from" }, Some(from));
        add_cutoffs(&mut facts, cutoffs);
        add(&mut facts, INVITED, invited.then_some(true));
        facts
    }
}

impl DecreeAdopted {
    fn facts(&self) -> Facts {
        let Self { accredited, refused, changed } = self;
        let mut facts = facts! { "accredited": accredited, "refused": refused };
        if let Some([revoked, annulled, reinstated]) = changed {
            facts.extend(facts! { "revoked": revoked, "annulled": annulled, "reinstated": reinstated });
        }
        facts
    }
}

impl AccreditationChanged {
    /// As it is recorded.
    pub fn facts(&self) -> Facts {
        let Self { from, to, application, note_number, void_badge, cause } = self;
        let mut facts = Facts::from([
            ("from", from.as_str().to_owned()),
            ("to", to.as_str().to_owned()),
            ("application", application.to_string()),
        ]);
        add(&mut facts, "note_number", Some(note_number).filter(|number| !number.is_empty()));
        add(&mut facts, "void_badge", *void_badge);
        match cause {
            Cause::Withdrawal => {}
            Cause::Replacement { by } => add(&mut facts, "replaced_by", Some(by)),
            Cause::Proposal { decree, kind, ground } => {
                add(&mut facts, "decree", Some(decree));
                add(&mut facts, "kind", Some(kind.as_str()));
                add(&mut facts, "ground", Some(ground).filter(|ground| !ground.is_empty()));
            }
        }
        facts
    }
}

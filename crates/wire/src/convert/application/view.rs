//! What each reader sees of an application.

use domain::application::{AccreditedFacts, Application, Question, Recommendation, Remark, Return, State};

use domain::application::content::{Content, Document, Filing, Identity, Registered, StoredFiling};
use domain::policy::View;
use domain::retention::subject::HeldRevision;
use domain::rule_pack::RulePack;
use domain::screening::{Clearance, Finding, Screening};
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::{AccreditationName, DecreeName, PresentationName};

use super::super::decree::{refusal_to_message, verdict_to_message};
use super::super::enums::Enumerated as _;
use super::super::number;
use super::super::time::timestamp;
use crate::v1;

/// The application as a reader may see it. The rules are the election's: they say how a refusal can be appealed.
///
/// `read_before` is the content when it was last returned; none if it never was.
pub fn to_message(
    application: &Application,
    kept: &StoredFiling,
    read_before: Option<&StoredFiling>,
    screening: &Screening,
    rules: &RulePack,
    view: View,
) -> v1::Application {
    // Only the commission sees findings, and whether there are any. A registrar of the commission sees an application
    // as a registrar does until it is in the queue.
    let view = match view {
        View::CommissionAndRegistrar if application.place().is_some() => View::Commission,
        View::CommissionAndRegistrar => View::Registrar,
        view => view,
    };
    let screening = (view == View::Commission).then_some(screening);
    let etag = screening.map_or_else(|| application.etag(), |screening| application.etag_with(screening));
    let place = application.place();
    let Application {
        name,
        reference,
        category,
        state,
        version: _,
        revision,
        content_digest,
        last_return,
        create_time,
        first_submit_time,
        submit_time,
        return_count,
        erase_time,
        paper,
        recused,
        unseen: _,
        replaces,
        overturned: _,
    } = application;
    let election = &name.election;
    let presentation = place.map(|place| PresentationName { election: election.clone(), number: place.presentation });
    let (person, documents) = kept_to_message(kept);
    let facts = StateFields::of(state, election, rules, view);
    let findings = screening.map_or(&[][..], |screening| &screening.findings);
    let screened = screening.filter(|screening| screening.version > 0 && screening.covers(application));
    v1::Application {
        name: name.to_string(),
        reference: reference.to_string(),
        category: category.number(),
        person,
        documents,
        state: facts.state.into(),
        etag,
        revision: *revision,
        content_digest: content_digest.to_vec(),
        create_time: Some(timestamp(*create_time)),
        first_submit_time: first_submit_time.map(timestamp),
        submit_time: submit_time.map(timestamp),
        presentation: presentation.map(|name| name.to_string()).unwrap_or_default(),
        // A delegation must not see how many applications are before its own.
        presentation_position: place
            .filter(|_| view != View::Delegation)
            .map(|place| number(place.position))
            .unwrap_or_default(),
        return_count: *return_count,
        last_return: last_return.as_ref().map(return_to_message),
        findings: findings.iter().map(finding_to_message).collect(),
        reviewer: facts.reviewer,
        lease_expire_time: facts.lease_expire_time,
        recommendation: facts.recommendation,
        decree: facts.decree,
        accreditation: facts.accreditation,
        refusal: facts.refusal,
        withdrawal_reason: facts.withdrawal_reason,
        withdrawal_note_number: facts.withdrawal_note_number,
        changed_fields: read_before.map(|before| before.changed_fields(kept)).unwrap_or_default(),
        screen_time: screened.map(|screening| timestamp(screening.time)),
        erase_time: erase_time.map(timestamp),
        replaces: replaces.map(|number| accreditation_name(election, number)).unwrap_or_default(),
        paper: paper.as_ref().map(|paper| super::paper::to_message(paper, view)),
        // Only the commission sees who recused themselves, as with findings.
        recused: screening.map_or_else(Vec::new, |_| recused.iter().map(|one| one.principal.to_string()).collect()),
        remarks: Vec::new(),
        receipt: None,
    }
}

/// The reason that a member of the commission gave for an action.
pub fn remark_to_message(remark: &Remark) -> v1::Remark {
    let Remark { action, actor, time, text } = remark;
    v1::Remark {
        action: action.clone(),
        principal: actor.clone(),
        time: Some(timestamp(*time)),
        text: text.expose().clone(),
    }
}

fn accreditation_name(election: &ElectionCode, number: u32) -> String {
    AccreditationName { election: election.clone(), number }.to_string()
}

/// The fields that depend on the state.
#[derive(Default)]
struct StateFields {
    state: v1::ApplicationState,
    reviewer: String,
    lease_expire_time: Option<prost_types::Timestamp>,
    recommendation: Option<v1::Recommendation>,
    decree: String,
    accreditation: String,
    refusal: Option<v1::Refusal>,
    withdrawal_reason: String,
    withdrawal_note_number: String,
}

impl StateFields {
    fn of(state: &State, election: &ElectionCode, rules: &RulePack, view: View) -> Self {
        let commission = match view {
            View::Delegation | View::Ministry | View::Registrar => false,
            View::Commission | View::CommissionAndRegistrar => true,
        };
        match state {
            State::Draft => Self::plain(v1::ApplicationState::Draft),
            State::Submitted => Self::plain(v1::ApplicationState::Submitted),
            State::ReturnedByMinistry => Self::plain(v1::ApplicationState::Returned),
            State::Presented(_) => Self::plain(v1::ApplicationState::Presented),
            State::InReview { place: _, reviewer, lease_until } => Self {
                reviewer: if commission { reviewer.to_string() } else { String::new() },
                lease_expire_time: commission.then(|| timestamp(*lease_until)),
                ..Self::plain(v1::ApplicationState::InReview)
            },
            State::ReturnedByCommission { place: _, due: _ } => Self::plain(v1::ApplicationState::Returned),
            State::Recommended { place: _, recommendation } => Self {
                recommendation: commission.then(|| recommendation_to_message(recommendation, view)),
                ..Self::plain(v1::ApplicationState::Recommended)
            },
            State::Accredited(AccreditedFacts { place: _, decree, accreditation, recommendation }) => Self {
                accreditation: accreditation_name(election, *accreditation),
                ..Self::decided(v1::ApplicationState::Accredited, *decree, recommendation, election, view)
            },
            State::Refused { place: _, decree, recommendation, ground } => Self {
                refusal: Some(refusal_to_message(ground, &rules.appeal.value)),
                ..Self::decided(v1::ApplicationState::Refused, *decree, recommendation, election, view)
            },
            State::Withdrawn { place: _, reason, note_number } => Self {
                withdrawal_reason: reason.expose().clone(),
                withdrawal_note_number: note_number.clone(),
                ..Self::plain(v1::ApplicationState::Withdrawn)
            },
            State::Lapsed => Self::plain(v1::ApplicationState::Lapsed),
        }
    }

    fn plain(state: v1::ApplicationState) -> Self {
        Self { state, ..Self::default() }
    }

    fn decided(
        state: v1::ApplicationState,
        decree: u32,
        recommendation: &Recommendation,
        election: &ElectionCode,
        view: View,
    ) -> Self {
        Self {
            decree: DecreeName { election: election.clone(), number: decree }.to_string(),
            recommendation: Some(recommendation_to_message(recommendation, view)),
            ..Self::plain(state)
        }
    }
}

/// A delegation does not see the principal who recommended. Nobody sees which person it was.
fn recommendation_to_message(recommendation: &Recommendation, view: View) -> v1::Recommendation {
    let Recommendation { verdict, by, person: _, time, content_digest } = recommendation;
    let (verdict, refusal) = verdict_to_message(verdict);
    v1::Recommendation {
        verdict: verdict.into(),
        refusal,
        recommended_by: match view {
            View::Delegation => String::new(),
            View::Ministry | View::Commission | View::Registrar | View::CommissionAndRegistrar => by.to_string(),
        },
        recommend_time: Some(timestamp(*time)),
        content_digest: content_digest.to_vec(),
    }
}

/// The content of an application, as a delegation sends it.
pub fn content(filing: &Filing) -> v1::Application {
    let (person, documents) = content_to_message(filing);
    let category = filing.content.category.number();
    v1::Application { category, person: Some(person), documents, ..Default::default() }
}

/// A version of the content, or what remains after erasure; none if nothing remains.
pub fn kept_content(kept: &StoredFiling) -> Option<v1::Application> {
    match kept {
        StoredFiling::Whole(filing) => Some(content(filing)),
        StoredFiling::Erased(None) => None,
        StoredFiling::Erased(Some(_)) => {
            let (person, documents) = kept_to_message(kept);
            Some(v1::Application { person, documents, ..Default::default() })
        }
    }
}

/// A version of the content, for the export to the person.
pub fn revision_to_message(revision: &HeldRevision) -> v1::SubjectRevision {
    let HeldRevision { number, create_time, kept } = revision;
    let (person, documents) = kept_to_message(kept);
    let category = kept.whole().map(|filing| filing.content.category.number()).unwrap_or_default();
    let create_time = Some(timestamp(*create_time));
    v1::SubjectRevision { revision: *number, create_time, category, person, documents }
}

/// The person as far as stored, and the declared documents until erasure.
fn kept_to_message(kept: &StoredFiling) -> (Option<v1::Person>, Vec<v1::Document>) {
    match kept {
        StoredFiling::Whole(filing) => {
            let (person, documents) = content_to_message(filing);
            (Some(person), documents)
        }
        StoredFiling::Erased(registered) => (registered.as_ref().map(registered_to_message), Vec::new()),
    }
}

fn registered_to_message(registered: &Registered) -> v1::Person {
    let Registered { family_name, given_name, native_name, name_kk, name_ru, nationality } = registered;
    v1::Person {
        family_name: family_name.expose().clone(),
        given_name: given_name.expose().clone(),
        native_name: native_name.expose().clone(),
        name_kk: name_kk.expose().clone(),
        name_ru: name_ru.expose().clone(),
        nationality: nationality.clone(),
        ..v1::Person::default()
    }
}

fn content_to_message(filing: &Filing) -> (v1::Person, Vec<v1::Document>) {
    let Filing { content, identity } = filing;
    let Content {
        category: _, // the application has it too
        family_name,
        given_name,
        native_name,
        name_kk,
        name_ru,
        nationality,
        sex,
        issuing_state,
        passport_expiry,
        documents,
    } = content;
    let Identity { passport_number, birth_date, mrz } = identity;
    let passport = v1::Passport {
        number: passport_number.expose().clone(),
        issuing_state: issuing_state.clone(),
        expiry_date: passport_expiry.to_string(),
        mrz: mrz.expose().clone(),
    };
    let person = v1::Person {
        family_name: family_name.expose().clone(),
        given_name: given_name.expose().clone(),
        native_name: native_name.expose().clone(),
        name_kk: name_kk.expose().clone(),
        name_ru: name_ru.expose().clone(),
        nationality: nationality.clone(),
        birth_date: birth_date.expose().to_string(),
        sex: sex.number(),
        passport: Some(passport),
    };
    (person, documents.iter().map(document_to_message).collect())
}

fn document_to_message(document: &Document) -> v1::Document {
    let Document { kind, sha256, size_bytes } = document;
    v1::Document { kind: kind.number(), sha256: sha256.to_vec(), size_bytes: *size_bytes, ..Default::default() }
}

fn return_to_message(asked: &Return) -> v1::Return {
    let Return { by, questions, time, due, revision: _ } = asked;
    v1::Return {
        returned_by: by.number(),
        questions: questions.iter().map(question_to_message).collect(),
        due_time: due.map(timestamp),
        return_time: Some(timestamp(*time)),
    }
}

fn question_to_message(question: &Question) -> v1::Question {
    let Question { field, reason, text, answer } = question;
    v1::Question {
        field: field.clone(),
        reason: reason.number(),
        text: text.expose().clone(),
        answer: answer.expose().clone(),
    }
}

pub(crate) fn finding_to_message(finding: &Finding) -> v1::Finding {
    let Finding { code, blocking, fields, related, clearance } = finding;
    let (clear_reason, cleared_by, clear_time) = match clearance {
        Some(Clearance { reason, by, time }) => (reason.expose().clone(), by.to_string(), Some(timestamp(*time))),
        None => Default::default(),
    };
    v1::Finding {
        code: code.as_str().to_owned(),
        blocking: *blocking,
        clear_reason,
        cleared_by,
        clear_time,
        fields: fields.clone(),
        related: related.clone(),
    }
}

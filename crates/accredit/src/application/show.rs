//! An application as people read it.

use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

/// Shows one application. It stays ACCREDITED when the accreditation ends, so people are told of that as well.
pub async fn show(session: &Session, name: String) -> Result<(), Failure> {
    let application = session.client.get_application(v1::GetApplicationRequest { name }).await?;
    if session.screen.is_json() || application.accreditation.is_empty() {
        return session.screen.show(&application);
    }
    let name = application.accreditation.clone();
    let accreditation = session.client.get_accreditation(v1::GetAccreditationRequest { name }).await?;
    session.screen.show_as(&application, facts(&application, &standing(&accreditation)))
}

/// An accreditation's name, and how it ended if it has.
fn standing(accreditation: &v1::Accreditation) -> String {
    let name = &accreditation.name;
    match accreditation.state() {
        v1::AccreditationState::Active => name.clone(),
        _ => {
            let state = word::<v1::AccreditationState>(accreditation.state);
            format!("{name}, {state} since {}", time(accreditation.state_time))
        }
    }
}

impl Resource for v1::Application {
    const HEADINGS: &'static [&'static str] =
        &["REFERENCE", "STATE", "CATEGORY", "FAMILY NAME", "GIVEN NAME", "NATIONALITY", "APPLICATION"];

    fn cells(&self) -> Vec<String> {
        let person = self.person.as_ref();
        let of = |field: fn(&v1::Person) -> &String| person.map(field).cloned().unwrap_or_default();
        vec![
            self.reference.clone(),
            word::<v1::ApplicationState>(self.state).to_owned(),
            word::<v1::Category>(self.category).to_owned(),
            of(|person| &person.family_name),
            of(|person| &person.given_name),
            of(|person| &person.nationality),
            self.name.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        facts(self, &self.accreditation)
    }
}

/// All that there is to say about an application, with this about its accreditation.
fn facts(application: &v1::Application, accreditation: &str) -> Facts {
    let facts = Facts::default()
        .and("application", &application.name)
        .and("reference", &application.reference)
        .and("state", word::<v1::ApplicationState>(application.state))
        .and("category", word::<v1::Category>(application.category));
    let facts = application.paper.iter().fold(facts, paper);
    let facts = application.person.iter().fold(facts, person);
    let facts = application.documents.iter().fold(facts, document);
    let facts = application.last_return.iter().fold(facts, last_return);
    let facts = facts.and("changed since", application.changed_fields.join(", "));
    let facts = application.findings.iter().fold(facts, finding);
    decision(history(facts, application), application, accreditation)
        .and("erased", time(application.erase_time))
        .and("revision", application.revision)
        .and("etag", &application.etag)
        .and_receipt(application.receipt.as_ref())
}

fn paper(facts: Facts, paper: &v1::PaperFiling) -> Facts {
    facts
        .and("on paper", format!("note {}", paper.note_number))
        .and("note received", time(paper.receive_time))
        .and("entered by", &paper.registered_by)
}

fn person(facts: Facts, person: &v1::Person) -> Facts {
    let facts = facts
        .and("family name", &person.family_name)
        .and("given name", &person.given_name)
        .and("native name", &person.native_name)
        .and("name in Kazakh", &person.name_kk)
        .and("name in Russian", &person.name_ru)
        .and("nationality", &person.nationality)
        .and("birth date", &person.birth_date)
        .and("sex", word::<v1::Sex>(person.sex));
    person.passport.iter().fold(facts, |facts, passport| {
        let facts = facts
            .and("passport", &passport.number)
            .and("issued by", &passport.issuing_state)
            .and("expires", &passport.expiry_date);
        passport.mrz.lines().fold(facts, |facts, line| facts.and("MRZ", line))
    })
}

fn document(facts: Facts, document: &v1::Document) -> Facts {
    let digest = hex::encode(&document.sha256);
    facts.and(word::<v1::DocumentKind>(document.kind), format!("{} bytes, SHA-256 {digest}", document.size_bytes))
}

fn last_return(facts: Facts, last: &v1::Return) -> Facts {
    let facts = facts
        .and("returned by", word::<v1::ReturnedBy>(last.returned_by))
        .and("returned", time(last.return_time))
        .and("answer due", time(last.due_time));
    last.questions.iter().fold(facts, |facts, question| {
        let asked = word::<v1::ReturnReason>(question.reason);
        facts
            .and(format!("asked about {}", question.field), format!("{asked} {}", question.text).trim_end())
            .and(format!("answer about {}", question.field), &question.answer)
    })
}

/// What a check found, and whether it stands.
pub fn finding(facts: Facts, finding: &v1::Finding) -> Facts {
    let kind = if finding.blocking { "blocking" } else { "for information" };
    let standing = if finding.cleared_by.is_empty() {
        "open".to_owned()
    } else {
        format!("cleared by {} at {}: {}", finding.cleared_by, time(finding.clear_time), finding.clear_reason)
    };
    let about = finding.fields.iter().chain(std::iter::once(&finding.related)).filter(|about| !about.is_empty());
    let about = about.map(|about| format!("about {about}"));
    facts.and_lines(format!("finding {}", finding.code), std::iter::once(format!("{kind}, {standing}")).chain(about))
}

fn history(facts: Facts, application: &v1::Application) -> Facts {
    let place = match application.presentation_position {
        0 => String::new(),
        position => format!("{}, place {position}", application.presentation),
    };
    facts
        .and("filed", time(application.create_time))
        .and("first submitted", time(application.first_submit_time))
        .and("submitted", time(application.submit_time))
        .and("presentation", place)
        .and("times returned", application.return_count)
        .and("reviewer", &application.reviewer)
        .and("held until", time(application.lease_expire_time))
        .and("left to others by", application.recused.join(", "))
        .and_lines("remarks", application.remarks.iter().map(remark))
}

/// What somebody of the commission wrote about what they did, as in `SendBackApplication by … at …: why`.
fn remark(remark: &v1::Remark) -> String {
    let method = remark.action.rsplit('/').next().unwrap_or_default();
    format!("{method} by {} at {}: {}", remark.principal, time(remark.time), remark.text)
}

fn decision(facts: Facts, application: &v1::Application, accreditation: &str) -> Facts {
    let facts = application.recommendation.iter().fold(facts, |facts, recommendation| {
        let facts = facts
            .and("recommended", word::<v1::Verdict>(recommendation.verdict))
            .and("recommended by", &recommendation.recommended_by)
            .and("recommended at", time(recommendation.recommend_time));
        recommendation.refusal.iter().fold(facts, |facts, ground| refusal(facts, "proposed", ground))
    });
    let facts = facts.and("decree", &application.decree).and("accreditation", accreditation);
    let facts = application.refusal.iter().fold(facts, |facts, ground| refusal(facts, "refusal", ground));
    facts
        .and("withdrawal reason", &application.withdrawal_reason)
        .and("withdrawal note", &application.withdrawal_note_number)
        .and("replaces", &application.replaces)
}

fn refusal(facts: Facts, label: &str, refusal: &v1::Refusal) -> Facts {
    facts
        .and(format!("{label} ground"), &refusal.ground)
        .and(format!("{label} text"), &refusal.text)
        .and(format!("{label} appeal"), &refusal.appeal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_finding_is_about_has_lines_of_its_own() {
        let found = v1::Finding {
            code: "DUPLICATE_PERSON".to_owned(),
            blocking: true,
            fields: vec!["person.birth_date".to_owned()],
            related: "elections/e1/missions/cis/applications/7".to_owned(),
            ..Default::default()
        };
        let shown = format!("{:?}", finding(Facts::default(), &found));
        let expected = r#""blocking, open\nabout person.birth_date\nabout elections/e1/missions/cis/applications/7""#;
        assert!(shown.contains(expected), "{shown}");
    }
}

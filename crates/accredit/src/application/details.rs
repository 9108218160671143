//! The table of one application, as people read it.
//!
//! The order of the rows follows the life of an application: content, questions, findings, dates, decision. Rows
//! without a value are left out, so a draft is short.

use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// Shows one application with the state of its accreditation.
///
/// The application stays ACCREDITED when its accreditation ends. Without the second call a person would believe that
/// the accreditation is still in force.
pub async fn show(session: &Session, name: String) -> Result<(), Failure> {
    let application = session.client.get_application(v1::GetApplicationRequest { name }).await?;
    if session.printer.is_json() || application.accreditation.is_empty() {
        return session.printer.print(&application);
    }
    let name = application.accreditation.clone();
    let accreditation = session.client.get_accreditation(v1::GetAccreditationRequest { name }).await?;
    session.printer.print_details(&application, details(&application, &status(&accreditation)))
}

/// The name of an accreditation, and since when it has ended if it has.
fn status(accreditation: &v1::Accreditation) -> String {
    let name = &accreditation.name;
    match accreditation.state() {
        v1::AccreditationState::Active => name.clone(),
        _ => {
            let state = enum_label::<v1::AccreditationState>(accreditation.state);
            format!("{name}, {state} since {}", format_time(accreditation.state_time))
        }
    }
}

impl Printable for v1::Application {
    const HEADINGS: &'static [&'static str] =
        &["REFERENCE", "STATE", "CATEGORY", "FAMILY NAME", "GIVEN NAME", "NATIONALITY", "APPLICATION"];

    fn cells(&self) -> Vec<String> {
        let person = self.person.as_ref();
        let of = |field: fn(&v1::Person) -> &String| person.map(field).cloned().unwrap_or_default();
        vec![
            self.reference.clone(),
            enum_label::<v1::ApplicationState>(self.state).to_owned(),
            enum_label::<v1::Category>(self.category).to_owned(),
            of(|person| &person.family_name),
            of(|person| &person.given_name),
            of(|person| &person.nationality),
            self.name.clone(),
        ]
    }

    fn details(&self) -> Details {
        details(self, &self.accreditation)
    }
}

/// The details of an application, with `accreditation` as the text about its accreditation.
fn details(application: &v1::Application, accreditation: &str) -> Details {
    let details = Details::default()
        .with("application", &application.name)
        .with("reference", &application.reference)
        .with("state", enum_label::<v1::ApplicationState>(application.state))
        .with("category", enum_label::<v1::Category>(application.category));
    let details = application.paper.iter().fold(details, paper);
    let details = application.person.iter().fold(details, person);
    let details = application.documents.iter().fold(details, document);
    let details = application.last_return.iter().fold(details, last_return);
    let details = details.with("changed since", application.changed_fields.join(", "));
    let details = application.findings.iter().fold(details, finding);
    decision(history(details, application), application, accreditation)
        .with("erased", format_time(application.erase_time))
        .with("revision", application.revision)
        .with("etag", &application.etag)
        .with_receipt(application.receipt.as_ref())
}

/// Adds the note verbale that brought the application, and who entered it.
fn paper(details: Details, paper: &v1::PaperFiling) -> Details {
    details
        .with("on paper", format!("note {}", paper.note_number))
        .with("note received", format_time(paper.receive_time))
        .with("entered by", &paper.registered_by)
}

/// Adds the person and the passport.
fn person(details: Details, person: &v1::Person) -> Details {
    let details = details
        .with("family name", &person.family_name)
        .with("given name", &person.given_name)
        .with("native name", &person.native_name)
        .with("name in Kazakh", &person.name_kk)
        .with("name in Russian", &person.name_ru)
        .with("nationality", &person.nationality)
        .with("birth date", &person.birth_date)
        .with("sex", enum_label::<v1::Sex>(person.sex));
    person.passport.iter().fold(details, |details, passport| {
        let details = details
            .with("passport", &passport.number)
            .with("issued by", &passport.issuing_state)
            .with("expires", &passport.expiry_date);
        passport.mrz.lines().fold(details, |details, line| details.with("MRZ", line))
    })
}

/// Adds one document with its size and digest, by which the delegation can compare it with its own file.
fn document(details: Details, document: &v1::Document) -> Details {
    let digest = hex::encode(&document.sha256);
    details
        .with(enum_label::<v1::DocumentKind>(document.kind), format!("{} bytes, SHA-256 {digest}", document.size_bytes))
}

/// Adds the last return: who asked about which field, until when, and each answer.
fn last_return(details: Details, last: &v1::Return) -> Details {
    let details = details
        .with("returned by", enum_label::<v1::ReturnedBy>(last.returned_by))
        .with("returned", format_time(last.return_time))
        .with("answer due", format_time(last.due_time));
    last.questions.iter().fold(details, |details, question| {
        let asked = enum_label::<v1::ReturnReason>(question.reason);
        details
            .with(format!("asked about {}", question.field), format!("{asked} {}", question.text).trim_end())
            .with(format!("answer about {}", question.field), &question.answer)
    })
}

/// Adds one finding of the automatic checks: whether it blocks, whether it was cleared, and what it is about.
pub fn finding(details: Details, finding: &v1::Finding) -> Details {
    let kind = if finding.blocking { "blocking" } else { "for information" };
    let standing = if finding.cleared_by.is_empty() {
        "open".to_owned()
    } else {
        format!("cleared by {} at {}: {}", finding.cleared_by, format_time(finding.clear_time), finding.clear_reason)
    };
    let about = finding.fields.iter().chain(std::iter::once(&finding.related)).filter(|about| !about.is_empty());
    let about = about.map(|about| format!("about {about}"));
    details.with_lines(format!("finding {}", finding.code), std::iter::once(format!("{kind}, {standing}")).chain(about))
}

/// Adds the dates, the place in the presentation, and who works on it.
fn history(details: Details, application: &v1::Application) -> Details {
    // Delegations get 0: a position would tell how many people others have in the list.
    let place = match application.presentation_position {
        0 => String::new(),
        position => format!("{}, place {position}", application.presentation),
    };
    details
        .with("filed", format_time(application.create_time))
        .with("first submitted", format_time(application.first_submit_time))
        .with("submitted", format_time(application.submit_time))
        .with("presentation", place)
        .with("times returned", application.return_count)
        .with("reviewer", &application.reviewer)
        .with("held until", format_time(application.lease_expire_time))
        .with("recused", application.recused.join(", "))
        .with_lines("remarks", application.remarks.iter().map(remark))
}

/// The remark that somebody of the commission made, as in `SendBackApplication by … at …: why`.
fn remark(remark: &v1::Remark) -> String {
    let method = remark.action.rsplit('/').next().unwrap_or_default();
    format!("{method} by {} at {}: {}", remark.principal, format_time(remark.time), remark.text)
}

/// Adds the recommendation and the decision.
fn decision(details: Details, application: &v1::Application, accreditation: &str) -> Details {
    let details = application.recommendation.iter().fold(details, |details, recommendation| {
        let details = details
            .with("recommended", enum_label::<v1::Verdict>(recommendation.verdict))
            .with("recommended by", &recommendation.recommended_by)
            .with("recommended at", format_time(recommendation.recommend_time));
        recommendation.refusal.iter().fold(details, |details, ground| refusal(details, "proposed", ground))
    });
    let details = details.with("decree", &application.decree).with("accreditation", accreditation);
    let details = application.refusal.iter().fold(details, |details, ground| refusal(details, "refusal", ground));
    details
        .with("withdrawal reason", &application.withdrawal_reason)
        .with("withdrawal note", &application.withdrawal_note_number)
        .with("replaces", &application.replaces)
}

/// Adds the ground and the text of a refusal. `label` tells a proposed one from the decided one.
fn refusal(details: Details, label: &str, refusal: &v1::Refusal) -> Details {
    details
        .with(format!("{label} ground"), &refusal.ground)
        .with(format!("{label} text"), &refusal.text)
        .with(format!("{label} appeal"), &refusal.appeal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of applications are long. On one line a person cannot tell them apart.
    #[test]
    fn each_thing_that_a_finding_is_about_has_its_own_line() {
        let found = v1::Finding {
            code: "DUPLICATE_PERSON".to_owned(),
            blocking: true,
            fields: vec!["person.birth_date".to_owned()],
            related: "elections/e1/missions/cis/applications/7".to_owned(),
            ..Default::default()
        };
        let shown = format!("{:?}", finding(Details::default(), &found));
        let expected = r#""blocking, open\nabout person.birth_date\nabout elections/e1/missions/cis/applications/7""#;
        assert!(shown.contains(expected), "{shown}");
    }
}

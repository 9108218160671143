//! Applications: the content that a delegation sends, and what each reader sees.

mod paper;
mod view;

use std::collections::HashSet;

use domain::application::Question;
use domain::application::content::{Content, Document, Filing, Identity};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use prost_reflect::Kind;

use super::time::date;
use super::{document, enums};
use crate::violations::Violations;
use crate::{DESCRIPTOR_POOL, v1};

pub use paper::draft as paper;
pub(super) use view::finding_to_message;
pub use view::{content, kept_content, remark_to_message, revision_to_message, to_message};

/// Reads the content that a delegation sends.
pub fn filing(message: v1::Application, path: &str, violations: &mut Violations) -> Option<Filing> {
    let v1::Application {
        name: _,
        category,
        person,
        documents,
        state: _,
        etag: _,
        revision: _,
        content_digest: _,
        create_time: _,
        first_submit_time: _,
        submit_time: _,
        presentation: _,
        presentation_position: _,
        reference: _,
        return_count: _,
        last_return: _,
        findings: _,
        reviewer: _,
        lease_expire_time: _,
        recommendation: _,
        decree: _,
        accreditation: _,
        refusal: _,
        withdrawal_reason: _,
        withdrawal_note_number: _,
        replaces: _, // read separately, like the paper
        changed_fields: _,
        screen_time: _,
        erase_time: _,
        paper: _, // read separately: it is not part of the content
        recused: _,
        remarks: _,
        receipt: _,
    } = message;
    let category = enums::read(category, &format!("{path}.category"), violations);
    let documents = read_documents(documents, path, violations);
    let path = format!("{path}.person");
    let person = violations.require(person, &path)?;
    person_filing(person, category, documents, &path, violations)
}

/// Reads the person, and builds the filing if all parts could be read.
fn person_filing(
    message: v1::Person,
    category: Option<Category>,
    documents: Option<Vec<Document>>,
    path: &str,
    violations: &mut Violations,
) -> Option<Filing> {
    let v1::Person { family_name, given_name, native_name, name_kk, name_ru, nationality, birth_date, sex, passport } =
        message;
    let birth_date = date(&birth_date, &format!("{path}.birth_date"), violations);
    let sex = enums::read(sex, &format!("{path}.sex"), violations);
    let path = format!("{path}.passport");
    let v1::Passport { number, issuing_state, expiry_date, mrz } = violations.require(passport, &path)?;
    let passport_expiry = date(&expiry_date, &format!("{path}.expiry_date"), violations);
    let content = Content {
        category: category?,
        family_name: Personal::new(family_name),
        given_name: Personal::new(given_name),
        native_name: Personal::new(native_name),
        name_kk: Personal::new(name_kk),
        name_ru: Personal::new(name_ru),
        nationality,
        sex: sex?,
        issuing_state,
        passport_expiry: passport_expiry?,
        documents: documents?,
    };
    let identity = Identity {
        passport_number: Personal::new(number),
        birth_date: Personal::new(birth_date?),
        mrz: Personal::new(mrz),
    };
    Some(Filing { content, identity })
}

/// Reads the documents. Two of one kind are a violation.
fn read_documents(messages: Vec<v1::Document>, path: &str, violations: &mut Violations) -> Option<Vec<Document>> {
    let count = messages.len();
    let mut kinds = HashSet::new();
    let mut documents = Vec::with_capacity(count);
    for (index, message) in messages.into_iter().enumerate() {
        let path = format!("{path}.documents[{index}]");
        let Some(document) = document::declared(message, &path, violations) else { continue };
        if !kinds.insert(document.kind) {
            violations.add_if_absent(&format!("{path}.kind"), "must be a kind that no other document has; remove one");
        }
        documents.push(document);
    }
    (documents.len() == count).then_some(documents)
}

/// Reads a list of application names.
pub(crate) fn names(texts: &[String], path: &str, violations: &mut Violations) -> Option<Vec<ApplicationName>> {
    let parse = |(index, text): (usize, &String)| violations.parse(text, &format!("{path}[{index}]"));
    let names: Vec<Option<ApplicationName>> = texts.iter().enumerate().map(parse).collect();
    names.into_iter().collect()
}

/// Adds a violation for each application of another election: a list of one election must not name people of another.
pub(crate) fn check_election(
    names: &[ApplicationName],
    election: &ElectionCode,
    path: &str,
    violations: &mut Violations,
) {
    for (index, name) in names.iter().enumerate() {
        if name.election != *election {
            violations
                .add_if_absent(&format!("{path}[{index}]"), format!("must be an application of elections/{election}"));
        }
    }
}

/// Reads the questions to a delegation. Two about one field are a violation.
pub fn questions(messages: Vec<v1::Question>, path: &str, violations: &mut Violations) -> Option<Vec<Question>> {
    let count = messages.len();
    let mut fields = HashSet::new();
    let mut questions = Vec::with_capacity(count);
    for (index, v1::Question { field, reason, text, answer: _ }) in messages.into_iter().enumerate() {
        let path = format!("{path}[{index}]");
        if !is_answerable(&field) {
            let expected = "must be the path of a field of the application, as in person.birth_date or documents.PHOTO";
            violations.add_if_absent(&format!("{path}.field"), expected);
        }
        if !fields.insert(field.clone()) {
            violations
                .add_if_absent(&format!("{path}.field"), "must be a field that no other question has; remove one");
        }
        if let Some(reason) = enums::read(reason, &format!("{path}.reason"), violations) {
            questions.push(Question { field, reason, text: Personal::new(text), answer: Personal::default() });
        }
    }
    (questions.len() == count).then_some(questions)
}

/// Whether a path names a field that a delegation fills in.
fn is_answerable(path: &str) -> bool {
    let application = DESCRIPTOR_POOL.get_message_by_name("accreditation.v1.Application");
    match path.split_once('.').unwrap_or((path, "")) {
        ("category", "") | ("documents", "") => true,
        ("documents", kind) => v1::DocumentKind::from_str_name(&format!("DOCUMENT_KIND_{kind}")).is_some(),
        ("person" | "paper", _) => path
            .split('.')
            .try_fold(application.map(Kind::Message), |within, name| match within {
                Some(Kind::Message(message)) => Some(message.get_field_by_name(name).map(|field| field.kind())),
                _ => None,
            })
            .flatten()
            .is_some(),
        _ => false,
    }
}

/// Reads a delegation's answers as pairs of field and text. Two about one field are a violation.
pub fn answers(messages: Vec<v1::Answer>, path: &str, violations: &mut Violations) -> Personal<Vec<(String, String)>> {
    let mut fields = HashSet::new();
    let mut answers = Vec::with_capacity(messages.len());
    for (index, v1::Answer { field, text }) in messages.into_iter().enumerate() {
        if !fields.insert(field.clone()) {
            violations.add_if_absent(
                &format!("{path}[{index}].field"),
                "must be a field that no other answer has; remove one",
            );
        }
        answers.push((field, text));
    }
    Personal::new(answers)
}

#[cfg(test)]
mod tests;

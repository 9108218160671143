//! New passports and corrections of somebody accredited.

use rehearsal::calls::request_id;
use wire::v1;

use super::election;

/// The same content for the same person with another passport and the scan of its page.
pub fn with_passport(read: &v1::Application, number: &str) -> v1::Application {
    let mut content = rehearsal::filing::content(read);
    let person = content.person.get_or_insert_default();
    let passport = person.passport.get_or_insert_default();
    (passport.number, passport.mrz) = (number.to_owned(), String::new());
    let page = |one: &v1::Document| one.kind() == v1::DocumentKind::PassportPage;
    let pages = rehearsal::filing::documents_of(person).into_iter().filter(page);
    content.documents.retain(|one| !page(one));
    content.documents.extend(pages);
    content
}

/// The same content with another family name, and no zone that says another.
pub fn with_family_name(read: &v1::Application, name: &str) -> v1::Application {
    let mut content = rehearsal::filing::content(read);
    let person = content.person.get_or_insert_default();
    name.clone_into(&mut person.family_name);
    person.passport.get_or_insert_default().mrz.clear();
    content
}

/// A delegation asks for an accredited application to say something else.
pub fn amend(
    read: &v1::Application,
    kind: v1::AmendmentKind,
    content: v1::Application,
) -> v1::AmendAccreditationRequest {
    v1::AmendAccreditationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        kind: kind.into(),
        application: Some(content),
        reason: "Anna's was stolen.".to_owned(),
    }
}

/// Reads an amendment.
pub fn amendment(name: &str) -> v1::GetAmendmentRequest {
    v1::GetAmendmentRequest { name: name.to_owned() }
}

/// Reads every amendment of the election, or those that wait.
pub fn all_amendments(only_open: bool) -> v1::ListAmendmentsRequest {
    v1::ListAmendmentsRequest { parent: election(), only_open, ..Default::default() }
}

/// A delegation gives an amendment up.
pub fn withdraw_amendment(name: &str) -> v1::WithdrawAmendmentRequest {
    v1::WithdrawAmendmentRequest { request_id: request_id(), name: name.to_owned() }
}

/// A reviewer accepts an amendment in which nothing was found.
pub fn accept(read: &v1::Amendment) -> v1::DecideAmendmentRequest {
    v1::DecideAmendmentRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        decision: v1::AmendmentDecision::Accept.into(),
        ..Default::default()
    }
}

/// A reviewer declines an amendment.
pub fn decline(read: &v1::Amendment, text: &str) -> v1::DecideAmendmentRequest {
    let decision = v1::AmendmentDecision::Decline.into();
    v1::DecideAmendmentRequest { decision, text: text.to_owned(), ..accept(read) }
}

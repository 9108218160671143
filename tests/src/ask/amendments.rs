//! Requests about amendments: new passports and corrections of accredited people.

use rehearsal::calls::request_id;
use wire::v1;

use super::election;

/// The content of an application with another passport number and the page of that passport.
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

/// The content of an application with another family name.
///
/// The machine-readable zone is removed: the checks would find that it has the old name.
pub fn with_family_name(read: &v1::Application, name: &str) -> v1::Application {
    let mut content = rehearsal::filing::content(read);
    let person = content.person.get_or_insert_default();
    name.clone_into(&mut person.family_name);
    person.passport.get_or_insert_default().mrz.clear();
    content
}

/// A delegation requests an amendment of an application that is accredited.
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

/// Any reader reads an amendment.
pub fn amendment(name: &str) -> v1::GetAmendmentRequest {
    v1::GetAmendmentRequest { name: name.to_owned() }
}

/// A reader lists all amendments of the election that they may see, or only the open ones.
pub fn all_amendments(only_open: bool) -> v1::ListAmendmentsRequest {
    v1::ListAmendmentsRequest { parent: election(), only_open, ..Default::default() }
}

/// A delegation withdraws an amendment.
pub fn withdraw_amendment(name: &str) -> v1::WithdrawAmendmentRequest {
    v1::WithdrawAmendmentRequest { request_id: request_id(), name: name.to_owned() }
}

/// A reviewer accepts an amendment without findings.
pub fn accept(read: &v1::Amendment) -> v1::DecideAmendmentRequest {
    v1::DecideAmendmentRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        decision: v1::AmendmentDecision::Accept.into(),
        ..Default::default()
    }
}

/// A reviewer declines an amendment with a text for the delegation.
pub fn decline(read: &v1::Amendment, text: &str) -> v1::DecideAmendmentRequest {
    let decision = v1::AmendmentDecision::Decline.into();
    v1::DecideAmendmentRequest { decision, text: text.to_owned(), ..accept(read) }
}

//! `DecreeService`.

use domain::decree::DecreeDraft;
use domain::policy::Action;
use domain::vocabulary::language::Language;
use domain::vocabulary::name::{ApplicationName, DecreeName, ElectionName, ProposalName};
use domain::vocabulary::personal::Personal;

use super::filter::ApplicationFilter;
use super::{List, RequestKey, key, list, named};
use crate::convert::{application, decree, enums};
use crate::violations::Violations;
use crate::{rules, v1};

/// Drafts a decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateDecree {
    /// By what it is known.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// What the adopter says of it.
    pub decree: DecreeDraft,
}

/// Reads the request of `DecreeService/CreateDecree`.
pub fn create_decree(request: v1::CreateDecreeRequest) -> Result<CreateDecree, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::CreateDecree, &request, &request.request_id, &mut violations);
    let v1::CreateDecreeRequest { request_id: _, parent, decree } = request;
    let parent = violations.parse(&parent, "parent");
    let decree = violations.required(decree, "decree");
    let decree = decree.and_then(|message| decree::draft(message, "decree", &mut violations));
    violations.finish(|| Some(CreateDecree { key: key?, election: parent?, decree: decree? }))
}

/// Corrects a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateDecree {
    /// By what it is known.
    pub key: RequestKey,
    /// Which decree.
    pub name: DecreeName,
    /// The etag that the caller read.
    pub etag: String,
    /// What the adopter says of it now.
    pub decree: DecreeDraft,
}

/// Reads the request of `DecreeService/UpdateDecree`.
pub fn update_decree(request: v1::UpdateDecreeRequest) -> Result<UpdateDecree, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::UpdateDecree, &request, &request.request_id, &mut violations);
    let v1::UpdateDecreeRequest { request_id: _, name, etag, decree } = request;
    let name = violations.parse(&name, "name");
    let decree = violations.required(decree, "decree");
    let decree = decree.and_then(|message| decree::draft(message, "decree", &mut violations));
    violations.finish(|| Some(UpdateDecree { key: key?, name: name?, etag, decree: decree? }))
}

/// What is to be listed in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddDecreeItems {
    /// What is named.
    Named(DecreeItems),
    /// Every recommended application that a filter picks.
    Picked {
        /// By what it is known.
        key: RequestKey,
        /// Which decree.
        decree: DecreeName,
        /// Which of the recommended applications.
        filter: ApplicationFilter,
    },
}

/// Lists applications and proposals in a draft, or takes them out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeItems {
    /// By what it is known.
    pub key: RequestKey,
    /// Which decree.
    pub decree: DecreeName,
    /// The applications; every one is of the decree's election.
    pub applications: Vec<ApplicationName>,
    /// The proposals; every one is of the decree's election too.
    pub proposals: Vec<ProposalName>,
}

/// Reads the request of `DecreeService/AddDecreeItems`.
pub fn add_decree_items(request: v1::AddDecreeItemsRequest) -> Result<AddDecreeItems, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::AddDecreeItems, &request, &request.request_id, &mut violations);
    let v1::AddDecreeItemsRequest { request_id: _, name, applications, proposals, filter } = request;
    let decree: Option<DecreeName> = violations.parse(&name, "name");
    if filter.is_empty() {
        let items = items(&applications, &proposals, decree.as_ref(), &mut violations);
        return violations.finish(|| {
            let (applications, proposals) = items?;
            Some(AddDecreeItems::Named(DecreeItems { key: key?, decree: decree?, applications, proposals }))
        });
    }
    for (field, named) in [("applications", !applications.is_empty()), ("proposals", !proposals.is_empty())] {
        if named {
            violations.expect(field, "must be empty where there is a filter");
        }
    }
    let filter = filter.parse().and_then(|filter: ApplicationFilter| filter.check_of_recommended().map(|()| filter));
    let filter = filter.map_err(|expected| violations.expect("filter", expected)).ok();
    violations.finish(|| Some(AddDecreeItems::Picked { key: key?, decree: decree?, filter: filter? }))
}

/// Reads the request of `DecreeService/RemoveDecreeItems`.
pub fn remove_decree_items(request: v1::RemoveDecreeItemsRequest) -> Result<DecreeItems, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::RemoveDecreeItems, &request, &request.request_id, &mut violations);
    let v1::RemoveDecreeItemsRequest { request_id: _, name, applications, proposals } = request;
    let decree: Option<DecreeName> = violations.parse(&name, "name");
    let items = items(&applications, &proposals, decree.as_ref(), &mut violations);
    violations.finish(|| {
        let (applications, proposals) = items?;
        Some(DecreeItems { key: key?, decree: decree?, applications, proposals })
    })
}

fn items(
    applications: &[String],
    proposals: &[String],
    decree: Option<&DecreeName>,
    violations: &mut Violations,
) -> Option<(Vec<ApplicationName>, Vec<ProposalName>)> {
    if applications.is_empty() && proposals.is_empty() {
        violations.expect("applications", "must have an item, or proposals must");
    }
    let names = application::names(applications, "applications", violations);
    let mut proposed: Vec<ProposalName> = Vec::with_capacity(proposals.len());
    for (index, text) in proposals.iter().enumerate() {
        proposed.extend(violations.parse(text, &format!("proposals[{index}]")));
    }
    let decree = decree?;
    for (index, name) in proposed.iter().enumerate() {
        if name.election != decree.election {
            violations.expect(&format!("proposals[{index}]"), format!("must be of elections/{}", decree.election));
        }
    }
    let names = names?;
    application::check_election(&names, &decree.election, "applications", violations);
    Some((names, proposed))
}

/// Adopts a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptDecree {
    /// By what it is known.
    pub key: RequestKey,
    /// Which decree.
    pub decree: DecreeName,
    /// The etag that the caller read.
    pub etag: String,
    /// Whether it is only to be checked.
    pub validate_only: bool,
    /// The caller's detached signature; may be empty.
    pub signature: Vec<u8>,
}

/// Reads the request of `DecreeService/AdoptDecree`.
pub fn adopt_decree(request: v1::AdoptDecreeRequest) -> Result<AdoptDecree, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::AdoptDecree, &request, &request.request_id, &mut violations);
    let v1::AdoptDecreeRequest { request_id: _, name, etag, validate_only, signature } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(AdoptDecree { key: key?, decree: name?, etag, validate_only, signature }))
}

/// Sends an application back to review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendBackApplication {
    /// By what it is known.
    pub key: RequestKey,
    /// Which application.
    pub application: ApplicationName,
    /// The etag that the caller read.
    pub etag: String,
    /// Why.
    pub reason: Personal<String>,
}

/// Reads the request of `DecreeService/SendBackApplication`.
pub fn send_back_application(request: v1::SendBackApplicationRequest) -> Result<SendBackApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::SendBackApplication, &request, &request.request_id, &mut violations);
    let v1::SendBackApplicationRequest { request_id: _, name, etag, reason } = request;
    let name = violations.parse(&name, "name");
    violations
        .finish(|| Some(SendBackApplication { key: key?, application: name?, etag, reason: Personal::new(reason) }))
}

/// Reads the request of `DecreeService/GetDecree`.
pub fn get_decree(request: v1::GetDecreeRequest) -> Result<DecreeName, Violations> {
    let v1::GetDecreeRequest { name } = &request;
    named(&request, name, "name")
}

/// A kind of file that lists are made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Pages to be signed.
    Pdf,
    /// A workbook.
    Xlsx,
    /// A table in text.
    Csv,
}

/// Makes the list of a decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderDecreeList {
    /// Which decree.
    pub decree: DecreeName,
    /// In which language.
    pub language: Language,
    /// As what kind of file.
    pub format: ListFormat,
}

/// Reads the request of `DecreeService/RenderDecreeList`.
pub fn render_decree_list(request: v1::RenderDecreeListRequest) -> Result<RenderDecreeList, Violations> {
    let mut violations = rules::check(&request);
    let v1::RenderDecreeListRequest { name, language, format } = request;
    let decree = violations.parse(&name, "name");
    let language = enums::read(language, "language", &mut violations);
    let format = enums::read(format, "format", &mut violations);
    violations.finish(|| Some(RenderDecreeList { decree: decree?, language: language?, format: format? }))
}

/// Reads the request of `DecreeService/ListDecrees`.
pub fn list_decrees(request: v1::ListDecreesRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListDecreesRequest { parent, page_size, page_token } = &request;
    list(Action::ListDecrees, &request, parent, (*page_size, page_token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_stands_alone_and_picks_from_the_recommended() {
        let application = "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";
        let add = |filter: &str, named: bool| {
            add_decree_items(v1::AddDecreeItemsRequest {
                request_id: "0190b0a0-0000-7000-8000-000000000002".to_owned(),
                name: "elections/kz-2019/decrees/4".to_owned(),
                applications: named.then(|| application.to_owned()).into_iter().collect(),
                proposals: Vec::new(),
                filter: filter.to_owned(),
            })
        };
        let Ok(AddDecreeItems::Picked { filter, .. }) = add("verdict = REFUSE", false) else { panic!("it is good") };
        assert_eq!(filter.accredit, Some(false));
        let wrong = |filter, named| add(filter, named).expect_err("it is wrong");
        assert!(wrong("verdict = REFUSE", true).names("applications"));
        assert!(wrong("state = PRESENTED", false).names("filter"));
        assert!(wrong("", false).names("applications"), "nothing is named and nothing picked");
    }
}

//! `DecreeService`.

use domain::decree::DecreeDraft;
use domain::policy::Action;
use domain::vocabulary::language::Language;
use domain::vocabulary::name::{ApplicationName, DecreeName, ElectionName, ProposalName};
use domain::vocabulary::personal::Personal;

use super::filter::ApplicationFilter;
use super::{List, RequestKey, read_list, read_name, request_key};
use crate::convert::{application, decree, enums};
use crate::violations::Violations;
use crate::{rules, v1};

mod scan;

pub use scan::*;

/// Drafts a decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateDecree {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// The values that the adopter sets.
    pub decree: DecreeDraft,
}

/// Reads the request of `DecreeService/CreateDecree`.
pub fn create_decree(request: v1::CreateDecreeRequest) -> Result<CreateDecree, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateDecree, &request, &request.request_id, &mut violations);
    let v1::CreateDecreeRequest { request_id: _, parent, decree } = request;
    let parent = violations.parse(&parent, "parent");
    let decree = violations.require(decree, "decree");
    let decree = decree.and_then(|message| decree::draft(message, "decree", &mut violations));
    violations.finish(|| Some(CreateDecree { key: key?, election: parent?, decree: decree? }))
}

/// Corrects a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateDecree {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The decree.
    pub name: DecreeName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The new values.
    pub decree: DecreeDraft,
}

/// Reads the request of `DecreeService/UpdateDecree`.
pub fn update_decree(request: v1::UpdateDecreeRequest) -> Result<UpdateDecree, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::UpdateDecree, &request, &request.request_id, &mut violations);
    let v1::UpdateDecreeRequest { request_id: _, name, etag, decree } = request;
    let name = violations.parse(&name, "name");
    let decree = violations.require(decree, "decree");
    let decree = decree.and_then(|message| decree::draft(message, "decree", &mut violations));
    violations.finish(|| Some(UpdateDecree { key: key?, name: name?, etag, decree: decree? }))
}

/// Adds items to the list of a draft decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddDecreeItems {
    /// The items that the caller names.
    Named(DecreeItems),
    /// Every recommended application that a filter selects.
    Picked {
        /// Recognizes the same request when it is sent again.
        key: RequestKey,
        /// The decree.
        decree: DecreeName,
        /// Which of the recommended applications.
        filter: ApplicationFilter,
    },
}

/// Applications and proposals that are added to a draft decree, or removed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeItems {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The decree.
    pub decree: DecreeName,
    /// The applications. Each belongs to the decree's election.
    pub applications: Vec<ApplicationName>,
    /// The proposals. Each belongs to the decree's election.
    pub proposals: Vec<ProposalName>,
}

/// Reads the request of `DecreeService/AddDecreeItems`.
pub fn add_decree_items(request: v1::AddDecreeItemsRequest) -> Result<AddDecreeItems, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::AddDecreeItems, &request, &request.request_id, &mut violations);
    let v1::AddDecreeItemsRequest { request_id: _, name, applications, proposals, filter } = request;
    let decree: Option<DecreeName> = violations.parse(&name, "name");
    if filter.is_empty() {
        let items = read_items(&applications, &proposals, decree.as_ref(), &mut violations);
        return violations.finish(|| {
            let (applications, proposals) = items?;
            Some(AddDecreeItems::Named(DecreeItems { key: key?, decree: decree?, applications, proposals }))
        });
    }
    for (field, named) in [("applications", !applications.is_empty()), ("proposals", !proposals.is_empty())] {
        if named {
            violations.add_if_absent(field, "must be empty if there is a filter; remove it or the filter");
        }
    }
    let filter = filter.parse().and_then(|filter: ApplicationFilter| filter.check_of_recommended().map(|()| filter));
    let filter = filter.map_err(|expected| violations.add_if_absent("filter", expected)).ok();
    violations.finish(|| Some(AddDecreeItems::Picked { key: key?, decree: decree?, filter: filter? }))
}

/// Reads the request of `DecreeService/RemoveDecreeItems`.
pub fn remove_decree_items(request: v1::RemoveDecreeItemsRequest) -> Result<DecreeItems, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::RemoveDecreeItems, &request, &request.request_id, &mut violations);
    let v1::RemoveDecreeItemsRequest { request_id: _, name, applications, proposals } = request;
    let decree: Option<DecreeName> = violations.parse(&name, "name");
    let items = read_items(&applications, &proposals, decree.as_ref(), &mut violations);
    violations.finish(|| {
        let (applications, proposals) = items?;
        Some(DecreeItems { key: key?, decree: decree?, applications, proposals })
    })
}

fn read_items(
    applications: &[String],
    proposals: &[String],
    decree: Option<&DecreeName>,
    violations: &mut Violations,
) -> Option<(Vec<ApplicationName>, Vec<ProposalName>)> {
    if applications.is_empty() && proposals.is_empty() {
        violations.add_if_absent("applications", "must have an item unless proposals has one");
    }
    let names = application::names(applications, "applications", violations);
    let mut proposed: Vec<ProposalName> = Vec::with_capacity(proposals.len());
    for (index, text) in proposals.iter().enumerate() {
        proposed.extend(violations.parse(text, &format!("proposals[{index}]")));
    }
    let decree = decree?;
    for (index, name) in proposed.iter().enumerate() {
        if name.election != decree.election {
            violations.add_if_absent(
                &format!("proposals[{index}]"),
                format!("must be of the decree's election, elections/{}", decree.election),
            );
        }
    }
    let names = names?;
    application::check_election(&names, &decree.election, "applications", violations);
    Some((names, proposed))
}

/// Adopts a draft decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptDecree {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The decree.
    pub decree: DecreeName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// Whether the service only checks the request and changes nothing.
    pub validate_only: bool,
    /// The caller's detached signature; may be empty.
    pub signature: Vec<u8>,
}

/// Reads the request of `DecreeService/AdoptDecree`.
pub fn adopt_decree(request: v1::AdoptDecreeRequest) -> Result<AdoptDecree, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::AdoptDecree, &request, &request.request_id, &mut violations);
    let v1::AdoptDecreeRequest { request_id: _, name, etag, validate_only, signature } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(AdoptDecree { key: key?, decree: name?, etag, validate_only, signature }))
}

/// Sends an application back to review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendBackApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `DecreeService/SendBackApplication`.
pub fn send_back_application(request: v1::SendBackApplicationRequest) -> Result<SendBackApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::SendBackApplication, &request, &request.request_id, &mut violations);
    let v1::SendBackApplicationRequest { request_id: _, name, etag, reason } = request;
    let name = violations.parse(&name, "name");
    violations
        .finish(|| Some(SendBackApplication { key: key?, application: name?, etag, reason: Personal::new(reason) }))
}

/// Reads the request of `DecreeService/GetDecree`.
pub fn get_decree(request: v1::GetDecreeRequest) -> Result<DecreeName, Violations> {
    let v1::GetDecreeRequest { name } = &request;
    read_name(&request, name, "name")
}

/// A file format of a decree's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// PDF, to be printed and signed.
    Pdf,
    /// An Excel workbook.
    Xlsx,
    /// Comma-separated values.
    Csv,
}

/// Renders the list of a decree as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderDecreeList {
    /// The decree.
    pub decree: DecreeName,
    /// The language of the list.
    pub language: Language,
    /// The file format.
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
    read_list(Action::ListDecrees, &request, parent, (*page_size, page_token))
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
        assert!(wrong("verdict = REFUSE", true).contains_field("applications"));
        assert!(wrong("state = PRESENTED", false).contains_field("filter"));
        assert!(wrong("", false).contains_field("applications"), "nothing is named and nothing picked");
    }
}

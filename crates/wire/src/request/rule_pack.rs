//! `RulePackService`.

use domain::policy::Action;
use domain::vocabulary::name::RulePackName;

use super::{Page, RequestKey, read_name, read_page_of_all, request_key};
use crate::violations::Violations;
use crate::{rules, v1};

/// Imports a rule pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRulePack {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The file. The domain checks it, because it also checks the built-in packs.
    pub content: String,
}

/// Reads the request of `RulePackService/ImportRulePack`.
pub fn import_rule_pack(request: v1::ImportRulePackRequest) -> Result<ImportRulePack, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ImportRulePack, &request, &request.request_id, &mut violations);
    let v1::ImportRulePackRequest { request_id: _, content } = request;
    violations.finish(|| Some(ImportRulePack { key: key?, content }))
}

/// Reads the request of `RulePackService/GetRulePack`.
pub fn get_rule_pack(request: v1::GetRulePackRequest) -> Result<RulePackName, Violations> {
    let v1::GetRulePackRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `RulePackService/ListRulePacks`.
pub fn list_rule_packs(request: v1::ListRulePacksRequest) -> Result<Page, Violations> {
    let v1::ListRulePacksRequest { page_size, page_token } = &request;
    read_page_of_all(Action::ListRulePacks, &request, (*page_size, page_token))
}

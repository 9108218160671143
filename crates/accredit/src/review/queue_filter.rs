//! Filters that select a part of the review queue.
//!
//! The same options select what `review next` claims and what `review queue` lists. So a reviewer can look at exactly
//! the part that comes next.

use clap::Args;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;

/// The filter term for applications that wait for a reviewer.
pub const WAITING: &str = "state = PRESENTED";

/// The options that select a part of the queue.
#[derive(Debug, Args, Default)]
pub struct QueueFilter {
    /// Selects only applications of this organization, given by its code or name.
    #[arg(long, value_parser = organization)]
    pub organization: Option<String>,
    /// Selects only this category.
    #[arg(long, value_parser = enum_parser::<v1::Category>())]
    pub category: Option<v1::Category>,
    /// Selects only the presentation with this number.
    #[arg(long, value_name = "NUMBER")]
    pub presentation: Option<u32>,
    /// Selects only applications with open findings that block an accreditation (true), or only those without (false).
    #[arg(long)]
    pub findings: Option<bool>,
}

impl QueueFilter {
    /// The filter for a request. `base`, if there is one, is its first term.
    pub fn filter(&self, base: Option<&str>) -> String {
        let terms = [
            base.map(str::to_owned),
            self.organization.as_ref().map(|code| format!("organization = {code}")),
            self.category.map(|category| format!("category = {}", enum_label::<v1::Category>(category.into()))),
            self.presentation.map(|number| format!("presentation = {number}")),
            self.findings.map(|findings| format!("findings = {findings}")),
        ];
        terms.into_iter().flatten().collect::<Vec<_>>().join(" AND ")
    }

    /// After the filters matched nothing: how many applications the list has without them.
    ///
    /// `None` if there are no filters, or if the list is empty without them too.
    pub async fn describe_unfiltered(
        &self,
        session: &Session,
        election: &str,
        base: &str,
    ) -> Result<Option<String>, Failure> {
        let filter = self.filter(None);
        if filter.is_empty() {
            return Ok(None);
        }
        let request = v1::ListApplicationsRequest {
            parent: format!("{election}/missions/-"),
            filter: base.to_owned(),
            order_by: "queue".to_owned(),
            page_size: 1000,
            ..Default::default()
        };
        let page = session.client.list_applications(request).await?;
        // One page is enough to tell that a filter is too narrow. Counting further pages would only cost time.
        let count = match (page.applications.len(), page.next_page_token.is_empty()) {
            (0, _) => return Ok(None),
            (count, true) => count.to_string(),
            (count, false) => format!("more than {count}"),
        };
        Ok(Some(match base {
            WAITING => format!("nothing waits with {filter}; without these filters: {count}"),
            _ => format!("nothing is listed with {filter}; without these filters: {count}"),
        }))
    }
}

/// The code of an organization, which may be given as its name. A filter takes the code alone.
fn organization(text: &str) -> Result<String, String> {
    let code = text.strip_prefix("organizations/").unwrap_or(text);
    let expected = || format!("found `{text}`; expected a code as in cis, or a name as in organizations/cis");
    if code.is_empty() || code.contains('/') { Err(expected()) } else { Ok(code.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of other resources are refused here, because the filter would match nothing.
    #[test]
    fn an_organization_is_given_by_code_or_name() {
        for text in ["cis", "organizations/cis"] {
            assert_eq!(organization(text).as_deref(), Ok("cis"));
        }
        for text in ["", "organizations/", "missions/cis"] {
            assert!(organization(text).is_err(), "{text}");
        }
    }
}

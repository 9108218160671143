//! Which part of the queue is meant, and what there is beside it.

use clap::Args;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, word};

/// The term for what waits.
pub const WAITING: &str = "state = PRESENTED";

/// Which part of the queue.
#[derive(Debug, Args, Default)]
pub struct Of {
    /// Only this organization's, by its code or name.
    #[arg(long, value_parser = organization)]
    pub organization: Option<String>,
    /// Only of this category.
    #[arg(long, value_parser = one_of::<v1::Category>())]
    pub category: Option<v1::Category>,
    /// Only of the presentation of this number.
    #[arg(long, value_name = "NUMBER")]
    pub presentation: Option<u32>,
    /// Only with findings that stand in the way of accrediting, or only without.
    #[arg(long)]
    pub findings: Option<bool>,
}

impl Of {
    /// The filter of a list, which begins with a term of its own.
    pub fn filter(&self, own: Option<&str>) -> String {
        let terms = [
            own.map(str::to_owned),
            self.organization.as_ref().map(|code| format!("organization = {code}")),
            self.category.map(|category| format!("category = {}", word::<v1::Category>(category.into()))),
            self.presentation.map(|number| format!("presentation = {number}")),
            self.findings.map(|findings| format!("findings = {findings}")),
        ];
        terms.into_iter().flatten().collect::<Vec<_>>().join(" AND ")
    }

    /// After these filters picked nobody: what to say of what a list has without them; nothing if it has nothing.
    pub async fn passed_over(&self, session: &Session, election: &str, own: &str) -> Result<Option<String>, Failure> {
        let filter = self.filter(None);
        if filter.is_empty() {
            return Ok(None);
        }
        let request = v1::ListApplicationsRequest {
            parent: format!("{election}/missions/-"),
            filter: own.to_owned(),
            order_by: "queue".to_owned(),
            page_size: 1000,
            ..Default::default()
        };
        let page = session.client.list_applications(request).await?;
        let count = match (page.applications.len(), page.next_page_token.is_empty()) {
            (0, _) => return Ok(None),
            (count, true) => count.to_string(),
            (count, false) => format!("more than {count}"),
        };
        Ok(Some(match own {
            WAITING => format!("nothing waits with {filter}; without these filters: {count}"),
            _ => format!("nothing is listed with {filter}; without these filters: {count}"),
        }))
    }
}

/// An organization's code, which may be given as its name.
fn organization(text: &str) -> Result<String, String> {
    let code = text.strip_prefix("organizations/").unwrap_or(text);
    let expected = || format!("`{text}` is neither a code as in cis nor a name as in organizations/cis");
    if code.is_empty() || code.contains('/') { Err(expected()) } else { Ok(code.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

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

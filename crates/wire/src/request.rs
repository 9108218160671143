//! Requests in the domain's types, one function for each method that takes a request with fields.
//!
//! Each function checks the rules of the proto and converts the message. It reports the violations of both together.

mod accreditation;
mod amendment;
mod appeal;
mod application;
mod decree;
mod document;
mod election;
mod filter;
mod mission;
mod presentation;
mod proposal;
mod registry;
mod report;
mod retention;
mod review;
mod rule_pack;
mod transparency;
mod watch_list;

use std::str::FromStr;

use domain::policy::Action;
use domain::vocabulary::id::{InvalidId, RequestId};
use prost_reflect::ReflectMessage;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::rules;
use crate::violations::Violations;

pub use accreditation::*;
pub use amendment::*;
pub use appeal::*;
pub use application::*;
pub use decree::*;
pub use document::*;
pub use election::*;
pub use filter::{AccreditationFilter, ApplicationFilter, Reviewer};
pub use mission::*;
pub use presentation::*;
pub use proposal::*;
pub use registry::*;
pub use report::*;
pub use retention::*;
pub use review::*;
pub use rule_pack::*;
pub use transparency::*;
pub use watch_list::*;

/// The page size for a request with `page_size` 0.
const DEFAULT_PAGE_SIZE: u32 = 100;

/// Recognizes a mutation that is sent again: the same id with the same hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey {
    /// The `request_id` that the caller chose.
    pub id: RequestId,
    /// SHA-256 of the method's path, a zero byte and the re-encoded request. The same id with another hash is a
    /// different request, which is refused.
    pub hash: [u8; 32],
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The most items of the page, 1 to 1000.
    pub size: u32,
    /// The token that came with the previous page; empty for the first page.
    pub token: String,
    /// The method, the parent and the filter. A token is valid only for the list that it was issued for.
    pub list: String,
}

/// A page of the resources under a parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<P> {
    /// The parent.
    pub parent: P,
    /// The page.
    pub page: Page,
}

/// Reads the id of a request and hashes the request.
fn request_key(
    action: Action,
    request: &impl ReflectMessage,
    request_id: &str,
    violations: &mut Violations,
) -> Option<RequestKey> {
    let Ok(id) = Uuid::try_parse(request_id) else {
        violations.add_if_absent("request_id", "must be a UUID of 32 hexadecimal digits with hyphens");
        return None;
    };
    if !violations.is_empty() {
        return None; // The request is refused. Hashing megabytes of it would be wasted.
    }
    Some(RequestKey { id: RequestId(id), hash: digest(action, request) })
}

/// SHA-256 of the method's path, a zero byte and the re-encoded request.
pub fn digest(action: Action, request: &impl prost::Message) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(method_path(action));
    digest.update([0]);
    digest.update(request.encode_to_vec());
    digest.finalize().into()
}

/// A method's path, as in `/accreditation.v1.ApplicationService/GetApplication`.
fn method_path(action: Action) -> String {
    format!("/accreditation.v1.{}", action.method())
}

fn read_page(action: Action, of: &str, (size, token): (i32, &str)) -> Page {
    let size = u32::try_from(size).unwrap_or_default(); // a negative size breaks a rule of the proto
    let size = if size == 0 { DEFAULT_PAGE_SIZE } else { size };
    Page { size, token: token.to_owned(), list: format!("{} {of}", method_path(action)) }
}

/// Reads a request whose only field is a resource name.
fn read_name<N: FromStr<Err = InvalidId>>(
    request: &impl ReflectMessage,
    name: &str,
    field: &str,
) -> Result<N, Violations> {
    let mut violations = rules::check(request);
    let name = violations.parse(name, field);
    violations.finish(|| name)
}

/// Reads a request for a page of the resources under a parent, without a filter.
fn read_list<P: FromStr<Err = InvalidId>>(
    action: Action,
    request: &impl ReflectMessage,
    parent: &str,
    part: (i32, &str),
) -> Result<List<P>, Violations> {
    let mut violations = rules::check(request);
    let name = violations.parse(parent, "parent");
    violations.finish(|| Some(List { parent: name?, page: read_page(action, parent, part) }))
}

/// Reads a request for a page of all resources of a kind.
fn read_page_of_all(action: Action, request: &impl ReflectMessage, part: (i32, &str)) -> Result<Page, Violations> {
    rules::check(request).finish(|| Some(read_page(action, "", part)))
}

#[cfg(test)]
mod tests;

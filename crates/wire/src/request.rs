//! Requests in the domain's types, one function per method that takes anything: the rules of the proto first, then the
//! conversion; every violation of both at once.

mod accreditation;
mod amendment;
mod appeal;
mod application;
mod decree;
mod decree_scan;
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
pub use decree_scan::*;
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
pub use transparency::*;
pub use watch_list::*;

/// What the service does for `page_size` 0.
const DEFAULT_PAGE_SIZE: u32 = 100;

/// By what a mutation is known when it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey {
    /// The caller's id for it.
    pub id: RequestId,
    /// SHA-256 over the method's path, a zero byte and the re-encoded request: the same id with another hash is another
    /// request.
    pub hash: [u8; 32],
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most this many, 1 to 1000.
    pub size: u32,
    /// The token of the page before; empty for the first page.
    pub token: String,
    /// What a token must have been issued for: the method, the parent and the filter.
    pub list: String,
}

/// A part of a list under a parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<P> {
    /// The parent.
    pub parent: P,
    /// The part.
    pub page: Page,
}

/// Reads a request's id, and takes its hash.
fn key(
    action: Action,
    request: &impl ReflectMessage,
    request_id: &str,
    violations: &mut Violations,
) -> Option<RequestKey> {
    let Ok(id) = Uuid::try_parse(request_id) else {
        violations.expect("request_id", "must be a UUID of 32 hexadecimal digits with hyphens");
        return None;
    };
    if !violations.is_empty() {
        return None; // it is refused, and a hash of megabytes would be for nothing
    }
    Some(RequestKey { id: RequestId(id), hash: digest(action, request) })
}

/// SHA-256 over the method's path, a zero byte and the re-encoded request.
pub fn digest(action: Action, request: &impl prost::Message) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(path(action));
    digest.update([0]);
    digest.update(request.encode_to_vec());
    digest.finalize().into()
}

/// A method's path, as in `/accreditation.v1.ApplicationService/GetApplication`.
fn path(action: Action) -> String {
    format!("/accreditation.v1.{}", action.method())
}

fn page(action: Action, of: &str, (size, token): (i32, &str)) -> Page {
    let size = u32::try_from(size).unwrap_or_default(); // a negative one is a violation of the rules
    let size = if size == 0 { DEFAULT_PAGE_SIZE } else { size };
    Page { size, token: token.to_owned(), list: format!("{} {of}", path(action)) }
}

/// Reads a request that holds one name and nothing else.
fn named<N: FromStr<Err = InvalidId>>(request: &impl ReflectMessage, name: &str, field: &str) -> Result<N, Violations> {
    let mut violations = rules::check(request);
    let name = violations.parse(name, field);
    violations.finish(|| name)
}

/// Reads a request for a part of a list under a parent.
fn list<P: FromStr<Err = InvalidId>>(
    action: Action,
    request: &impl ReflectMessage,
    parent: &str,
    part: (i32, &str),
) -> Result<List<P>, Violations> {
    let mut violations = rules::check(request);
    let name = violations.parse(parent, "parent");
    violations.finish(|| Some(List { parent: name?, page: page(action, parent, part) }))
}

/// Reads a request for a part of a list of everything.
fn list_all(action: Action, request: &impl ReflectMessage, part: (i32, &str)) -> Result<Page, Violations> {
    rules::check(request).finish(|| Some(page(action, "", part)))
}

#[cfg(test)]
mod tests;

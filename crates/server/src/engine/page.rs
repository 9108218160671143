//! Page tokens: the key of the last item of a page, signed.
//!
//! A token is good only for the same list, the same filter and the same organization. Without a
//! signature a caller could put any key into it and so ask the database what it likes. Without
//! the organization one delegation could use the token of another.
//!
//! The token is the signature and the key in JSON, in base64. A page begins after its key. So
//! items that are added or removed meanwhile shift no page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::outcome::CallContext;
use domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{CommandError, Keys, Page, Tx};
use wire::request;

/// How many bytes the signature has, an HMAC with SHA-256.
const SIGNATURE: usize = 32;

/// What is signed: the list with its filter, the organization of the caller, and the key.
fn signed(list: &str, by: &CallContext<'_>, key: &[u8]) -> Vec<u8> {
    [list.as_bytes(), b"\n", by.actor.principal.organization.as_str().as_bytes(), b"\n", key].concat()
}

/// Reads the token of a request. Without a token it is the first page.
///
/// # Errors
///
/// INVALID_PAGE_TOKEN if the token was made for another list or organization, or by nobody.
pub(crate) fn read<K: DeserializeOwned>(
    tx: &Tx<'_>,
    by: &CallContext<'_>,
    page: &request::Page,
) -> Result<Page<K>, CommandError> {
    if page.token.is_empty() {
        return Ok(Page { after: None, size: page.size });
    }
    let after = verified(tx.keys(), by, page).ok_or(Refusal::InvalidPageToken)?;
    Ok(Page { after: Some(after), size: page.size })
}

fn verified<K: DeserializeOwned>(keys: &Keys, by: &CallContext<'_>, page: &request::Page) -> Option<K> {
    let token = URL_SAFE_NO_PAD.decode(&page.token).ok()?;
    let (signature, key) = token.split_at_checked(SIGNATURE)?;
    keys.verify_page_token(&signed(&page.list, by, key), signature).then(|| serde_json::from_slice(key).ok())?
}

/// Cuts the items to the size of the page, and makes the token of the next page.
///
/// The store reads one item more than the page has. If it is there, there is a next page; otherwise
/// the token is empty.
pub(crate) fn cut<T, K: Serialize>(
    tx: &Tx<'_>,
    by: &CallContext<'_>,
    page: &request::Page,
    mut found: Vec<T>,
    key: impl FnOnce(&T) -> K,
) -> (Vec<T>, String) {
    let size = page.size as usize;
    if found.len() <= size {
        return (found, String::new());
    }
    found.truncate(size);
    let Some(last) = found.last() else { return (found, String::new()) };
    let key = serde_json::to_vec(&key(last)).expect("keys are codes and numbers");
    let signature = tx.keys().sign_page_token(&signed(&page.list, by, &key));
    let token = URL_SAFE_NO_PAD.encode([signature, key].concat());
    (found, token)
}

//! Stores documents as objects in an S3 bucket. It needs five kinds of requests: put, get, head, delete and list.
//!
//! `rusty-s3` signs the requests and reads lists; it opens no connections. [`transport`] sends the requests,
//! [`credentials`] replaces the credentials while the service runs. ADR 35 has the reasons.

mod credentials;
mod request;
mod transport;

use std::fmt;
use std::sync::Arc;

use ::http::StatusCode;
use hyper::body::Bytes;
use jiff::Timestamp;
use rusty_s3::actions::list_objects_v2::{ListObjectsContent, ListObjectsV2, ListObjectsV2Response};
use uuid::Uuid;

use super::{MAX_SEALED, S3, VaultError};
use credentials::ReloadableCredentials;
use request::Operation;
use transport::{Endpoint, Response};

/// How many keys a page of a list has, the most that S3 gives.
const PAGE_KEYS: usize = 1000;

/// A bucket, and what is needed to reach it.
pub struct Bucket {
    bucket: rusty_s3::Bucket,
    endpoint: Endpoint,
    credentials: Arc<ReloadableCredentials>,
    /// What every key begins with: empty, or with a slash at its end.
    prefix: String,
}

/// Without the credentials: what is printed gets into logs.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket({:?}, {}/{})", self.endpoint, self.bucket.name(), self.prefix)
    }
}

impl Bucket {
    /// Reads the credentials and the trust anchors. Sends nothing.
    pub fn open(location: &S3) -> Result<Self, VaultError> {
        let (bucket, endpoint) = Endpoint::open(location)?;
        let credentials = Arc::new(ReloadableCredentials::open(&location.settings.credentials)?);
        let slash = if location.prefix.is_empty() { "" } else { "/" };
        Ok(Self { bucket, endpoint, credentials, prefix: format!("{}{slash}", location.prefix) })
    }

    /// Reads the credentials again, and says whether they have changed.
    pub fn reload_credentials(&self) -> Result<bool, VaultError> {
        self.credentials.reload()
    }

    /// See [`super::Vault::put`]. Two requests: one that looks, and one that stores.
    pub async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        // A server that does not know `If-None-Match` ignores it and overwrites. So look first. Ids are random: nobody
        // else stores this one between the two requests.
        if self.send(Operation::HeadObject { key: self.key(id) }).await?.status == StatusCode::OK {
            return Err(VaultError::Exists(id));
        }
        let body = Bytes::from(bytes);
        let response = self.send(Operation::PutObject { key: self.key(id), body: body.clone() }).await?;
        match response.status {
            StatusCode::OK => Ok(()),
            // An earlier attempt may have stored the object, and its response was lost.
            StatusCode::PRECONDITION_FAILED
                if response.attempts > 1 && self.get(id).await?.as_deref() == Some(&body) =>
            {
                Ok(())
            }
            StatusCode::PRECONDITION_FAILED => Err(VaultError::Exists(id)),
            _ => Err(self.error(&response)),
        }
    }

    /// See [`super::Vault::get`].
    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        let response = self.try_send(&Operation::GetObject { key: self.key(id) }).await?;
        let response = response.ok_or(VaultError::TooLarge(id))?;
        match response.status {
            StatusCode::OK => Ok(Some(response.body)),
            StatusCode::NOT_FOUND if !is_missing_bucket(&response) => Ok(None),
            _ => Err(self.error(&response)),
        }
    }

    /// See [`super::Vault::delete`].
    pub async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        let response = self.send(Operation::DeleteObject { key: self.key(id) }).await?;
        match response.status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::NOT_FOUND if !is_missing_bucket(&response) => Ok(()),
            _ => Err(self.error(&response)),
        }
    }

    /// See [`super::Vault::list`]. One request for each thousand keys.
    pub async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        let mut ids = Vec::new();
        let mut token = None;
        loop {
            let page = self.list_page(token, PAGE_KEYS).await?;
            ids.extend(page.contents.iter().filter_map(|entry| self.entry_id(entry, before)));
            token = page.next_continuation_token;
            if token.is_none() {
                return Ok(ids);
            }
        }
    }

    /// See [`super::Vault::probe`]. It needs the right to list, which the sweep of the vault needs too.
    pub async fn probe(&self) -> Result<(), VaultError> {
        self.list_page(None, 1).await.map(drop)
    }

    /// One page of the list. The token of the page before says where it begins.
    async fn list_page(&self, token: Option<String>, max_keys: usize) -> Result<ListObjectsV2Response, VaultError> {
        let response = self.send(Operation::ListObjects { prefix: self.prefix.clone(), max_keys, token }).await?;
        if response.status != StatusCode::OK {
            return Err(self.error(&response));
        }
        let page = std::str::from_utf8(&response.body).ok().and_then(|text| ListObjectsV2::parse_response(text).ok());
        page.ok_or_else(|| VaultError::UnexpectedResponse {
            status: 200,
            code: "a list of keys that is not S3's XML".into(),
        })
    }

    /// The id of a list's entry, if it is one of ours and was put before that time.
    fn entry_id(&self, entry: &ListObjectsContent, before: Timestamp) -> Option<Uuid> {
        let id = entry.key.strip_prefix(&self.prefix)?;
        let put_at: Timestamp = entry.last_modified.as_deref()?.parse().ok()?;
        (put_at < before).then(|| Uuid::try_parse(id).ok()).flatten()
    }

    /// The key of a document. Prefix and id need no escape in a URL.
    fn key(&self, id: Uuid) -> String {
        format!("{}{}", self.prefix, id.hyphenated())
    }

    /// Sends a request whose response holds no document.
    async fn send(&self, operation: Operation) -> Result<Response, VaultError> {
        let too_large = VaultError::UnexpectedResponse { status: 200, code: "a response of more than 4 MiB".into() };
        self.try_send(&operation).await?.ok_or(too_large)
    }

    /// Sends a request. If the server rejects the credentials and the files hold others, sends it once more with those.
    /// None is a response larger than [`Operation::max_response`].
    async fn try_send(&self, operation: &Operation) -> Result<Option<Response>, VaultError> {
        let credentials = self.credentials.current();
        let Some(response) = self.send_signed(operation, &credentials).await? else { return Ok(None) };
        if !credentials::are_rejected(&response) {
            return Ok(Some(response));
        }
        let Some(replacement) = self.credentials.replacement(&credentials).await? else { return Ok(Some(response)) };
        let again = self.send_signed(operation, &replacement).await?;
        // All attempts count: one before the rejection may have stored the object, and its response was lost.
        Ok(again.map(|again| Response { attempts: response.attempts + again.attempts, ..again }))
    }

    /// Sends a request with these credentials, in up to three attempts.
    async fn send_signed(
        &self,
        operation: &Operation,
        credentials: &rusty_s3::Credentials,
    ) -> Result<Option<Response>, VaultError> {
        let sign = || operation.sign(&self.bucket, &self.endpoint.authority, credentials);
        self.endpoint.send(operation.max_response(), sign).await
    }

    /// The error that a response stands for, if its status is not one that the caller expects.
    fn error(&self, response: &Response) -> VaultError {
        if is_missing_bucket(response) {
            return VaultError::NoBucket(self.bucket.name().to_owned());
        }
        let code = response.error_code();
        let shown = code.clone().unwrap_or_else(|| "no reason given".into());
        if credentials::are_rejected(response) {
            return VaultError::Denied { code: shown, advice: self.credentials.advice(code.as_deref()) };
        }
        VaultError::UnexpectedResponse { status: response.status.as_u16(), code: shown }
    }
}

/// S3 answers 404 to a missing object and to a missing bucket. A vault without a bucket must not look empty.
fn is_missing_bucket(response: &Response) -> bool {
    response.error_code().as_deref() == Some("NoSuchBucket")
}

//! A vault in a bucket. Few requests, each signed: put, get, head, delete and list are all that it needs.

mod http;
mod sign;

use ::http::{HeaderName, Method, StatusCode, header};
use jiff::Timestamp;
use uuid::Uuid;

use super::{MAX_SEALED, S3, VaultError};
use http::{Answer, Call, Endpoint};
use sign::Key;

/// The largest answer apart from documents: a list has at most a thousand keys.
const MAX_ANSWER: usize = 4 << 20;

/// A bucket with what is needed to reach it.
#[derive(Debug)]
pub struct Bucket {
    endpoint: Endpoint,
    key: Key,
    name: String,
    /// With its slash, or empty.
    prefix: String,
}

impl Bucket {
    /// Reads credentials and roots; asks nobody.
    pub fn open(location: &S3) -> Result<Self, VaultError> {
        let settings = &location.settings;
        let region = settings.region.as_deref().unwrap_or("us-east-1");
        let slash = if location.prefix.is_empty() { "" } else { "/" };
        Ok(Self {
            endpoint: Endpoint::open(settings, region)?,
            key: Key::load(&settings.credentials, region)?,
            name: location.bucket.clone(),
            prefix: format!("{}{slash}", location.prefix),
        })
    }

    pub async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        // A server that knows no conditions ignores `If-None-Match`; it is asked before. Ids are random: what happens
        // between the two requests happens to the same caller.
        if self.call(Call::new(Method::HEAD, self.path(id))).await?.status == StatusCode::OK {
            return Err(VaultError::Exists(id));
        }
        let mut call = Call::new(Method::PUT, self.path(id));
        call.headers.push((header::IF_NONE_MATCH, "*".into()));
        call.body = bytes.into();
        let kept = call.body.clone();
        let answer = self.call(call).await?;
        match answer.status {
            StatusCode::OK => Ok(()),
            // An attempt whose answer was lost may have been ours.
            StatusCode::PRECONDITION_FAILED if answer.attempts > 1 && self.get(id).await?.as_deref() == Some(&kept) => {
                Ok(())
            }
            StatusCode::PRECONDITION_FAILED => Err(VaultError::Exists(id)),
            _ => Err(self.refused(&answer)),
        }
    }

    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        let mut call = Call::new(Method::GET, self.path(id));
        call.max_answer = MAX_SEALED;
        let answer = self.endpoint.send(&self.key, call).await?.ok_or(VaultError::TooLarge(id))?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND if answer.code() != "NoSuchBucket" => Ok(None),
            _ => Err(self.refused(&answer)),
        }
    }

    pub async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        let answer = self.call(Call::new(Method::DELETE, self.path(id))).await?;
        match answer.status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::NOT_FOUND if answer.code() != "NoSuchBucket" => Ok(()),
            _ => Err(self.refused(&answer)),
        }
    }

    pub async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        let mut ids = Vec::new();
        let mut token = None;
        loop {
            let page = self.page(token.as_deref(), 1000).await?;
            ids.extend(page.split("<Contents>").skip(1).filter_map(|entry| self.entry(entry, before)));
            token = text_of(&page, "NextContinuationToken").map(unescape);
            if token.is_none() || text_of(&page, "IsTruncated") != Some("true") {
                return Ok(ids);
            }
        }
    }

    pub async fn probe(&self) -> Result<(), VaultError> {
        self.page(None, 1).await.map(drop)
    }

    /// One page of the list of keys.
    async fn page(&self, token: Option<&str>, keys: u32) -> Result<String, VaultError> {
        let mut call = Call::new(Method::GET, format!("/{}", self.name));
        // Sorted by name, as the signature wants it.
        call.query.extend(token.map(|token| ("continuation-token", token.to_owned())));
        call.query.push(("list-type", "2".into()));
        call.query.push(("max-keys", keys.to_string()));
        call.query.push(("prefix", self.prefix.clone()));
        let answer = self.call(call).await?;
        if answer.status != StatusCode::OK {
            return Err(self.refused(&answer));
        }
        let status = answer.status.as_u16();
        String::from_utf8(answer.body)
            .map_err(|_| VaultError::Refused { status, code: "a list that is no text".into() })
    }

    /// The id of an entry of a list, if it is one of ours and was put before that time.
    fn entry(&self, entry: &str, before: Timestamp) -> Option<Uuid> {
        let id = text_of(entry, "Key")?.strip_prefix(&self.prefix)?;
        let put: Timestamp = text_of(entry, "LastModified")?.parse().ok()?;
        (put < before).then(|| Uuid::try_parse(id).ok()).flatten()
    }

    fn path(&self, id: Uuid) -> String {
        format!("/{}/{}{}", self.name, self.prefix, id.hyphenated())
    }

    async fn call(&self, call: Call) -> Result<Answer, VaultError> {
        let too_large = VaultError::Refused { status: 200, code: "an answer of many megabytes".into() };
        self.endpoint.send(&self.key, call).await?.ok_or(too_large)
    }

    fn refused(&self, answer: &Answer) -> VaultError {
        let (status, code) = (answer.status, answer.code());
        match status {
            _ if code == "NoSuchBucket" => VaultError::NoBucket(self.name.clone()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => VaultError::Denied { code },
            _ => VaultError::Refused { status: status.as_u16(), code },
        }
    }
}

/// A header of a call.
type Header = (HeaderName, String);

/// The text of the first element of that name. S3's answers have no attributes where we look, and what we look for has no
/// letter that XML would escape.
fn text_of<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}

/// Undoes XML's escapes in a token, which is the server's to make up.
fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

//! The requests that a bucket gets, each signed by `rusty-s3`.

use std::time::Duration;

use ::http::{Request, header};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use rusty_s3::{Bucket, Credentials, S3Action};

use super::MAX_SEALED;

/// How long a signed URL is valid, as long as AWS accepts a signed header. It covers clocks that differ a little.
const SIGNATURE_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The largest response that holds no document, in bytes. A list has at most a thousand keys.
const MAX_RESPONSE: usize = 4 << 20;

/// What is asked of the bucket.
pub enum Operation {
    /// Whether there is an object under this key.
    HeadObject { key: String },
    /// The bytes of an object.
    GetObject { key: String },
    /// Stores an object under a new key.
    PutObject { key: String, body: Bytes },
    /// Deletes an object.
    DeleteObject { key: String },
    /// One page of the keys that begin with the prefix.
    ListObjects { prefix: String, max_keys: usize, token: Option<String> },
}

impl Operation {
    /// The largest response that is read, in bytes. The server may not make this process hold more.
    pub fn max_response(&self) -> usize {
        if matches!(self, Self::GetObject { .. }) { MAX_SEALED } else { MAX_RESPONSE }
    }

    /// Makes the signed HTTP request. It is made anew for each attempt, because a signature expires.
    pub fn sign(&self, bucket: &Bucket, host: &str, credentials: &Credentials) -> Request<Full<Bytes>> {
        let credentials = Some(credentials);
        match self {
            Self::HeadObject { key } => request(bucket.head_object(credentials, key), host, Bytes::new()),
            Self::GetObject { key } => request(bucket.get_object(credentials, key), host, Bytes::new()),
            Self::DeleteObject { key } => request(bucket.delete_object(credentials, key), host, Bytes::new()),
            Self::PutObject { key, body } => {
                let mut action = bucket.put_object(credentials, key);
                let headers = action.headers_mut();
                headers.insert("if-none-match", "*");
                // The signature does not cover the body. The server compares this checksum instead, so that a body
                // that was damaged on its way is refused and not acknowledged.
                headers.insert("x-amz-checksum-sha256", STANDARD.encode(digest::digest(&digest::SHA256, body)));
                request(action, host, body.clone())
            }
            Self::ListObjects { prefix, max_keys, token } => {
                let mut action = bucket.list_objects_v2(credentials);
                action.with_prefix(prefix);
                action.with_max_keys(*max_keys);
                if let Some(token) = token {
                    action.with_continuation_token(token);
                }
                request(action, host, Bytes::new())
            }
        }
    }
}

/// Signs the URL, and sends exactly the headers that were signed.
fn request<'a, A: S3Action<'a>>(mut action: A, host: &str, body: Bytes) -> Request<Full<Bytes>> {
    let url = action.sign(SIGNATURE_LIFETIME);
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let mut request = Request::builder().method(A::METHOD.to_str()).uri(target).header(header::HOST, host);
    for (name, value) in action.headers_mut().iter() {
        request = request.header(name, value);
    }
    request.body(Full::new(body)).expect("rusty-s3 escapes paths and queries, and the headers are ours")
}

//! AWS's Signature Version 4, for requests whose body is in memory.

use std::path::Path;
use std::{env, fmt, fs};

use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::http::Call;
use crate::{Credentials, VaultError};

/// An access key with its secret.
pub struct Key {
    id: String,
    secret: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    region: String,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.region)
    }
}

impl Key {
    /// Reads the credentials from their files or from the environment.
    pub fn load(from: &Credentials, region: &str) -> Result<Self, VaultError> {
        let needed = |file: &Option<_>, variable: &str| {
            let missing = || VaultError::Credentials(format!("set {variable}, or name a file that has it"));
            read(file.as_deref(), variable)?.ok_or_else(missing)
        };
        Ok(Self {
            id: needed(&from.access_key_id_file, "AWS_ACCESS_KEY_ID")?,
            secret: needed(&from.secret_access_key_file, "AWS_SECRET_ACCESS_KEY")?.into(),
            token: read(from.session_token_file.as_deref(), "AWS_SESSION_TOKEN")?.map(Zeroizing::new),
            region: region.to_owned(),
        })
    }

    /// The headers that sign a call: date, digest of the body, and the signature over both and all else.
    pub fn sign(&self, call: &Call, host: &str, now: Timestamp) -> Vec<(&'static str, String)> {
        let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut headers = vec![("host", host.to_owned()), ("x-amz-content-sha256", sha256(&call.body))];
        headers.push(("x-amz-date", time.clone()));
        headers.extend(self.token.as_ref().map(|token| ("x-amz-security-token", token.to_string())));
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let request =
            format!("{}\n{}\n{}\n{lines}\n{names}\n{}", call.method, call.path, call.query_string(), headers[1].1);
        let scope = format!("{}/{}/s3/aws4_request", &time[..8], self.region);
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256(request.as_bytes()));
        let signature = hex::encode(hmac::sign(&self.derive(&time[..8]), text.as_bytes()));
        let credential = format!("{}/{scope}", self.id);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={signature}");
        headers.push(("authorization", authorization));
        headers
    }

    /// The key of a day, a region and a service.
    fn derive(&self, day: &str) -> hmac::Key {
        let first = Zeroizing::new(format!("AWS4{}", self.secret.as_str()));
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, first.as_bytes());
        for part in [day, &self.region, "s3", "aws4_request"] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        key
    }
}

/// What a file has, or else the environment. A value that no header can carry is said here, without showing it.
fn read(file: Option<&Path>, variable: &str) -> Result<Option<String>, VaultError> {
    let value = match file {
        Some(path) => Some(
            fs::read_to_string(path)
                .map_err(|error| VaultError::Credentials(format!("cannot read {}: {error}", path.display())))?,
        ),
        None => env::var(variable).ok(),
    };
    let value = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    if value.as_ref().is_some_and(|value| !value.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(VaultError::Credentials(format!(
            "what stands for {variable} has spaces or control characters in it"
        )));
    }
    Ok(value)
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use ::http::Method;

    use super::*;

    /// The example "GET Bucket (List Objects)" of AWS's documentation of the signature.
    #[test]
    fn signs_as_aws_documents_it() {
        let key = Key {
            id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret: Zeroizing::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
            token: None,
            region: "us-east-1".into(),
        };
        let mut call = Call::new(Method::GET, "/".into());
        call.query = vec![("max-keys", "2".into()), ("prefix", "J".into())];
        let headers = key.sign(&call, "examplebucket.s3.amazonaws.com", "2013-05-24T00:00:00Z".parse().unwrap());
        let (_, authorization) = headers.last().unwrap();
        assert!(
            authorization.ends_with("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            "{authorization}"
        );
        assert!(!format!("{key:?}").contains("wJal"));
    }
}

//! The credentials of a bucket: where they come from, and how they are replaced while the service runs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::{env, fs};

use super::transport::Response;
use crate::{Credentials, VaultError};

/// The credentials in use, and the files that they come from.
///
/// Somebody else replaces the files: an operator, or a program that renews a session. The service must go on with the
/// new credentials without a restart, because a restart ends the uploads and watches of all organizations.
pub struct ReloadableCredentials {
    sources: Credentials,
    current: RwLock<Arc<rusty_s3::Credentials>>,
    /// Held while the files are read. Otherwise a slow reload could put older credentials back over newer ones.
    reloading: Mutex<()>,
}

/// Where one of the values comes from. It prints its place, and never the value.
struct Source<'a> {
    file: Option<&'a Path>,
    /// The environment variable that counts if no file is named.
    variable: &'static str,
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.file {
            Some(path) => write!(f, "{}", path.display()),
            None => write!(f, "the environment variable {}", self.variable),
        }
    }
}

impl<'a> Source<'a> {
    /// Those of the access key id, of its secret and of the session token.
    fn all(sources: &'a Credentials) -> [Self; 3] {
        let source = |file: &'a Option<PathBuf>, variable| Self { file: file.as_deref(), variable };
        [
            source(&sources.access_key_id_file, "AWS_ACCESS_KEY_ID"),
            source(&sources.secret_access_key_file, "AWS_SECRET_ACCESS_KEY"),
            source(&sources.session_token_file, "AWS_SESSION_TOKEN"),
        ]
    }

    /// The value. None if it is empty.
    ///
    /// Refuses a value that is not one word, without showing it: it may be a secret in the wrong file.
    fn lookup(&self) -> Result<Option<String>, VaultError> {
        let value = match self.file {
            Some(path) => fs::read_to_string(path)
                .map_err(|error| VaultError::Credentials(format!("cannot read {}: {error}", path.display())))?,
            None => env::var(self.variable).unwrap_or_default(),
        };
        let value = value.trim();
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(VaultError::Credentials(format!(
                "expected one value in {self}, and there are spaces or control characters in it"
            )));
        }
        Ok(Some(value.to_owned()).filter(|value| !value.is_empty()))
    }

    /// The value, or an error that says what to do if it is empty.
    fn get(&self) -> Result<String, VaultError> {
        let remedy = match self.file {
            Some(path) => format!("{} is empty: write the value to it", path.display()),
            None => format!("set {}, or name a file that has it in `[s3.credentials]`", self.variable),
        };
        self.lookup()?.ok_or(VaultError::Credentials(remedy))
    }
}

impl ReloadableCredentials {
    /// Reads the credentials. Fails if the access key or its secret is missing.
    pub fn open(sources: &Credentials) -> Result<Self, VaultError> {
        let current = RwLock::new(Arc::new(load(sources)?));
        Ok(Self { sources: sources.clone(), current, reloading: Mutex::default() })
    }

    /// The credentials to sign with now.
    pub fn current(&self) -> Arc<rusty_s3::Credentials> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the files again, and says whether the credentials are others now. On an error the old ones stay.
    pub fn reload(&self) -> Result<bool, VaultError> {
        let _reloading = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = load(&self.sources)?;
        if loaded == *self.current() {
            return Ok(false);
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        Ok(true)
    }

    /// Reads the files again after the server has rejected `rejected`. None if the files still hold those.
    ///
    /// Compares with the rejected ones and not with the current ones: another request may have reloaded meanwhile.
    pub async fn replacement(
        self: &Arc<Self>,
        rejected: &rusty_s3::Credentials,
    ) -> Result<Option<Arc<rusty_s3::Credentials>>, VaultError> {
        let this = self.clone();
        let reloaded = tokio::task::spawn_blocking(move || this.reload()).await;
        reloaded.expect("reading files does not panic, and a blocking task that runs is not cancelled")?;
        let current = self.current();
        Ok((*current != *rejected).then_some(current))
    }

    /// What the operator should do about a rejection with this error code. Names the files, and nothing that is in
    /// them.
    pub fn advice(&self, code: Option<&str>) -> String {
        let [id, secret, token] = Source::all(&self.sources);
        let cause = match code {
            Some("InvalidAccessKeyId") => format!("the server does not know the access key id from {id}"),
            Some("SignatureDoesNotMatch") => {
                format!("the secret from {secret} does not belong to the access key id from {id}")
            }
            Some("ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => {
                format!("the session token from {token} has expired, or is not of the access key id from {id}")
            }
            Some("RequestTimeTooSkewed") => return "set the clock of this host, by NTP".to_owned(),
            _ => format!(
                "check the access key id from {id}, its secret from {secret}, the region, the bucket's policy and the \
                 clock of this host"
            ),
        };
        let remedy = if [&id, &secret, &token].into_iter().any(|source| source.file.is_some()) {
            "write valid credentials to these files; the next request reads them again"
        } else {
            "set valid credentials and restart the service"
        };
        format!("{cause}: {remedy}")
    }
}

/// Whether other credentials might be accepted. Servers use several statuses for this: AWS answers 400 to an expired
/// token. The response to a HEAD has no code, so each of these statuses counts.
pub fn are_rejected(response: &Response) -> bool {
    let is_about_credentials = |code: &str| {
        matches!(
            code,
            "AccessDenied"
                | "ExpiredToken"
                | "InvalidAccessKeyId"
                | "InvalidToken"
                | "SignatureDoesNotMatch"
                | "TokenRefreshRequired"
        )
    };
    match (response.status.as_u16(), response.error_code()) {
        (401 | 403, _) | (400, None) => true,
        (_, code) => code.as_deref().is_some_and(is_about_credentials),
    }
}

/// Reads all three values. They are not read at one moment: an operator may replace the files meanwhile. Then the
/// server rejects the mixture, and the next request reads them again.
fn load(sources: &Credentials) -> Result<rusty_s3::Credentials, VaultError> {
    let [id, secret, token] = Source::all(sources);
    let (key, secret) = (id.get()?, secret.get()?);
    Ok(match token.lookup()? {
        Some(token) => rusty_s3::Credentials::new_with_token(key, secret, token),
        None => rusty_s3::Credentials::new(key, secret),
    })
}

#[cfg(test)]
mod tests {
    use ::http::StatusCode;

    use super::*;

    #[test]
    fn responses_about_credentials_are_told_from_others() {
        for (status, code, rejected) in [
            (403, "InvalidAccessKeyId", true),
            (403, "", true),
            (401, "", true),
            (400, "ExpiredToken", true),
            (400, "", true),
            (400, "BadDigest", false),
            (404, "NoSuchKey", false),
            (412, "", false),
            (200, "", false),
        ] {
            let body = format!("<Error><Code>{code}</Code></Error>").into_bytes();
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(are_rejected(&Response { status, body, attempts: 1 }), rejected, "{status} {code}");
        }
    }

    #[test]
    fn advice_names_the_source_that_is_wrong() {
        let named = Credentials {
            access_key_id_file: Some("/etc/s3/id".into()),
            secret_access_key_file: Some("/etc/s3/secret".into()),
            session_token_file: Some("/etc/s3/token".into()),
        };
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            fs::write(directory.path().join(name), "word").unwrap();
            Some(directory.path().join(name))
        };
        let readable = Credentials {
            access_key_id_file: file("id"),
            secret_access_key_file: file("secret"),
            session_token_file: None,
        };
        let mut credentials = ReloadableCredentials::open(&readable).unwrap();
        credentials.sources = named;
        for (code, file) in [
            ("InvalidAccessKeyId", "/etc/s3/id"),
            ("SignatureDoesNotMatch", "/etc/s3/secret"),
            ("ExpiredToken", "/etc/s3/token"),
            ("AccessDenied", "/etc/s3/id"),
        ] {
            let advice = credentials.advice(Some(code));
            assert!(advice.contains(file) && advice.contains("write valid credentials"), "{advice}");
        }
        credentials.sources = Credentials::default();
        let advice = credentials.advice(Some("InvalidAccessKeyId"));
        assert!(advice.contains("AWS_ACCESS_KEY_ID") && advice.contains("restart"), "{advice}");
    }

    #[test]
    fn a_reload_that_fails_keeps_the_old_credentials() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let write = |name: &str, value: &str| fs::write(path(name), value).unwrap();
        write("id", "first\n");
        write("secret", "secret\n");
        let sources = Credentials {
            access_key_id_file: Some(path("id")),
            secret_access_key_file: Some(path("secret")),
            session_token_file: None,
        };
        let credentials = ReloadableCredentials::open(&sources).unwrap();
        assert!(!credentials.reload().unwrap(), "nothing has changed");
        write("id", "two words");
        let error = credentials.reload().unwrap_err().to_string();
        assert!(error.contains(&path("id").display().to_string()) && !error.contains("two words"), "{error}");
        write("id", "");
        assert!(credentials.reload().unwrap_err().to_string().contains("is empty"));
        assert_eq!(credentials.current().key(), "first");
        write("id", "second");
        assert!(credentials.reload().unwrap());
        assert_eq!(credentials.current().key(), "second");
    }
}

//! The access key of a bucket, from files or from the environment.

use std::path::Path;
use std::{env, fs};

use crate::{Credentials, VaultError};

/// Reads an access key from its files or from the environment.
pub fn load(from: &Credentials) -> Result<rusty_s3::Credentials, VaultError> {
    let needed = |file: &Option<_>, variable: &str| {
        let missing = || VaultError::Credentials(format!("set {variable}, or name a file that has it"));
        read(file.as_deref(), variable)?.ok_or_else(missing)
    };
    let key = needed(&from.access_key_id_file, "AWS_ACCESS_KEY_ID")?;
    let secret = needed(&from.secret_access_key_file, "AWS_SECRET_ACCESS_KEY")?;
    Ok(match read(from.session_token_file.as_deref(), "AWS_SESSION_TOKEN")? {
        Some(token) => rusty_s3::Credentials::new_with_token(key, secret, token),
        None => rusty_s3::Credentials::new(key, secret),
    })
}

/// What a file has, or else the environment. Refuses a value that is not one word, without showing it.
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

//! Selects the service and the client certificate: from the options, or from a profile of the configuration file.
//!
//! A profile keeps the four values together. Somebody who acts for two organizations can so never combine the
//! certificate of one with the key of the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use client::Profile;
use serde::Deserialize;

use crate::terminal::failure::Failure;

/// The options that say how to reach the service.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub struct Connection {
    /// The profile of the configuration file. Not needed if the file has only one.
    #[arg(long, global = true, env = "ACCREDIT_PROFILE", value_name = "NAME")]
    profile: Option<String>,

    /// The configuration file. Each table [profiles.NAME] has address, server_ca, certificate and private_key. Paths
    /// are relative to the file. By default ~/.config/accredit/config.toml.
    #[arg(long, global = true, env = "ACCREDIT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// The address of the service. Give it with --server-ca, --certificate and --key, in place of a profile.
    ///
    /// Separate several servers of one service by commas. Their certificates must be valid for these hosts.
    #[arg(long, global = true, value_name = "HOST:PORT")]
    address: Option<String>,

    /// The PEM file of the certificate authorities that the service's certificate comes from.
    #[arg(long, global = true, value_name = "FILE")]
    server_ca: Option<PathBuf>,

    /// The PEM file of your certificate.
    #[arg(long, global = true, value_name = "FILE")]
    certificate: Option<PathBuf>,

    /// The PEM file of your certificate's private key.
    #[arg(long, global = true, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// The configuration file. An unknown key is an error, so a misspelled one is noticed.
///
/// ```toml
/// [profiles.odihr]
/// address = "accreditation.example.org:7443"
/// server_ca = "ca.pem"
/// certificate = "odihr.pem"
/// private_key = "odihr.key"
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The profiles by name.
    profiles: BTreeMap<String, Profile>,
}

impl Connection {
    /// The profile that the options, the environment and the configuration file select.
    ///
    /// # Errors
    ///
    /// Fails if only some of the connection options are given, or if the file has no such profile.
    pub fn profile(self) -> Result<Profile, Failure> {
        // All four or none: a mixture of options and profile would hide which certificate is used.
        match (self.address, self.server_ca, self.certificate, self.key) {
            (None, None, None, None) => {
                let path = self.config.map_or_else(default_path, Ok)?;
                select_profile(read_config(&path)?, self.profile.as_deref(), &path)
            }
            (Some(address), Some(server_ca), Some(certificate), Some(private_key)) => {
                Ok(Profile { address, server_ca, certificate, private_key })
            }
            _ => {
                let expected = "expected all of --address, --server-ca, --certificate and --key, or none of them";
                Err(Failure::Usage(format!("{expected}, to use a profile of the configuration file")))
            }
        }
    }
}

/// The configuration file if neither the option nor the environment names one.
fn default_path() -> Result<PathBuf, Failure> {
    let home = std::env::home_dir().ok_or_else(|| {
        Failure::Local("cannot find the configuration, because there is no home directory; give --config".to_owned())
    })?;
    Ok(home.join(".config/accredit/config.toml"))
}

/// Reads the configuration file.
fn read_config(path: &Path) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let options = "--address, --server-ca, --certificate and --key";
            Failure::file(path, format_args!("there is no configuration file; create it, or give {options}"))
        }
        _ => Failure::file(path, error),
    })?;
    toml::from_str(&text).map_err(|error| Failure::file(path, error))
}

/// Selects a profile by its name, or the only one.
fn select_profile(mut config: Config, name: Option<&str>, path: &Path) -> Result<Profile, Failure> {
    let known = config.profiles.keys().cloned().collect::<Vec<_>>().join(", ");
    let profile = match name {
        Some(name) => config
            .profiles
            .remove(name)
            .ok_or_else(|| format!("there is no profile {name}; give --profile with one of")),
        None if config.profiles.len() == 1 => Ok(config.profiles.into_values().next().expect("there is one")),
        None => Err("there are several profiles; give --profile with one of".to_owned()),
    };
    let profile = profile.map_err(|what| Failure::file(path, format_args!("{what}: {known}")))?;
    // The tool runs in any directory, so a relative path can only mean the directory of the file.
    Ok(profile.relative_to(path.parent().unwrap_or(Path::new(""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "[profiles.odihr]\naddress='a:1'\nserver_ca='ca.pem'\ncertificate='c.pem'\nprivate_key='/k.pem'\n";
    const TWO: &str = "[profiles.mfa]\naddress='b:1'\nserver_ca='ca.pem'\ncertificate='c.pem'\nprivate_key='k.pem'\n";

    fn selected(text: &str, name: Option<&str>) -> Result<Profile, Failure> {
        select_profile(toml::from_str(text).expect("valid"), name, Path::new("/etc/accredit/config.toml"))
    }

    /// The tool is started in any directory, so the current one must not matter.
    #[test]
    fn paths_are_relative_to_the_file() {
        let profile = selected(ONE, None).expect("just one");
        assert_eq!(profile.server_ca, Path::new("/etc/accredit/ca.pem"));
        assert_eq!(profile.private_key, Path::new("/k.pem"));
    }

    /// A default profile could act for the wrong organization. The error lists the profiles to choose from.
    #[test]
    fn one_of_several_profiles_must_be_named() {
        let both = format!("{ONE}{TWO}");
        assert_eq!(selected(&both, Some("mfa")).expect("it is there").address, "b:1");
        for name in [None, Some("cec")] {
            let Err(Failure::Local(text)) = selected(&both, name) else { panic!("{name:?} names none") };
            assert!(text.contains("mfa, odihr"), "{text}");
        }
    }

    /// A misspelled key would be ignored, and the person would look for the mistake elsewhere.
    #[test]
    fn unknown_keys_are_refused() {
        assert!(toml::from_str::<Config>(&format!("default='odihr'\n{ONE}")).is_err());
    }
}

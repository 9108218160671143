//! Which service, and as whom: a profile of the configuration file, or the files themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use client::Profile;
use serde::Deserialize;

use crate::terminal::failure::Failure;

/// How to reach the service.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub struct Connection {
    /// The profile of the configuration file; not needed if it holds just one.
    #[arg(long, global = true, env = "ACCREDIT_PROFILE", value_name = "NAME")]
    profile: Option<String>,

    /// The configuration file, with a table [profiles.NAME] of address, server_ca, certificate and private_key each;
    /// relative paths are relative to it. By default ~/.config/accredit/config.toml.
    #[arg(long, global = true, env = "ACCREDIT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// The service, host:port; with --server-ca, --certificate and --key, instead of a profile.
    #[arg(long, global = true, value_name = "HOST:PORT")]
    address: Option<String>,

    /// The authorities of the service, a PEM file.
    #[arg(long, global = true, value_name = "FILE")]
    server_ca: Option<PathBuf>,

    /// Your certificate, a PEM file.
    #[arg(long, global = true, value_name = "FILE")]
    certificate: Option<PathBuf>,

    /// The certificate's key, a PEM file.
    #[arg(long, global = true, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// The configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    profiles: BTreeMap<String, Profile>,
}

impl Connection {
    /// The profile that the command line, the environment and the configuration file amount to.
    pub fn profile(self) -> Result<Profile, Failure> {
        match (self.address, self.server_ca, self.certificate, self.key) {
            (None, None, None, None) => {
                let path = self.config.map_or_else(default_path, Ok)?;
                pick(read(&path)?, self.profile.as_deref(), &path)
            }
            (Some(address), Some(server_ca), Some(certificate), Some(private_key)) => {
                Ok(Profile { address, server_ca, certificate, private_key })
            }
            _ => Err(Failure::Usage(
                "--address, --server-ca, --certificate and --key go together: give all of them, or a --profile"
                    .to_owned(),
            )),
        }
    }
}

fn default_path() -> Result<PathBuf, Failure> {
    let home = std::env::home_dir().ok_or_else(|| Failure::Local("no home directory; give --config".to_owned()))?;
    Ok(home.join(".config/accredit/config.toml"))
}

fn read(path: &Path) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
    toml::from_str(&text).map_err(|error| Failure::file(path, error))
}

fn pick(mut config: Config, name: Option<&str>, path: &Path) -> Result<Profile, Failure> {
    let known = config.profiles.keys().cloned().collect::<Vec<_>>().join(", ");
    let profile = match name {
        Some(name) => config.profiles.remove(name).ok_or_else(|| format!("no profile {name}")),
        None if config.profiles.len() == 1 => Ok(config.profiles.into_values().next().expect("there is one")),
        None => Err("give --profile".to_owned()),
    };
    let profile = profile.map_err(|what| Failure::file(path, format_args!("{what}; it has: {known}")))?;
    Ok(profile.relative_to(path.parent().unwrap_or(Path::new(""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "[profiles.odihr]\naddress='a:1'\nserver_ca='ca.pem'\ncertificate='c.pem'\nprivate_key='/k.pem'\n";
    const TWO: &str = "[profiles.mfa]\naddress='b:1'\nserver_ca='ca.pem'\ncertificate='c.pem'\nprivate_key='k.pem'\n";

    fn picked(text: &str, name: Option<&str>) -> Result<Profile, Failure> {
        pick(toml::from_str(text).expect("valid"), name, Path::new("/etc/accredit/config.toml"))
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let profile = picked(ONE, None).expect("just one");
        assert_eq!(profile.server_ca, Path::new("/etc/accredit/ca.pem"));
        assert_eq!(profile.private_key, Path::new("/k.pem"));
    }

    #[test]
    fn of_several_profiles_one_must_be_named() {
        let both = format!("{ONE}{TWO}");
        assert_eq!(picked(&both, Some("mfa")).expect("it is there").address, "b:1");
        for name in [None, Some("cec")] {
            let Err(Failure::Local(text)) = picked(&both, name) else { panic!("{name:?} names none") };
            assert!(text.contains("mfa, odihr"), "{text}");
        }
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(toml::from_str::<Config>(&format!("default='odihr'\n{ONE}")).is_err());
    }
}

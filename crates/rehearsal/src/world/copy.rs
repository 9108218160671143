//! Starts a copy of a stopped world, so that tests need not register the same people again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use tokio::sync::Mutex;

use super::start::{SERVER_AUTHORITY, create_server_authority, start_servers};
use super::{Actor, Options, RegisteredOrganization, World, process};
use crate::calls::Calls;
use crate::pki::Authority;

impl World {
    /// Starts a world with the organizations, principals and data of this one, which must be stopped.
    ///
    /// The directory is copied into a temporary one, with an SQLite database in it. A PostgreSQL database must have been
    /// copied before; `options` names the copy.
    ///
    /// # Errors
    ///
    /// Fails if this world runs, if the options name a directory, or if the copy does not start.
    pub async fn start_copy(&self, options: Options) -> anyhow::Result<Self> {
        ensure!(self.servers.running().is_empty(), "only a stopped world can be copied");
        ensure!(options.dir.is_none(), "a copy is in a temporary directory");
        let binary = options.binary.clone().map_or_else(process::get_binary, Ok)?;
        let temporary = tempfile::tempdir()?;
        let dir = temporary.path().canonicalize()?;
        copy_directory(&self.dir, &dir)?;
        create_server_authority(&dir)?;
        let mut copy = Self {
            servers: start_servers(binary, &dir, &options, None).await?,
            time: Mutex::new(options.time),
            organizations: BTreeMap::new(),
            actors: BTreeMap::new(),
            people: self.people.clone(),
            calls: Arc::new(Calls::new()),
            ends_verified: options.ends_verified.into(),
            dir,
            _temporary: Some(temporary),
        };
        for (code, RegisteredOrganization { kind, trust_domain, .. }) in &self.organizations {
            let authority = Authority::open(&copy.dir.join("pki").join(code))?;
            let organization = RegisteredOrganization { kind: *kind, trust_domain: trust_domain.clone(), authority };
            copy.organizations.insert(code.clone(), organization);
        }
        for Actor { organization, principal, spiffe_id, roles, .. } in self.actors.values() {
            let issued = copy.authority(organization).issued(principal);
            copy.add_actor(organization, principal, spiffe_id.clone(), roles.clone(), issued)?;
        }
        Ok(copy)
    }
}

/// Copies the files of a stopped world, except those of its servers.
fn copy_directory(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        if is_of_the_servers(&entry.path()) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_directory(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot copy to {}", target.display()))?;
        }
    }
    Ok(())
}

/// Whether a file or directory belongs to the servers of a world: their configuration, their logs and their authority.
///
/// With an authority of its own, a copy is not taken for another one that had its port before.
fn is_of_the_servers(path: &Path) -> bool {
    path.ends_with(SERVER_AUTHORITY)
        || path.extension().is_some_and(|extension| extension == "toml" || extension == "log")
}

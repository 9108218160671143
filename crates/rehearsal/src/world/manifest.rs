//! Writes `world.json`: all that a client of another program needs to call the service.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use super::{Actor, World};
use crate::filing;

/// The content of `world.json`. All paths are PEM files, except those of specimen documents.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    /// The address of each server, as host and port.
    addresses: Vec<String>,
    /// The authority of the servers' certificates.
    server_ca: PathBuf,
    /// The codes of the open elections.
    elections: &'a [&'a str],
    /// Everyone who can call.
    principals: Vec<PrincipalEntry<'a>>,
    /// The certificate authority of each organization.
    authorities: Vec<AuthorityEntry<'a>>,
    /// Documents that can be uploaded, by kind.
    specimens: BTreeMap<&'static str, PathBuf>,
}

/// A principal, with the files of its certificate and key.
#[derive(Debug, Serialize)]
struct PrincipalEntry<'a> {
    organization: &'a str,
    name: &'a str,
    spiffe_id: &'a str,
    roles: &'a [String],
    certificate: &'a PathBuf,
    key: &'a PathBuf,
}

/// An organization's certificate authority, with which a client can issue certificates of its own.
#[derive(Debug, Serialize)]
struct AuthorityEntry<'a> {
    organization: &'a str,
    certificate: PathBuf,
    key: PathBuf,
}

impl World {
    /// Writes `world.json` into the world's directory, and returns its path. `elections` are the codes of open
    /// elections.
    pub fn write_manifest(&self, elections: &[&str]) -> anyhow::Result<PathBuf> {
        let authorities = self.organizations.iter().map(|(organization, registered)| {
            let files = registered.authority.files();
            AuthorityEntry { organization, certificate: files.certificate, key: files.private_key }
        });
        let manifest = Manifest {
            addresses: self.addresses().iter().map(ToString::to_string).collect(),
            server_ca: self.server_ca(),
            elections,
            principals: self.actors.values().map(principal).collect(),
            authorities: authorities.collect(),
            specimens: filing::write_specimens(&self.dir.join("specimens")).context("cannot write the specimens")?,
        };
        let path = self.dir.join("world.json");
        // Written under another name first, so that a program that waits for the file never reads half of it.
        let unfinished = self.dir.join("world.json.part");
        std::fs::write(&unfinished, serde_json::to_vec_pretty(&manifest)?)
            .and_then(|()| std::fs::rename(&unfinished, &path))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// The entry of a principal.
fn principal(actor: &Actor) -> PrincipalEntry<'_> {
    PrincipalEntry {
        organization: &actor.organization,
        name: &actor.principal,
        spiffe_id: &actor.spiffe_id,
        roles: &actor.roles,
        certificate: &actor.profile.certificate,
        key: &actor.profile.private_key,
    }
}

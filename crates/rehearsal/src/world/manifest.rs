//! `world.json`: all that a client needs to join in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use super::{Actor, World};
use crate::filing;

/// What `world.json` says; every path is that of a PEM file, but for the specimens of documents.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    addresses: Vec<String>,
    server_ca: PathBuf,
    elections: &'a [&'a str],
    principals: Vec<PrincipalEntry<'a>>,
    authorities: Vec<AuthorityEntry<'a>>,
    specimens: BTreeMap<&'static str, PathBuf>,
}

#[derive(Debug, Serialize)]
struct PrincipalEntry<'a> {
    organization: &'a str,
    name: &'a str,
    spiffe_id: &'a str,
    roles: &'a [String],
    certificate: &'a PathBuf,
    key: &'a PathBuf,
}

#[derive(Debug, Serialize)]
struct AuthorityEntry<'a> {
    organization: &'a str,
    certificate: PathBuf,
    key: PathBuf,
}

impl World {
    /// Writes `world.json` into the world's directory.
    pub fn write_manifest(&self, elections: &[&str]) -> anyhow::Result<PathBuf> {
        let authorities = self.parties.iter().map(|(organization, party)| {
            let files = party.authority.files();
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
        // Whoever waits for the file is to find all of it.
        let unfinished = self.dir.join("world.json.part");
        std::fs::write(&unfinished, serde_json::to_vec_pretty(&manifest)?)
            .and_then(|()| std::fs::rename(&unfinished, &path))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

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

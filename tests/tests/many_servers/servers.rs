//! Clients of one server among many.

use anyhow::Context;
use client::{Client, Profile};
use stories::Scene;

/// How many servers there are.
pub const SERVERS: usize = 4;

/// A client with a connection of its own to one server.
pub fn at_server(scene: &Scene, profile: &Profile, server: usize) -> anyhow::Result<Client> {
    let addresses = scene.world.addresses();
    let address = addresses.get(server % addresses.len()).context("a server of that number")?.to_string();
    Ok(Client::new(&Profile { address, ..profile.clone() })?)
}

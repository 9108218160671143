//! Clients that connect to one of several servers.

use anyhow::Context;
use client::{Client, Profile};
use stories::Scene;

/// Number of servers.
pub const SERVERS: usize = 4;

/// A client with its own connection to one server. `server` may exceed the number of servers; it wraps around.
pub fn at_server(scene: &Scene, profile: &Profile, server: usize) -> anyhow::Result<Client> {
    let addresses = scene.world.addresses();
    let address = addresses.get(server % addresses.len()).context("there is no server with this number")?.to_string();
    Ok(Client::new(&Profile { address, ..profile.clone() })?)
}

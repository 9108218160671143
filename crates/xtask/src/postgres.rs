//! `cargo xtask postgres`: a PostgreSQL to play with, gone when it is interrupted.

use anyhow::Result;
use throwaway::{APPLICATION, Cluster, OWNER, SHARED, Sync};

/// Starts a cluster with an empty database, prints how to reach it, and stays until Ctrl-C or the end of its input.
pub fn run() -> Result<()> {
    let cluster = Cluster::start(Sync::On)?;
    let database = cluster.database()?;
    println!("{}", database.url(APPLICATION));
    eprintln!("the service's URL is above; its owner's, for `accreditd init` and `migrate`:");
    eprintln!("  --owner-url '{}'", database.url(OWNER));
    eprintln!("to run tests on this cluster: {SHARED}={}", cluster.sockets().display());
    eprintln!("it is thrown away at Ctrl-C");
    // The cluster's guardian sees the end of this process, however it comes.
    loop {
        std::thread::park();
    }
}

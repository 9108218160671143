//! `cargo xtask postgres`: starts a temporary PostgreSQL and deletes it at Ctrl-C.

use anyhow::Result;
use throwaway::{APPLICATION, Cluster, OWNER, SHARED, Sync};

/// Starts a cluster with an empty database, prints its URLs and runs until the process ends.
pub fn run() -> Result<()> {
    let cluster = Cluster::start(Sync::On)?;
    let database = cluster.database()?;
    println!("{}", database.url(APPLICATION));
    eprintln!(
        "the URL above is for the service; `accreditd init` and `accreditd migrate` also need the URL of the owner:"
    );
    eprintln!("  --owner-url '{}'", database.url(OWNER));
    eprintln!("to run tests on this cluster, set {SHARED}={}", cluster.sockets().display());
    eprintln!("Ctrl-C stops this PostgreSQL and deletes its data");
    // A process of the cluster notices the end of this process, also by SIGKILL, and deletes the data.
    loop {
        std::thread::park();
    }
}

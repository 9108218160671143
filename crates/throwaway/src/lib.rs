//! A PostgreSQL to throw away: a cluster of its own on a Unix socket, gone when whoever started it is gone.
//!
//! It has the three roles that a real one has: [`OWNER`], who owns the schema, [`APPLICATION`], as whom the service runs,
//! and [`HOST`], which the service takes for host work. Nothing of it listens on the network.

mod cluster;
mod database;
mod programs;

pub use cluster::{Cluster, Sync};
pub use database::Database;

/// Owns the schema and runs the migrations.
pub const OWNER: &str = "accreditation";
/// Runs the service and owns nothing.
pub const APPLICATION: &str = "accreditd";
/// What the service takes for a transaction that works across organizations.
pub const HOST: &str = "accreditation_host";
/// May do everything: for a test that looks, or meddles, around all walls.
pub const SUPERUSER: &str = "postgres";
/// The environment variable that names the socket directory of a running cluster, so that many tests share one.
pub const SHARED: &str = "THROWAWAY_POSTGRES";

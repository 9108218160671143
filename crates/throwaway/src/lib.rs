//! A temporary PostgreSQL for tests: a cluster of its own, which is removed when the process that started it ends.
//!
//! It listens only on a Unix socket, never on the network. It has the same three roles as a production database:
//! [`OWNER`] owns the schema, the service connects as [`APPLICATION`], and [`HOST`] is the role that the service takes
//! for work across organizations. So tests meet the same permissions and row-level security.
//!
//! Tests call [`Cluster::shared`] and make a [`Database`] each. Starting a cluster takes seconds, a database a fraction
//! of one.

mod cluster;
mod database;
mod programs;

pub use cluster::{Cluster, Sync};
pub use database::Database;

/// The role that owns the schema and runs the migrations.
pub const OWNER: &str = "accreditation";
/// The role as which the service connects. It owns nothing, so row-level security applies to it.
pub const APPLICATION: &str = "accreditd";
/// The role that the service takes in a transaction that works across organizations.
pub const HOST: &str = "accreditation_host";
/// The role that may do everything. Tests use it to read or change rows past row-level security.
pub const SUPERUSER: &str = "postgres";
/// The environment variable with the socket directory of a running cluster, which test programs then share.
pub const SHARED: &str = "THROWAWAY_POSTGRES";

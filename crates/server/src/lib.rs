//! The service: TLS, the gate, one file for each method, and the jobs that run by themselves.
//!
//! A request goes through these modules, in this order:
//!
//! | Module | What it does | |---|---|
//! | `tls` | handshake; which organization and principal is at the other end |
//! | `telemetry` | one log line and some counters for each request |
//! | `deadline` | ends it in time |
//! | `gate` | looks the principal up and asks the policy |
//! | `request_limits`, `transfer` | bound its size and memory |
//! | `engine` | finds the method, runs it in a transaction, answers |
//! | a folder for each service | loads what an act of the domain needs, and calls it |
//! | `status` | turns a failure into a status |
//!
//! No rule of accreditation is in this crate: `domain` has them all. No SQL is in it: `store`
//! has that.

// The engine runs all methods. Beside it there is one folder for each noun of the API.
mod engine;

mod accreditation;
mod amendment;
mod appeal;
mod application;
mod decree;
mod deployment;
mod document;
mod election;
mod mission;
mod presentation;
mod proposal;
mod registry;
mod report;
mod retention;
mod review;
mod rule_pack;
mod transparency;
mod watch_list;

pub mod clock;
pub mod config;
pub mod deadline;
mod gate;
pub mod health;
mod init;
mod jobs;
mod log_sizes;
pub mod metrics;
mod request_limits;
mod run;
mod status;
pub mod telemetry;
pub mod tls;
mod transfer;
mod verify;
mod watch_limiter;

pub use clock::{Clock, SystemClock};
pub use config::{Config, Limits, TlsFiles};
pub use init::{Bootstrap, Registrar, init, migrate};
pub use run::{check, run};
pub use verify::verify;

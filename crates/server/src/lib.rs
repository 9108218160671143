//! The service: TLS, identity, the gate, one file per method, and the jobs that run by the clock.

// What runs all methods, and beside it one folder for each noun of the API.
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
mod transparency;
mod watch_list;

pub mod clock;
pub mod config;
pub mod deadline;
mod gate;
pub mod health;
mod init;
mod jobs;
mod logs;
pub mod metrics;
mod request_limits;
mod run;
mod status;
pub mod telemetry;
pub mod tls;
mod transfer;
mod verify;
mod watches;

pub use clock::{Clock, SystemClock};
pub use config::{Config, Limits, TlsFiles};
pub use init::{Bootstrap, Registrar, init, migrate};
pub use run::{check, run};
pub use verify::verify;

//! The service: TLS, identity, the gate, one file per method, and the jobs that run by the clock.

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
mod rpc;
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

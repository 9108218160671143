//! A rehearsal: a throwaway public key infrastructure, a service, and the observer accreditation of the election of
//! 9 June 2019, played by separate clients over mutual TLS.
//!
//! [`World`] is the stage, also for tests: a running service, its clock, and a client for everyone. [`plan::Plan`] says
//! what is to happen, [`play::play`] makes it happen through the API alone, and [`report`] holds what the server then
//! says against the plan. [`second`] is another election, small, for what did not happen in 2019. People are made by [`people::People`] and are never real.

pub mod calls;
pub mod database;
pub mod filing;
pub mod people;
pub mod pki;
pub mod plan;
pub mod play;
pub mod progress;
pub mod report;
pub mod rosters;
pub mod second;
pub mod serve;
pub mod table;
pub mod world;

pub use world::{Actor, Options, Stage, World};

//! Runs the whole observer accreditation of an election against a service that it starts itself.
//!
//! Everything goes through the public API over mutual TLS, with one client for each person, as in a real election. So a
//! rehearsal finds what tests of single methods do not: an order of calls that the rules forbid, or totals that do not
//! add up.
//!
//! * [`World`] is the environment, also for tests: a running service, its clock, a throwaway public key infrastructure
//!   and a client for everyone who calls.
//! * [`plan::Plan`] says in advance what happens to each application, and so what the totals must be.
//! * [`election_2019`] carries out the plan for the election of 9 June 2019.
//! * [`election_2022`] is a small second election for what did not happen in 2019, such as revocations and a run-off.
//! * [`report`] compares the server's totals with the plan.
//! * [`people::People`] makes the people. None of them is real.
//!
//! A test that needs a service starts one with [`World::small`], and takes the client of each principal from
//! [`World::actor`]. Time passes only when the test sets [`World::clock`], so a cutoff can be tested to the second.

pub mod accreditation_table;
pub mod calls;
pub mod database;
pub mod election_2019;
pub mod election_2022;
pub mod filing;
pub mod people;
pub mod pki;
pub mod plan;
pub mod progress;
pub mod report;
pub mod rosters;
pub mod serve;
pub mod world;

pub use world::{Actor, Options, Stage, World};

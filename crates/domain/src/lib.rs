//! The rules of accrediting election observers: values in, values out.
//!
//! Nothing here reads a clock, makes a random number, touches a file or knows how values are stored or sent. Every
//! refusal is a [`refusal::Refusal`] that says what was wrong and what can be done.

pub mod accreditation;
pub mod amendment;
pub mod appeal;
pub mod application;
pub mod decree;
pub mod deployment;
pub mod document;
pub mod election;
pub mod mission;
pub mod outcome;
pub mod policy;
pub mod presentation;
pub mod proposal;
pub mod refusal;
pub mod registry;
pub mod report;
pub mod retention;
pub mod review;
pub mod rule_pack;
pub mod screening;
pub mod transparency;
pub mod vocabulary;
pub mod watch_list;

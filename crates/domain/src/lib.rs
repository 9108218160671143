//! The rules of accrediting election observers: values in, values out.
//!
//! Nothing here reads a clock, makes a random number, touches a file or knows how values are stored or sent. Every
//! refusal is a [`refusal::Refusal`] that says what was wrong and what can be done.

pub mod accreditation;
pub mod amendment;
pub mod appeal;
pub mod application;
pub mod badge;
pub mod content;
pub mod country;
pub mod cutoff;
pub mod dated_name;
pub mod decree;
pub mod deployment;
pub mod discretion;
pub mod document;
pub mod election;
pub mod event;
pub mod id;
pub mod language;
pub mod legal_hold;
pub mod mission;
pub mod mrz;
pub mod name;
pub mod names;
pub mod notice;
pub mod organization;
pub mod outcome;
pub mod person;
pub mod personal;
pub mod policy;
pub mod presentation;
pub mod proposal;
pub mod quota;
pub mod reference;
pub mod refusal;
pub mod region_set;
pub mod register;
pub mod report;
pub mod rule_pack;
pub mod screening;
pub mod subject;
pub mod totals;
pub mod watch_list;

//! The rules of accrediting election observers: values in, values out.
//!
//! The way of an application: an organization is invited and announces a [`mission`]. The mission files an
//! [`application`] for each person. The ministry presents applications to the commission in a numbered list
//! ([`presentation`]). The commission screens and reviews them ([`screening`], [`review`]) and decides about a list by a
//! [`decree`]. The decree makes an [`accreditation`] with a badge.
//!
//! Nothing here reads a clock, makes a random number, touches a file, or knows how values are stored or sent. The caller
//! passes the time and all ids. So a test can check every state with every verb, and every cutoff to the microsecond.
//!
//! A legal act is a function in a module `acts`. It returns an [`outcome::Outcome`], which is written as a whole, or a
//! [`refusal::Refusal`], which says what was wrong and what to do. The legal parameters are data in a [`rule_pack`].

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

//! `ReviewService`: reviewers claim applications, ask questions, clear findings and recommend.
//!
//! All methods update the application by the version that they read. A reviewer who acts on an
//! old version is refused by the etag.

pub(crate) mod claim_application;
pub(crate) mod claim_next_application;
pub(crate) mod clear_finding;
pub(crate) mod raise_questions;
pub(crate) mod recommend_application;
pub(crate) mod recuse_application;
pub(crate) mod release_application;
pub(crate) mod take_over_application;

pub(crate) use claim_application::ClaimApplication;
pub(crate) use claim_next_application::ClaimNextApplication;
pub(crate) use clear_finding::ClearFinding;
pub(crate) use raise_questions::RaiseQuestions;
pub(crate) use recommend_application::RecommendApplication;
pub(crate) use recuse_application::RecuseApplication;
pub(crate) use release_application::ReleaseApplication;
pub(crate) use take_over_application::TakeOverApplication;

//! How the commission reviews applications: claims, questions, findings, recommendations.

pub mod acts;
pub mod discretion;

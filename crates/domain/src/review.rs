//! Review: claims, questions, findings and recommendations of the commission, and the ministry's returns.

pub mod acts;
pub mod discretion;

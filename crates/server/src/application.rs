//! The methods about application.

pub(crate) mod answer_questions;
pub(crate) mod create_application;
pub(crate) mod list_applications;
pub(crate) mod replacement;
pub(crate) mod submit_application;
pub(crate) mod update_application;
pub(crate) mod withdraw_application;

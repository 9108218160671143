//! The methods about presentation.

pub(crate) mod create_presentation;
pub(crate) mod return_application;

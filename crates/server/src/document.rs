//! The methods about document.

pub(crate) mod documents;
pub(crate) mod download_document;
pub(crate) mod upload_document;

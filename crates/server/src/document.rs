//! Documents: passport pages, photos, pledges and letters.

pub(crate) mod documents;
pub(crate) mod download_document;
pub(crate) mod upload_document;

pub(crate) use documents::{ListDocumentReads, ListDocuments};
pub(crate) use download_document::DownloadDocument;
pub(crate) use upload_document::UploadDocument;

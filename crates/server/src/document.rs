//! `DocumentService`: passport pages, photos, pledges and letters of applications.
//!
//! The bytes are sealed in the vault. The database has their digest and the sealed key. See
//! `engine::upload` and `engine::download`.

pub(crate) mod download_document;
pub(crate) mod list_documents;
pub(crate) mod upload_document;

pub(crate) use download_document::DownloadDocument;
pub(crate) use list_documents::{ListDocumentReads, ListDocuments};
pub(crate) use upload_document::UploadDocument;

//! `DocumentService`.

use domain::application::content::Document;
use domain::policy::Action;
use domain::vocabulary::name::{ApplicationName, DocumentName, ElectionName};
use domain::vocabulary::personal::Personal;

use super::{Page, RequestKey, read_name, read_page, request_key};
use crate::convert::document;
use crate::v1::upload_document_request::Part;
use crate::violations::Violations;
use crate::{rules, v1};

/// The first message of an upload; its bytes follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadHeader {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The kind, the size and the digest of the document that follows.
    pub document: Document,
}

/// Reads the first message of `DocumentService/UploadDocument`.
pub fn upload_header(request: v1::UploadDocumentRequest) -> Result<UploadHeader, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Header(header)) = request.part else {
        violations.add_if_absent("header", "must be set in the first message of an upload");
        return violations.finish(|| None);
    };
    let key = request_key(Action::UploadDocument, &header, &header.request_id, &mut violations);
    let v1::UploadHeader { request_id: _, parent, document } = header;
    let application = violations.parse(&parent, "header.parent");
    let document = violations.require(document, "header.document");
    let document = document.and_then(|message| document::declared(message, "header.document", &mut violations));
    violations.finish(|| Some(UploadHeader { key: key?, application: application?, document: document? }))
}

/// Reads a later message of `DocumentService/UploadDocument`: the next bytes.
pub fn upload_chunk(request: v1::UploadDocumentRequest) -> Result<Vec<u8>, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Chunk(chunk)) = request.part else {
        violations.add_if_absent("chunk", "must be set in every message after the header");
        return violations.finish(|| None);
    };
    violations.finish(|| Some(chunk))
}

/// Downloads a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadDocument {
    /// The document.
    pub document: DocumentName,
    /// Why the caller reads it, in their words. It is recorded.
    pub purpose: Personal<String>,
}

/// Reads the request of `DocumentService/DownloadDocument`.
pub fn download_document(request: v1::DownloadDocumentRequest) -> Result<DownloadDocument, Violations> {
    let mut violations = rules::check(&request);
    let v1::DownloadDocumentRequest { name, purpose } = request;
    let name = violations.parse(&name, "name");
    if purpose.trim().is_empty() {
        violations.add_if_absent("purpose", "must say what the document is read for");
    }
    violations.finish(|| Some(DownloadDocument { document: name?, purpose: Personal::new(purpose) }))
}

/// Reads the request of `DocumentService/ListDocuments`.
pub fn list_documents(request: v1::ListDocumentsRequest) -> Result<ApplicationName, Violations> {
    let v1::ListDocumentsRequest { parent } = &request;
    read_name(&request, parent, "parent")
}

/// Lists who read documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDocumentReads {
    /// The election.
    pub election: ElectionName,
    /// The application of the documents; none for all of the election.
    pub application: Option<ApplicationName>,
    /// The page that the caller asks for.
    pub page: Page,
}

/// Reads the request of `DocumentService/ListDocumentReads`.
pub fn list_document_reads(request: v1::ListDocumentReadsRequest) -> Result<ListDocumentReads, Violations> {
    let mut violations = rules::check(&request);
    let v1::ListDocumentReadsRequest { parent, application, page_size, page_token } = &request;
    let election: Option<ElectionName> = violations.parse(parent, "parent");
    let of = (!application.is_empty()).then(|| violations.parse::<ApplicationName>(application, "application"));
    if let (Some(election), Some(Some(name))) = (&election, &of)
        && name.election != election.election
    {
        violations.add_if_absent("application", format!("must be of the parent, {election}"));
    }
    let application = match of {
        Some(name) => name.map(Some),
        None => Some(None),
    };
    let page =
        read_page(Action::ListDocumentReads, &format!("{parent} {}", request.application), (*page_size, page_token));
    violations.finish(|| Some(ListDocumentReads { election: election?, application: application?, page }))
}

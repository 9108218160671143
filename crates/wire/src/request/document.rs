//! `DocumentService`.

use domain::application::content::Document;
use domain::policy::Action;
use domain::vocabulary::name::{ApplicationName, DocumentName, ElectionName};
use domain::vocabulary::personal::Personal;

use super::{Page, RequestKey, key, named, page};
use crate::convert::document;
use crate::v1::upload_document_request::Part;
use crate::violations::Violations;
use crate::{rules, v1};

/// What an upload says before its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadHeader {
    /// By what it is known.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// What will follow.
    pub document: Document,
}

/// Reads the first message of `DocumentService/UploadDocument`.
pub fn upload_header(request: v1::UploadDocumentRequest) -> Result<UploadHeader, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Header(header)) = request.part else {
        violations.expect("header", "must be the first message of an upload");
        return violations.finish(|| None);
    };
    let key = key(Action::UploadDocument, &header, &header.request_id, &mut violations);
    let v1::UploadHeader { request_id: _, parent, document } = header;
    let application = violations.parse(&parent, "header.parent");
    let document = violations.required(document, "header.document");
    let document = document.and_then(|message| document::declared(message, "header.document", &mut violations));
    violations.finish(|| Some(UploadHeader { key: key?, application: application?, document: document? }))
}

/// Reads a later message of `DocumentService/UploadDocument`: the next bytes.
pub fn upload_chunk(request: v1::UploadDocumentRequest) -> Result<Vec<u8>, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Chunk(chunk)) = request.part else {
        violations.expect("chunk", "must be what follows the header");
        return violations.finish(|| None);
    };
    violations.finish(|| Some(chunk))
}

/// Reads a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadDocument {
    /// Which.
    pub document: DocumentName,
    /// What for.
    pub purpose: Personal<String>,
}

/// Reads the request of `DocumentService/DownloadDocument`.
pub fn download_document(request: v1::DownloadDocumentRequest) -> Result<DownloadDocument, Violations> {
    let mut violations = rules::check(&request);
    let v1::DownloadDocumentRequest { name, purpose } = request;
    let name = violations.parse(&name, "name");
    if purpose.trim().is_empty() {
        violations.expect("purpose", "must say what the document is read for");
    }
    violations.finish(|| Some(DownloadDocument { document: name?, purpose: Personal::new(purpose) }))
}

/// Reads the request of `DocumentService/ListDocuments`.
pub fn list_documents(request: v1::ListDocumentsRequest) -> Result<ApplicationName, Violations> {
    let v1::ListDocumentsRequest { parent } = &request;
    named(&request, parent, "parent")
}

/// Lists who read documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDocumentReads {
    /// The election.
    pub election: ElectionName,
    /// The application whose documents they are, if not all.
    pub application: Option<ApplicationName>,
    /// Which part of the list.
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
        violations.expect("application", format!("must be of {election}"));
    }
    let application = match of {
        Some(name) => name.map(Some),
        None => Some(None),
    };
    let page = page(Action::ListDocumentReads, &format!("{parent} {}", request.application), (*page_size, page_token));
    violations.finish(|| Some(ListDocumentReads { election: election?, application: application?, page }))
}

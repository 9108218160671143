//! `DecreeScanService`.

use domain::policy::Action;
use domain::vocabulary::name::DecreeName;

use crate::request::{RequestKey, read_name, request_key};
use crate::v1::attach_decree_scan_request::Part;
use crate::violations::Violations;
use crate::{rules, v1};

/// The first message of a scan; its bytes follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeScanHeader {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The decree.
    pub decree: DecreeName,
    /// SHA-256 of the bytes that follow.
    pub sha256: [u8; 32],
    /// The number of bytes that follow.
    pub size_bytes: i64,
}

/// Reads the first message of `DecreeScanService/AttachDecreeScan`.
pub fn decree_scan_header(request: v1::AttachDecreeScanRequest) -> Result<DecreeScanHeader, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Header(header)) = request.part else {
        violations.add_if_absent("header", "must be set in the first message of a scan");
        return violations.finish(|| None);
    };
    let key = request_key(Action::AttachDecreeScan, &header, &header.request_id, &mut violations);
    let v1::DecreeScanHeader { request_id: _, name, sha256, size_bytes } = header;
    let decree = violations.parse(&name, "header.name");
    violations
        .finish(|| Some(DecreeScanHeader { key: key?, decree: decree?, sha256: sha256.try_into().ok()?, size_bytes }))
}

/// Reads a later message of `DecreeScanService/AttachDecreeScan`: the next bytes.
pub fn decree_scan_chunk(request: v1::AttachDecreeScanRequest) -> Result<Vec<u8>, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Chunk(chunk)) = request.part else {
        violations.add_if_absent("chunk", "must be set in every message after the header");
        return violations.finish(|| None);
    };
    violations.finish(|| Some(chunk))
}

/// Reads the request of `DecreeScanService/DownloadDecreeScan`.
pub fn download_decree_scan(request: v1::DownloadDecreeScanRequest) -> Result<DecreeName, Violations> {
    let v1::DownloadDecreeScanRequest { name } = &request;
    read_name(&request, name, "name")
}

//! `DecreeScanService`.

use domain::policy::Action;
use domain::vocabulary::name::DecreeName;

use super::{RequestKey, key, named};
use crate::v1::attach_decree_scan_request::Part;
use crate::violations::Violations;
use crate::{rules, v1};

/// What a scan says before its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeScanHeader {
    /// By what it is known.
    pub key: RequestKey,
    /// The decree.
    pub decree: DecreeName,
    /// SHA-256 of what follows.
    pub sha256: [u8; 32],
    /// How many bytes follow.
    pub size_bytes: i64,
}

/// Reads the first message of `DecreeScanService/AttachDecreeScan`.
pub fn decree_scan_header(request: v1::AttachDecreeScanRequest) -> Result<DecreeScanHeader, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Header(header)) = request.part else {
        violations.expect("header", "must be the first message of a scan");
        return violations.finish(|| None);
    };
    let key = key(Action::AttachDecreeScan, &header, &header.request_id, &mut violations);
    let v1::DecreeScanHeader { request_id: _, name, sha256, size_bytes } = header;
    let decree = violations.parse(&name, "header.name");
    violations
        .finish(|| Some(DecreeScanHeader { key: key?, decree: decree?, sha256: sha256.try_into().ok()?, size_bytes }))
}

/// Reads a later message of `DecreeScanService/AttachDecreeScan`: the next bytes.
pub fn decree_scan_chunk(request: v1::AttachDecreeScanRequest) -> Result<Vec<u8>, Violations> {
    let mut violations = rules::check(&request);
    let Some(Part::Chunk(chunk)) = request.part else {
        violations.expect("chunk", "must be what follows the header");
        return violations.finish(|| None);
    };
    violations.finish(|| Some(chunk))
}

/// Reads the request of `DecreeScanService/DownloadDecreeScan`.
pub fn download_decree_scan(request: v1::DownloadDecreeScanRequest) -> Result<DecreeName, Violations> {
    let v1::DownloadDecreeScanRequest { name } = &request;
    named(&request, name, "name")
}

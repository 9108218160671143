//! Documents, and who read them.

use domain::application::content::Document;
use domain::document::{DocumentRead, KeptDocument};

use super::enums::{self, Enumerated as _};
use super::time::timestamp;
use crate::v1;
use crate::violations::Violations;

/// Reads the declaration of a document: its kind, digest and size.
pub fn declared(message: v1::Document, path: &str, violations: &mut Violations) -> Option<Document> {
    let v1::Document {
        kind,
        sha256,
        size_bytes,
        name: _,
        media_type: _,
        kept_sha256: _,
        kept_size_bytes: _,
        upload_time: _,
        erase_time: _,
        receipt: _,
    } = message;
    let kind = enums::read(kind, &format!("{path}.kind"), violations);
    let Ok(sha256) = sha256.try_into() else {
        violations.add_if_absent(&format!("{path}.sha256"), "must have exactly 32 bytes");
        return None;
    };
    Some(Document { kind: kind?, sha256, size_bytes })
}

/// A document that was uploaded.
pub fn to_message(kept: &KeptDocument) -> v1::Document {
    let KeptDocument {
        name,
        document: Document { kind, sha256, size_bytes },
        kept_sha256,
        kept_size_bytes,
        media_type,
        uploaded_by: _,
        upload_time,
        erase_time,
    } = kept;
    v1::Document {
        kind: kind.number(),
        sha256: sha256.to_vec(),
        size_bytes: *size_bytes,
        name: name.to_string(),
        media_type: media_type.clone(),
        kept_sha256: kept_sha256.to_vec(),
        kept_size_bytes: *kept_size_bytes,
        upload_time: Some(timestamp(*upload_time)),
        erase_time: erase_time.map(timestamp),
        receipt: None,
    }
}

/// A record that a person read a document.
pub fn read_to_message(read: &DocumentRead) -> v1::DocumentRead {
    let DocumentRead { document, kind, reader, purpose, time, event } = read;
    v1::DocumentRead {
        document: document.to_string(),
        kind: kind.number(),
        reader: reader.to_string(),
        purpose: purpose.expose().clone(),
        read_time: Some(timestamp(*time)),
        event_id: event.to_string(),
    }
}

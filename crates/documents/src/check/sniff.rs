//! Finds the type of a file by its first bytes, and refuses files that are of two types at once.
//!
//! A file with two types passes the check of one and is opened as the other. So it could carry what the check would
//! refuse.

use domain::vocabulary::document_kind::DocumentKind;

use crate::{MediaType, Unacceptable};

/// Readers of PDF look for the header in so many first bytes.
const PDF_HEADER_WITHIN: usize = 1024;
/// The longest end record of a ZIP archive, in bytes: 22, and a comment of at most 65,535.
const MAX_ZIP_END: usize = 22 + 65_535;

/// The type of the content, or an error if this kind of document may not have it.
pub fn media_type(kind: DocumentKind, bytes: &[u8]) -> Result<MediaType, Unacceptable> {
    let accepted = match kind {
        DocumentKind::Photo => "a JPEG or PNG",
        DocumentKind::PassportPage
        | DocumentKind::Pledge
        | DocumentKind::NominationLetter
        | DocumentKind::NoteVerbale => "a JPEG, PNG or PDF",
    };
    match sniff(bytes) {
        Some(MediaType::Pdf) if kind == DocumentKind::Photo => {
            Err(Unacceptable::NotAnAcceptedType { found: "a PDF", accepted })
        }
        Some(media_type) => Ok(media_type),
        None => Err(Unacceptable::NotAnAcceptedType { found: describe_other(bytes), accepted }),
    }
}

/// Some programs write a byte order mark or empty lines before the header of a PDF.
fn may_precede_pdf(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0xef | 0xbb | 0xbf)
}

/// The type by its first bytes. None for all types that no document may have.
fn sniff(bytes: &[u8]) -> Option<MediaType> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(MediaType::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(MediaType::Png)
    } else if pdf_header(bytes).is_some_and(|at| bytes[..at].iter().all(may_precede_pdf)) {
        // Any other bytes before it may be the header of another type.
        Some(MediaType::Pdf)
    } else {
        None
    }
}

/// Names the types that people send by mistake, so that the error can say which it was.
fn describe_other(bytes: &[u8]) -> &'static str {
    let brand = bytes.get(4..12).unwrap_or_default();
    match bytes {
        [b'P', b'K', 3, 4, ..] => "a ZIP archive or an office document",
        [b'G', b'I', b'F', b'8', ..] => "a GIF",
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "a TIFF",
        [b'B', b'M', ..] => "a BMP",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "a WebP",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an old office document",
        _ if brand.starts_with(b"ftyphe") || brand.starts_with(b"ftypmi") => "a HEIC photo",
        _ if brand.starts_with(b"ftyp") => "a video or an AVIF",
        _ => "of an unknown type",
    }
}

/// Refuses a file that another program would take for another type than we do, and so show other content.
pub fn check_single_format(media_type: MediaType, bytes: &[u8]) -> Result<(), Unacceptable> {
    if media_type != MediaType::Pdf && pdf_header(bytes).is_some() {
        return Err(Unacceptable::SeveralDocuments { what: "a PDF inside an image" });
    }
    if has_zip_end(bytes) {
        return Err(Unacceptable::SeveralDocuments { what: "a ZIP archive at the end" });
    }
    Ok(())
}

/// Where the header of a PDF starts, if there is one where readers look for it.
fn pdf_header(bytes: &[u8]) -> Option<usize> {
    bytes[..bytes.len().min(PDF_HEADER_WITHIN)].windows(5).position(|window| window == b"%PDF-")
}

/// Whether a ZIP archive ends where the file ends, by the length of its comment. Programs look for an archive from
/// there.
fn has_zip_end(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(MAX_ZIP_END)..];
    tail.windows(22).enumerate().any(|(at, record)| {
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && at + 22 + comment == tail.len()
    })
}

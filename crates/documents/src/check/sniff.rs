//! What a file is, by its first bytes, and whether it is something else as well.

use domain::vocabulary::document_kind::DocumentKind;

use crate::{MediaType, Unacceptable};

/// How far a reader of PDF looks for the header.
const PDF_HEADER_WITHIN: usize = 1024;
/// A ZIP archive's last record: 22 bytes, and a comment of at most 65,535.
const ZIP_END: usize = 22 + 65_535;

/// The type of the content, if this kind of document may have it.
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
        None => Err(Unacceptable::NotAnAcceptedType { found: other(bytes), accepted }),
    }
}

fn is_leading(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0xef | 0xbb | 0xbf)
}

fn sniff(bytes: &[u8]) -> Option<MediaType> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(MediaType::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(MediaType::Png)
    } else if pdf_header(bytes).is_some_and(|at| bytes[..at].iter().all(is_leading)) {
        // Some programs write a byte order mark or empty lines first. Anything else is another file's header.
        Some(MediaType::Pdf)
    } else {
        None
    }
}

/// What people send by mistake, so that the error can name it.
fn other(bytes: &[u8]) -> &'static str {
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
        _ => "of no type that is known here",
    }
}

/// Refuses a file that some program would read as another one than we do.
pub fn refuse_others(media_type: MediaType, bytes: &[u8]) -> Result<(), Unacceptable> {
    if media_type != MediaType::Pdf && pdf_header(bytes).is_some() {
        return Err(Unacceptable::MoreThanOne { what: "a PDF inside an image" });
    }
    if has_zip_end(bytes) {
        return Err(Unacceptable::MoreThanOne { what: "a ZIP archive at the end" });
    }
    Ok(())
}

fn pdf_header(bytes: &[u8]) -> Option<usize> {
    bytes[..bytes.len().min(PDF_HEADER_WITHIN)].windows(5).position(|window| window == b"%PDF-")
}

/// Whether a ZIP archive ends where the file ends: its comment's length says so.
fn has_zip_end(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(ZIP_END)..];
    tail.windows(22).enumerate().any(|(at, record)| {
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && at + 22 + comment == tail.len()
    })
}

//! Proves that a file is what its kind of document should be, before anything of it is stored.
//!
//! Three things are refused: files that would harm the service (bombs that exhaust memory or time), files that would
//! harm a reader (scripts, attachments), and files that different programs show differently (two types in one file,
//! data after the end). Metadata is removed, because people do not know that they send it.
//!
//! All limits are checked on headers first. Memory is allocated only for what the file really holds.

mod jpeg;
mod jpeg_layout;
mod pdf;
mod photo;
mod png;
mod sniff;

use std::fmt;

use domain::vocabulary::document_kind::DocumentKind;
use sha2::{Digest as _, Sha256};

use crate::Unacceptable;

/// The most bytes that a document of any kind may have: 20 MiB. The comments of the proto promise the same number.
pub const MAX_BYTES: usize = 20 << 20;

/// The most pixels that a scan may have: an A4 page at 500 dpi has 24 million.
const MAX_SCAN_PIXELS: u64 = 25_000_000;
/// The most pixels that a photo may have: what phones call 12 megapixels is up to 12.2 million. It is less than a scan
/// may have, because a photo is decoded to three bytes a pixel as a whole.
const MAX_PHOTO_PIXELS: u64 = 12_500_000;
/// The most memory that decoding an image may need, in bytes, without the file itself. One document at a time is
/// decoded.
const MAX_DECODING_BYTES: u64 = 80 << 20;

/// The type of a document, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// A JPEG image.
    Jpeg,
    /// A PNG image.
    Png,
    /// A PDF document.
    Pdf,
}

impl MediaType {
    /// The name of the type, as in a `Content-Type` header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }
}

/// The name that people know, for error texts.
impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Pdf => "PDF",
        })
    }
}

/// A document that has passed the check, as it is to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The bytes to store. They differ from those that were sent if metadata was removed.
    pub bytes: Vec<u8>,
    /// The type of these bytes. A photo is always a JPEG, also if a PNG was sent.
    pub media_type: MediaType,
    /// SHA-256 of [`Accepted::bytes`], not of what was sent.
    pub sha256: [u8; 32],
    /// The width in pixels, as they are stored: before the orientation of a scan is applied. None for a PDF.
    pub width: Option<u32>,
    /// The height in pixels, likewise.
    pub height: Option<u32>,
}

/// Without the bytes: they are personal data, and `Debug` gets into logs.
impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accepted({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// An image that was decoded from its first to its last pixel, so it is known to be whole.
struct DecodedImage {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// Proves that a file is what its kind of document should be, and returns the bytes to store.
///
/// The type comes from the content alone. A file name or a declared type could be wrong.
///
/// * A photo is decoded, turned upright by its EXIF orientation, scaled down to 1200 x 1600 if it is larger, and
///   encoded again as a JPEG without metadata. So neither the place nor the camera is stored.
/// * A scan in JPEG or PNG is decoded to prove that it is whole. Its pixels stay as they were sent, and its metadata is
///   removed without encoding anything again. From a JPEG these are comments and every APPn segment but JFIF and Adobe;
///   from a PNG texts, EXIF, times, profiles and every ancillary chunk that does not affect the pixels. A JPEG's
///   orientation stays, so that a page is shown as it was photographed.
/// * A PDF stays byte for byte. It is searched for names of active content, also in their `#xx` spelling. Compressed
///   object streams are not inflated, so this is a filter and no proof.
///
/// It keeps a processor busy for up to a second, needs about 100 MiB, and must run on a blocking thread.
pub fn check(kind: DocumentKind, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
    if bytes.is_empty() {
        return Err(Unacceptable::Empty);
    }
    // Before anything is read: a larger file could not be stored, whatever it is.
    if bytes.len() > MAX_BYTES {
        return Err(Unacceptable::TooLarge { limit: MAX_BYTES });
    }
    let media_type = sniff::media_type(kind, &bytes)?;
    // Before decoding, because this needs only the first and last bytes.
    sniff::check_single_format(media_type, &bytes)?;
    match (kind, media_type) {
        (DocumentKind::Photo, _) => photo::check(media_type, bytes).map(|photo| accept_image(MediaType::Jpeg, photo)),
        (_, MediaType::Jpeg) => jpeg::check_scan(bytes).map(|scan| accept_image(media_type, scan)),
        (_, MediaType::Png) => png::check_scan(bytes).map(|scan| accept_image(media_type, scan)),
        (_, MediaType::Pdf) => {
            pdf::check(&bytes)?;
            Ok(Accepted { sha256: sha256(&bytes), bytes, media_type, width: None, height: None })
        }
    }
}

/// Proves that a file is an acceptable PDF, for documents that must be one. It stays byte for byte.
pub fn check_pdf(bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
    let accepted = check(DocumentKind::NoteVerbale, bytes)?;
    match accepted.media_type {
        MediaType::Pdf => Ok(accepted),
        MediaType::Jpeg => Err(Unacceptable::NotAnAcceptedType { found: "a JPEG", accepted: "a PDF" }),
        MediaType::Png => Err(Unacceptable::NotAnAcceptedType { found: "a PNG", accepted: "a PDF" }),
    }
}

/// Digests the bytes that are stored, after metadata was removed from them.
fn accept_image(media_type: MediaType, DecodedImage { bytes, width, height }: DecodedImage) -> Accepted {
    Accepted { sha256: sha256(&bytes), bytes, media_type, width: Some(width), height: Some(height) }
}

/// The SHA-256 of a file, by which applications declare their documents.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Refuses an image by the size in its header, before memory of that size is allocated.
fn check_pixel_count(width: u32, height: u32, limit: u64) -> Result<(), Unacceptable> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limit { Err(Unacceptable::TooManyPixels { width, height, limit }) } else { Ok(()) }
}

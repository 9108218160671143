//! Whether a file is what its kind of document should be.

mod jpeg;
mod layout;
mod pdf;
mod photo;
mod png;
mod sniff;

use std::fmt;

use domain::vocabulary::document_kind::DocumentKind;
use sha2::{Digest as _, Sha256};

use crate::Unacceptable;

/// The most bytes that a document may have: 20 MiB, for every kind. The proto says the same.
pub const MAX_BYTES: usize = 20 << 20;

/// The most pixels that a scan may have: an A4 page at 500 dpi has 24 million.
const MAX_SCAN_PIXELS: u64 = 25_000_000;
/// The most pixels that a photo may have: what phones call twelve megapixels is up to 12.2 million.
const MAX_PHOTO_PIXELS: u64 = 12_500_000;
/// The most memory that an image may need while it is decoded, its own bytes apart.
const DECODING_BYTES: u64 = 80 << 20;

/// What a document is, by its content.
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
    /// As in a `Content-Type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Pdf => "PDF",
        })
    }
}

/// A document that is taken, as it is to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The bytes to keep: not always those that were sent.
    pub bytes: Vec<u8>,
    /// What they are; a photo is always a JPEG.
    pub media_type: MediaType,
    /// SHA-256 of the bytes to keep. It differs from the digest of what was sent if the file was cleaned.
    pub sha256: [u8; 32],
    /// In pixels as they are stored; a PDF has none.
    pub width: Option<u32>,
    /// In pixels as they are stored; a PDF has none.
    pub height: Option<u32>,
}

impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accepted({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// An image that was decoded once, from its first to its last pixel.
struct Proven {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// Proves that a file is what its kind of document should be, and returns the bytes worth keeping.
///
/// What it is comes from the content; there is no name and no declared type to believe.
///
/// * A photo is decoded, turned upright by its EXIF orientation, scaled down to 1200 x 1600 if it is larger, and encoded
///   anew as a JPEG without metadata: neither place nor camera nor colour profile is kept.
/// * A JPEG or PNG scan is decoded to prove that it is whole, and is kept with its pixels as they were sent. Metadata
///   goes, without coding anything anew: from a JPEG every APPn segment but JFIF and Adobe, and comments; from a PNG
///   texts, EXIF, times, profiles and every ancillary chunk that does not say how pixels look. A JPEG's orientation stays,
///   so that a page photographed upright is shown upright.
/// * A PDF is kept byte for byte. It is searched for names of what acts, also in their `#xx` spelling; compressed object
///   streams are not inflated, so this is a filter and no proof. The service never renders a PDF.
///
/// This is work for a processor: it takes up to a second and about 100 MiB, and belongs on a blocking
/// thread.
pub fn check(kind: DocumentKind, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
    if bytes.is_empty() {
        return Err(Unacceptable::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Unacceptable::TooLarge { limit: MAX_BYTES });
    }
    let media_type = sniff::media_type(kind, &bytes)?;
    sniff::refuse_others(media_type, &bytes)?;
    match (kind, media_type) {
        (DocumentKind::Photo, _) => photo::check(media_type, bytes).map(|photo| image(MediaType::Jpeg, photo)),
        (_, MediaType::Jpeg) => jpeg::scan(bytes).map(|scan| image(media_type, scan)),
        (_, MediaType::Png) => png::scan(bytes).map(|scan| image(media_type, scan)),
        (_, MediaType::Pdf) => {
            pdf::check(&bytes)?;
            Ok(Accepted { sha256: sha256(&bytes), bytes, media_type, width: None, height: None })
        }
    }
}

/// Proves that a file is a PDF that is taken, for what is kept as a PDF only; it is kept byte for byte.
pub fn check_pdf(bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
    let accepted = check(DocumentKind::NoteVerbale, bytes)?;
    match accepted.media_type {
        MediaType::Pdf => Ok(accepted),
        MediaType::Jpeg => Err(Unacceptable::NotAnAcceptedType { found: "a JPEG", accepted: "a PDF" }),
        MediaType::Png => Err(Unacceptable::NotAnAcceptedType { found: "a PNG", accepted: "a PDF" }),
    }
}

fn image(media_type: MediaType, Proven { bytes, width, height }: Proven) -> Accepted {
    Accepted { sha256: sha256(&bytes), bytes, media_type, width: Some(width), height: Some(height) }
}

/// SHA-256 of a file.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Refuses a header before anything is made of its size.
fn limit_pixels(width: u32, height: u32, limit: u64) -> Result<(), Unacceptable> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limit { Err(Unacceptable::TooManyPixels { width, height, limit }) } else { Ok(()) }
}

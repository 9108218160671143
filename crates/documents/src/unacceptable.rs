//! Why a file is refused, in words that say what to do about it.

use crate::check::MediaType;

/// A file that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// Nothing in it.
    #[error("the file is empty: send the document's bytes")]
    Empty,
    /// More bytes than a document may have.
    #[error("a document has at most {limit} bytes: scan it at 300 dpi or less, or save it with more compression")]
    TooLarge {
        /// How many bytes are taken.
        limit: usize,
    },
    /// Another type than the kind of document may have, or none that is known.
    #[error("expected {accepted}, and the content is {found}: save the document as one of the accepted types")]
    NotAnAcceptedType {
        /// What the content is.
        found: &'static str,
        /// What is taken for this kind of document.
        accepted: &'static str,
    },
    /// Broken, incomplete, or not telling the truth about itself.
    #[error("the {format} is not whole: {what}; send the original file again, or save it anew")]
    Damaged {
        /// What it claims to be.
        format: MediaType,
        /// Where it fails.
        what: &'static str,
    },
    /// Well-formed, but of a variety that is not read.
    #[error("{what} is not read: save it as an ordinary RGB or grey image")]
    Unsupported {
        /// The variety.
        what: &'static str,
    },
    /// More pixels than are decoded.
    #[error("{width} x {height} pixels are too many: an image of this sort has at most {limit}; scale it down")]
    TooManyPixels {
        /// As in the header.
        width: u32,
        /// As in the header.
        height: u32,
        /// How many pixels are taken in an image of this coding.
        limit: u64,
    },
    /// A progressive JPEG of more passes than any camera or scanner makes.
    #[error("the JPEG has more than {limit} scans: save it anew, as a baseline JPEG")]
    TooManyScans {
        /// How many are taken.
        limit: usize,
    },
    /// A photo of too few pixels for a badge.
    #[error("the photo has {width} x {height} pixels and needs at least {min_width} x {min_height}: take a larger one")]
    TooSmall {
        /// As it stands upright.
        width: u32,
        /// As it stands upright.
        height: u32,
        /// The least width.
        min_width: u32,
        /// The least height.
        min_height: u32,
    },
    /// A photo of another shape than a passport's.
    #[error(
        "the photo has {width} x {height} pixels, not a portrait's shape: crop it to 35 x 45 mm, or 0.6 to 0.9 wide"
    )]
    NotPortrait {
        /// As it stands upright.
        width: u32,
        /// As it stands upright.
        height: u32,
    },
    /// An image with more than one frame.
    #[error("the PNG is animated: send one still image")]
    Animated,
    /// Something besides the document in the same file.
    #[error("the file holds more than one document, {what}: save the document anew, alone")]
    MoreThanOne {
        /// What was found.
        what: &'static str,
    },
    /// Something small that becomes large.
    #[error("the PNG's texts or profile expand to more than {limit} bytes: save it without metadata")]
    Expands {
        /// How many bytes they may have.
        limit: u64,
    },
    /// A PDF that does something.
    #[error("the PDF holds {what}: a document only shows; print it to a new PDF, without forms and attachments")]
    ActiveContent {
        /// The name found, as PDF writes it.
        what: &'static str,
    },
    /// A PDF that cannot be looked into.
    #[error("the PDF is encrypted: save it without a password and without restrictions")]
    Encrypted,
}

//! Why a file is refused. Each text says what to do, because the service passes it on to the person who sent the file.

use crate::check::MediaType;

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// The file has no bytes.
    #[error("the file is empty: send the document's bytes")]
    Empty,
    /// More bytes than a document may have.
    #[error("a document has at most {limit} bytes: scan it at 300 dpi or less, or save it with more compression")]
    TooLarge {
        /// The most bytes that a document may have.
        limit: usize,
    },
    /// The content is of a type that this kind of document may not have, or of an unknown one.
    #[error("expected {accepted}, and the content is {found}: save the document as one of the accepted types")]
    NotAnAcceptedType {
        /// The type of the content.
        found: &'static str,
        /// The types that this kind of document may have.
        accepted: &'static str,
    },
    /// The file is broken or incomplete, or its headers contradict its content.
    #[error("the {format} is damaged: {what}; send the original file again, or open it and save it as a new file")]
    Damaged {
        /// The type by its first bytes.
        format: MediaType,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file is well-formed, but uses a variety of its format that the service cannot decode.
    #[error("{what} is not supported: save it as an ordinary RGB or grey image")]
    Unsupported {
        /// The variety, as in "a JPEG in CMYK".
        what: &'static str,
    },
    /// The image has more pixels than the service decodes. It would need too much memory.
    #[error("{width} x {height} pixels are too many: an image of this sort has at most {limit}; scale it down")]
    TooManyPixels {
        /// By the header, in pixels.
        width: u32,
        /// By the header, in pixels.
        height: u32,
        /// The most pixels that an image of this coding may have.
        limit: u64,
    },
    /// The JPEG has more scans than any camera or scanner makes. Each one costs a pass over the whole image.
    #[error("the JPEG has more than {limit} scans: save it again as a baseline JPEG")]
    TooManyScans {
        /// The most scans that a JPEG may have.
        limit: usize,
    },
    /// The photo has too few pixels for a badge.
    #[error("the photo has {width} x {height} pixels and needs at least {min_width} x {min_height}: take a larger one")]
    TooSmall {
        /// In pixels, after the image is turned upright.
        width: u32,
        /// In pixels, after the image is turned upright.
        height: u32,
        /// The least width, in pixels.
        min_width: u32,
        /// The least height, in pixels.
        min_height: u32,
    },
    /// The photo is too wide or too narrow for a portrait.
    #[error(
        "the photo has {width} x {height} pixels, not a portrait's shape: crop it to 35 x 45 mm, or make its width \
         0.6 to 0.9 of its height"
    )]
    NotPortrait {
        /// In pixels, after the image is turned upright.
        width: u32,
        /// In pixels, after the image is turned upright.
        height: u32,
    },
    /// The PNG has more than one frame. A document is one still image.
    #[error("the PNG is animated: send one still image")]
    Animated,
    /// The file holds something besides the document. Another program could take it for that.
    #[error("the file holds more than one document, {what}: save the document alone in a new file")]
    SeveralDocuments {
        /// The other content, as in "a ZIP archive at the end".
        what: &'static str,
    },
    /// Compressed metadata becomes too large when it is inflated: a decompression bomb.
    #[error("the PNG's texts or profile expand to more than {limit} bytes: save it without metadata")]
    InflatesTooMuch {
        /// The most bytes that all of them may have when they are inflated.
        limit: u64,
    },
    /// The PDF can run a script, start a program or carry another file.
    #[error("the PDF holds {what}, which a document may not: print it to a new PDF, without forms and attachments")]
    ActiveContent {
        /// The name found, as PDF writes it.
        what: &'static str,
    },
    /// The PDF is encrypted, so it cannot be checked.
    #[error("the PDF is encrypted: save it without a password and without restrictions")]
    Encrypted,
}

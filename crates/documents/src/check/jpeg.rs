//! A JPEG: decoded once, and freed of its metadata without touching its pixels.

use image::RgbImage;
use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::layout::{Layout, Segment};
use super::{DECODING_BYTES, MAX_SCAN_PIXELS, Proven, limit_pixels};
use crate::{MediaType, Unacceptable};

/// Checks a scan.
pub fn scan(bytes: Vec<u8>) -> Result<Proven, Unacceptable> {
    let layout = Layout::read(&bytes)?;
    limit(&layout, 1, MAX_SCAN_PIXELS)?;
    let stripped = strip(&bytes, &layout);
    // Two documents and an image in memory at once would be more than a check may take.
    drop(bytes);
    // Grey is enough to know that every coefficient of every component can be read.
    decode(&stripped, &layout, ColorSpace::Luma)?;
    Ok(Proven { bytes: stripped, width: layout.width, height: layout.height })
}

/// Decodes a photo, as it is stored, and says how it is to be turned.
pub fn photo(bytes: &[u8], max_pixels: u64) -> Result<(RgbImage, Orientation), Unacceptable> {
    let layout = Layout::read(bytes)?;
    limit(&layout, 3, max_pixels)?;
    let pixels = decode(bytes, &layout, ColorSpace::RGB)?;
    let image = RgbImage::from_raw(layout.width, layout.height, pixels);
    Ok((image.ok_or(damaged("it has another size than it says"))?, layout.orientation))
}

/// Refuses what would need too much memory, or lies. An image of several scans needs its coefficients at once.
fn limit(layout: &Layout, channels: u64, max_pixels: u64) -> Result<(), Unacceptable> {
    let (width, height) = (layout.width, layout.height);
    limit_pixels(width, height, max_pixels)?;
    let pixels = u64::from(width) * u64::from(height);
    let bytes = layout.coefficient_bytes() + pixels * channels;
    if bytes > DECODING_BYTES {
        return Err(Unacceptable::TooManyPixels { width, height, limit: pixels * DECODING_BYTES / bytes });
    }
    layout.check_data()
}

fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Jpeg, what }
}

/// Decodes the image, and refuses one whose data end early.
///
/// At a marker the decoder goes on with zeros, however much is missing. At the end of its input it gives up: so where one
/// scan is all there is, it does not get to see the end marker. A progressive JPEG cut within a scan and then closed
/// cannot be told from one that was meant to be coarse.
fn decode(bytes: &[u8], layout: &Layout, colors: ColorSpace) -> Result<Vec<u8>, Unacceptable> {
    let input = if layout.coefficient_bytes() == 0 { &bytes[..bytes.len() - 2] } else { bytes };
    // Not strict, a decoder paints what is missing grey.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(input), options);
    decoder.decode().map_err(|_| damaged("its image cannot be decoded to the end"))
}

/// The same image without what its pixels do not need.
fn strip(bytes: &[u8], layout: &Layout) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(&bytes[..2]);
    let (jfif, others): (Vec<_>, Vec<_>) = layout.segments.iter().partition(|segment| segment.marker == 0xe0);
    for segment in jfif.into_iter().filter(|segment| is_needed(bytes, segment)) {
        kept.extend_from_slice(&bytes[segment.range.clone()]);
    }
    if layout.orientation != Orientation::NoTransforms {
        kept.extend_from_slice(&exif(layout.orientation));
    }
    for segment in others.into_iter().filter(|segment| is_needed(bytes, segment)) {
        kept.extend_from_slice(&bytes[segment.range.clone()]);
    }
    kept.extend_from_slice(b"\xff\xd9");
    kept
}

/// JFIF and Adobe say how colours are coded; the other APPn are metadata, and 0xfe is a comment.
fn is_needed(bytes: &[u8], segment: &Segment) -> bool {
    match segment.marker {
        0xe0 => segment.payload(bytes).starts_with(b"JFIF\0") && segment.payload(bytes).len() == 14,
        0xee => segment.payload(bytes).starts_with(b"Adobe") && segment.payload(bytes).len() == 12,
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// A segment of EXIF that says how to turn the image and nothing else.
fn exif(orientation: Orientation) -> Vec<u8> {
    let mut segment = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    segment.extend_from_slice(&[orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    segment
}

//! Checks JPEG files: decodes them once, and removes metadata without changing a pixel.

use image::RgbImage;
use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::jpeg_layout::{JpegLayout, Segment};
use super::{DecodedImage, MAX_DECODING_BYTES, MAX_SCAN_PIXELS, check_pixel_count};
use crate::{MediaType, Unacceptable};

/// Proves that a scan is whole, and removes its metadata.
pub fn check_scan(bytes: Vec<u8>) -> Result<DecodedImage, Unacceptable> {
    let layout = JpegLayout::read(&bytes)?;
    check_limits(&layout, 1, MAX_SCAN_PIXELS)?;
    let stripped = remove_metadata(&bytes, &layout);
    // Both files and the decoded image at once would need more memory than a check may.
    drop(bytes);
    // Decoding to grey reads every coefficient of every component, and needs a third of the memory.
    decode(&stripped, &layout, ColorSpace::Luma)?;
    Ok(DecodedImage { bytes: stripped, width: layout.width, height: layout.height })
}

/// Decodes a photo. Its pixels are as they are stored; the orientation says how to turn them.
pub fn decode_photo(bytes: &[u8], max_pixels: u64) -> Result<(RgbImage, Orientation), Unacceptable> {
    let layout = JpegLayout::read(bytes)?;
    check_limits(&layout, 3, max_pixels)?;
    let pixels = decode(bytes, &layout, ColorSpace::RGB)?;
    let image = RgbImage::from_raw(layout.width, layout.height, pixels);
    Ok((image.ok_or(damaged("its size differs from the one in its header"))?, layout.orientation))
}

/// Refuses an image that would need too much memory, or whose header promises more than the file holds.
///
/// A decoder holds the coefficients of the whole image if it comes in several scans, so those count too.
fn check_limits(layout: &JpegLayout, channels: u64, max_pixels: u64) -> Result<(), Unacceptable> {
    let (width, height) = (layout.width, layout.height);
    check_pixel_count(width, height, max_pixels)?;
    let pixels = u64::from(width) * u64::from(height);
    let bytes = layout.coefficient_bytes() + pixels * channels;
    if bytes > MAX_DECODING_BYTES {
        return Err(Unacceptable::TooManyPixels { width, height, limit: pixels * MAX_DECODING_BYTES / bytes });
    }
    layout.check_data()
}

/// `what` ends up in a sentence: "the JPEG is damaged: it has two frame headers".
fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Jpeg, what }
}

/// Decodes the image, and refuses one whose data ends early.
///
/// When the decoder meets a marker too early, it fills the rest with zeros and reports no error. When its input ends,
/// it does report one. So with a single scan it does not get the end marker, and data that is missing is noticed. This
/// does not help with several scans: a progressive JPEG that was cut and then closed looks like one with few details.
fn decode(bytes: &[u8], layout: &JpegLayout, colors: ColorSpace) -> Result<Vec<u8>, Unacceptable> {
    let input = if layout.coefficient_bytes() == 0 { &bytes[..bytes.len() - 2] } else { bytes };
    // Without strict mode the decoder paints missing parts grey and reports no error.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(input), options);
    decoder.decode().map_err(|_| damaged("its image cannot be decoded to the end"))
}

/// The same image with nothing but the segments that its pixels need, and its orientation.
fn remove_metadata(bytes: &[u8], layout: &JpegLayout) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(&bytes[..2]);
    // JFIF must come first (T.871), and EXIF before the tables; programs ignore them in other places.
    let (jfif, others): (Vec<_>, Vec<_>) = layout.segments.iter().partition(|segment| segment.marker == 0xe0);
    for segment in jfif.into_iter().filter(|segment| is_kept(bytes, segment)) {
        kept.extend_from_slice(&bytes[segment.range.clone()]);
    }
    if layout.orientation != Orientation::NoTransforms {
        kept.extend_from_slice(&orientation_segment(layout.orientation));
    }
    for segment in others.into_iter().filter(|segment| is_kept(bytes, segment)) {
        kept.extend_from_slice(&bytes[segment.range.clone()]);
    }
    // The end marker is no segment of the layout.
    kept.extend_from_slice(b"\xff\xd9");
    kept
}

/// JFIF (0xe0) and Adobe (0xee) say how colours are coded, and are kept in their shortest form: a longer one holds a
/// thumbnail or other data. The other APPn segments are metadata, and 0xfe is a comment.
fn is_kept(bytes: &[u8], segment: &Segment) -> bool {
    match segment.marker {
        0xe0 => segment.payload(bytes).starts_with(b"JFIF\0") && segment.payload(bytes).len() == 14,
        0xee => segment.payload(bytes).starts_with(b"Adobe") && segment.payload(bytes).len() == 12,
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// An EXIF segment that holds the orientation and nothing else: a little-endian TIFF header, and a directory with the
/// one tag 0x0112 of type SHORT.
fn orientation_segment(orientation: Orientation) -> Vec<u8> {
    let mut segment = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    segment.extend_from_slice(&[orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    segment
}

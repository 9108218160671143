//! Checks PNG files: reads their chunks, decodes the image row by row, and removes metadata.
//!
//! The chunks are read by code of our own (PNG, 5.3), because a decoder skips what it does not need. The pixels are
//! decoded by the crate `png`.

use std::io::{Cursor, Read};
use std::ops::Range;

use flate2::read::ZlibDecoder;
use image::RgbImage;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{DecodedImage, MAX_SCAN_PIXELS, check_pixel_count};
use crate::{MediaType, Unacceptable};

/// The most bytes that all texts and colour profiles together may have when they are inflated.
const MAX_INFLATED: u64 = 4 << 20;
/// The most chunks that a PNG may have. Programs write fewer; a list of millions would need more memory than the file.
const MAX_CHUNKS: usize = 50_000;
/// The most memory that the decoder may need beside the image, in bytes: rows and tables.
const MAX_DECODER_BYTES: usize = 16 << 20;

/// The chunks that affect the pixels, and are kept. The others are metadata, or unknown.
const KEPT_CHUNKS: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"];

/// `what` ends up in a sentence: "the PNG is damaged: it has no header".
fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Png, what }
}

/// Proves that a scan is whole, and removes its metadata.
pub fn check_scan(bytes: Vec<u8>) -> Result<DecodedImage, Unacceptable> {
    let stripped = remove_metadata(&bytes, MAX_SCAN_PIXELS)?;
    // Both files at once would need more memory than a check may.
    drop(bytes);
    let mut reader = new_reader(&stripped, Transformations::IDENTITY)?;
    // One row at a time shows that the image is whole, without memory for all of it.
    while reader.next_row().map_err(|_| damaged("its image cannot be decoded to the end"))?.is_some() {}
    let (width, height) = reader.info().size();
    Ok(DecodedImage { bytes: stripped, width, height })
}

/// Decodes a photo. Transparent parts become white.
pub fn decode_photo(bytes: &[u8], max_pixels: u64) -> Result<RgbImage, Unacceptable> {
    let stripped = remove_metadata(bytes, max_pixels)?;
    let mut reader = new_reader(&stripped, Transformations::normalize_to_color8())?;
    let length = reader.output_buffer_size().ok_or(damaged("its size is impossible"))?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(|_| damaged("its image cannot be decoded to the end"))?;
    let pixels = to_rgb(pixels, frame.color_type);
    RgbImage::from_raw(frame.width, frame.height, pixels).ok_or(damaged("its size differs from the one in its header"))
}

/// Reads the header. The limit on memory counts what the decoder allocates beside the image.
fn new_reader(bytes: &[u8], transformations: Transformations) -> Result<png::Reader<Cursor<&[u8]>>, Unacceptable> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_DECODER_BYTES });
    decoder.set_transformations(transformations);
    decoder.read_info().map_err(|_| damaged("its header cannot be read"))
}

/// Converts decoded pixels to RGB, in place where that is possible: two images in memory at once are more than a check
/// may take.
fn to_rgb(mut pixels: Vec<u8>, from: ColorType) -> Vec<u8> {
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match from {
        ColorType::Rgb | ColorType::Indexed => pixels,
        ColorType::Grayscale => pixels.into_iter().flat_map(|grey| [grey; 3]).collect(),
        ColorType::GrayscaleAlpha => pixels.chunks_exact(2).flat_map(|p| [over_white(p[0], p[1]); 3]).collect(),
        ColorType::Rgba => {
            let count = pixels.len() / 4;
            for index in 0..count {
                let alpha = pixels[index * 4 + 3];
                for channel in 0..3 {
                    pixels[index * 3 + channel] = over_white(pixels[index * 4 + channel], alpha);
                }
            }
            pixels.truncate(count * 3);
            pixels
        }
    }
}

/// A chunk of the file.
struct Chunk {
    /// Its type, as in `IHDR`.
    kind: [u8; 4],
    /// Its bytes in the file: length, type, data and checksum.
    range: Range<usize>,
}

impl Chunk {
    /// Its data, without length, type and checksum.
    fn data<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.range.start + 8..self.range.end - 4]
    }
}

/// The same image without what its pixels do not need, or why it is no such image.
fn remove_metadata(bytes: &[u8], max_pixels: u64) -> Result<Vec<u8>, Unacceptable> {
    let chunks = chunks(bytes)?;
    if chunks.iter().any(|chunk| matches!(&chunk.kind, b"acTL" | b"fcTL" | b"fdAT")) {
        return Err(Unacceptable::Animated);
    }
    let raw = raw_length(&chunks, bytes, max_pixels)?;
    check_inflated_size(&chunks, bytes)?;
    check_image_data(&chunks, bytes, raw)?;
    let mut kept = bytes[..8].to_vec();
    for chunk in chunks {
        if KEPT_CHUNKS.contains(&&chunk.kind) {
            kept.extend_from_slice(&bytes[chunk.range]);
        } else if chunk.kind[0].is_ascii_uppercase() {
            return Err(damaged("it has an unknown critical chunk"));
        }
    }
    Ok(kept)
}

/// Lists the chunks of a file. Refuses a file in which anything follows the last chunk `IEND`.
///
/// Checksums are not compared here: the decoder does it for the chunks that are kept.
fn chunks(bytes: &[u8]) -> Result<Vec<Chunk>, Unacceptable> {
    let mut chunks = Vec::new();
    let mut position = 8;
    loop {
        let header = bytes.get(position..position + 8).ok_or(damaged("it ends before the end of the image"))?;
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let end = position + 12 + length;
        if end > bytes.len() {
            return Err(damaged("a chunk is longer than the file"));
        }
        if chunks.len() == MAX_CHUNKS {
            return Err(damaged("it has too many chunks"));
        }
        let kind = [header[4], header[5], header[6], header[7]];
        chunks.push(Chunk { kind, range: position..end });
        position = end;
        if &kind == b"IEND" {
            // Decoders ignore what follows, so it is a place to hide another file.
            let is_last = position == bytes.len();
            return is_last
                .then_some(chunks)
                .ok_or(Unacceptable::SeveralDocuments { what: "data after the end of the image" });
        }
    }
}

/// How many bytes the image data has when it is inflated, by the header. Each row begins with a filter byte.
fn raw_length(chunks: &[Chunk], bytes: &[u8], max_pixels: u64) -> Result<u64, Unacceptable> {
    let first = chunks.first().filter(|chunk| &chunk.kind == b"IHDR").ok_or(damaged("it has no header"))?;
    let [w3, w2, w1, w0, h3, h2, h1, h0, depth, color, _, _, interlaced] = *first.data(bytes) else {
        return Err(damaged("its header has the wrong length"));
    };
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    check_pixel_count(width, height, max_pixels)?;
    let (Some(color), Some(depth)) = (ColorType::from_u8(color), BitDepth::from_u8(depth)) else {
        return Err(damaged("its header holds impossible values"));
    };
    let bits = color.samples() as u64 * depth as u64;
    let pass = |columns: u64, rows: u64| if columns == 0 { 0 } else { rows * (1 + (columns * bits).div_ceil(8)) };
    let (width, height) = (u64::from(width), u64::from(height));
    if interlaced == 0 {
        return Ok(pass(width, height));
    }
    // Adam7: the first column and row of each pass, and the distances between its columns and rows.
    let passes: [[u64; 4]; 7] =
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    let sizes =
        passes.map(|[x, y, dx, dy]| pass(width.saturating_sub(x).div_ceil(dx), height.saturating_sub(y).div_ceil(dy)));
    Ok(sizes.iter().sum())
}

/// Refuses compressed metadata that inflates to more than the limit. It is not stored, but the file comes from an
/// attacker then, and another program may have stored and opened it.
fn check_inflated_size(chunks: &[Chunk], bytes: &[u8]) -> Result<(), Unacceptable> {
    let mut inflated = 0;
    for chunk in chunks {
        let data = chunk.data(bytes);
        let after_name = data.iter().position(|byte| *byte == 0).map_or(&[][..], |end| &data[end + 1..]);
        let compressed = match &chunk.kind {
            b"zTXt" | b"iCCP" => after_name.get(1..),
            b"iTXt" if after_name.first() == Some(&1) => after_name.get(2..).map(|rest| {
                let ends: Vec<_> = rest.iter().enumerate().filter(|(_, byte)| **byte == 0).take(2).collect();
                ends.get(1).map_or(&[][..], |(end, _)| &rest[end + 1..])
            }),
            _ => continue,
        };
        let reader = ZlibDecoder::new(compressed.unwrap_or_default()).take(MAX_INFLATED + 1 - inflated);
        // Damaged metadata is no reason to refuse the file, since it is removed.
        inflated += count_bytes(reader).0;
        if inflated > MAX_INFLATED {
            return Err(Unacceptable::InflatesTooMuch { limit: MAX_INFLATED });
        }
    }
    Ok(())
}

/// Proves that the image data is exactly as long as the header says, and that nothing is hidden after it.
fn check_image_data(chunks: &[Chunk], bytes: &[u8], raw: u64) -> Result<(), Unacceptable> {
    let parts: Vec<_> = chunks.iter().filter(|chunk| &chunk.kind == b"IDAT").map(|chunk| chunk.data(bytes)).collect();
    let mut inflating = ZlibDecoder::new(ConcatReader { current: &[], rest: parts.iter() });
    let (length, is_whole) = count_bytes(inflating.by_ref().take(raw + 1));
    if !is_whole || length != raw {
        return Err(damaged("it has more or less image data than its header says"));
    }
    let compressed: usize = parts.iter().map(|part| part.len()).sum();
    if inflating.total_in() != compressed as u64 {
        return Err(Unacceptable::SeveralDocuments { what: "data after the end of the image" });
    }
    Ok(())
}

/// Reads to the end or to an error. Returns how many bytes there were, and whether it was the end.
fn count_bytes(mut reader: impl Read) -> (u64, bool) {
    let mut buffer = [0; 32 << 10];
    let mut length = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (length, true),
            Ok(read) => length += read as u64,
            Err(_) => return (length, false),
        }
    }
}

/// Reads slices one after the other, as if they were one. Copying them together would need the memory twice.
struct ConcatReader<'a> {
    current: &'a [u8],
    rest: std::slice::Iter<'a, &'a [u8]>,
}

impl Read for ConcatReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        // A slice may be empty, and 0 bytes would mean the end.
        while self.current.is_empty() {
            match self.rest.next() {
                Some(next) => self.current = next,
                None => return Ok(0),
            }
        }
        self.current.read(buffer)
    }
}

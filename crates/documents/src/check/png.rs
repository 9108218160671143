//! A PNG: its chunks judged, its image decoded row by row, its metadata left out.

use std::io::{Cursor, Read};
use std::ops::Range;

use flate2::read::ZlibDecoder;
use image::RgbImage;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{MAX_SCAN_PIXELS, Proven, limit_pixels};
use crate::{MediaType, Unacceptable};

/// The most bytes that a text or a colour profile may have once it is inflated.
const MAX_INFLATED: u64 = 4 << 20;
/// More chunks than any program writes; a list of millions would be larger than the file.
const MAX_CHUNKS: usize = 50_000;
/// What a decoder may take beside the image: rows and tables.
const DECODER_BYTES: usize = 16 << 20;

/// Chunks that say how pixels look. The others are metadata, or unknown.
const NEEDED: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"];

fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Png, what }
}

/// Checks a scan.
pub fn scan(bytes: Vec<u8>) -> Result<Proven, Unacceptable> {
    let stripped = strip(&bytes, MAX_SCAN_PIXELS)?;
    drop(bytes);
    let mut reader = open(&stripped, Transformations::IDENTITY)?;
    // Rows suffice to see that the image is whole; nobody looks at it here.
    while reader.next_row().map_err(|_| damaged("its image cannot be decoded to the end"))?.is_some() {}
    let (width, height) = reader.info().size();
    Ok(Proven { bytes: stripped, width, height })
}

/// Decodes a photo, on white where it is transparent.
pub fn photo(bytes: &[u8], max_pixels: u64) -> Result<RgbImage, Unacceptable> {
    let stripped = strip(bytes, max_pixels)?;
    let mut reader = open(&stripped, Transformations::normalize_to_color8())?;
    let length = reader.output_buffer_size().ok_or(damaged("its size is impossible"))?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(|_| damaged("its image cannot be decoded to the end"))?;
    let pixels = to_rgb(pixels, frame.color_type);
    RgbImage::from_raw(frame.width, frame.height, pixels).ok_or(damaged("it has another size than it says"))
}

fn open(bytes: &[u8], transformations: Transformations) -> Result<png::Reader<Cursor<&[u8]>>, Unacceptable> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODER_BYTES });
    decoder.set_transformations(transformations);
    decoder.read_info().map_err(|_| damaged("its header cannot be read"))
}

/// In place where it can be: two images in memory at once would be more than a check may take.
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

struct Chunk {
    kind: [u8; 4],
    range: Range<usize>,
}

impl Chunk {
    fn data<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.range.start + 8..self.range.end - 4]
    }
}

/// The same image without what its pixels do not need, or why it is no such image.
fn strip(bytes: &[u8], max_pixels: u64) -> Result<Vec<u8>, Unacceptable> {
    let chunks = chunks(bytes)?;
    if chunks.iter().any(|chunk| matches!(&chunk.kind, b"acTL" | b"fcTL" | b"fdAT")) {
        return Err(Unacceptable::Animated);
    }
    let raw = raw_length(&chunks, bytes, max_pixels)?;
    limit_inflated(&chunks, bytes)?;
    prove_data(&chunks, bytes, raw)?;
    let mut kept = bytes[..8].to_vec();
    for chunk in chunks {
        if NEEDED.contains(&&chunk.kind) {
            kept.extend_from_slice(&bytes[chunk.range]);
        } else if chunk.kind[0].is_ascii_uppercase() {
            return Err(damaged("it has a critical chunk that nobody knows"));
        }
    }
    Ok(kept)
}

fn chunks(bytes: &[u8]) -> Result<Vec<Chunk>, Unacceptable> {
    let mut chunks = Vec::new();
    let mut at = 8;
    loop {
        let header = bytes.get(at..at + 8).ok_or(damaged("it ends before the end of the image"))?;
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let end = at + 12 + length;
        if end > bytes.len() {
            return Err(damaged("a chunk is longer than the file"));
        }
        if chunks.len() == MAX_CHUNKS {
            return Err(damaged("it has too many chunks"));
        }
        let kind = [header[4], header[5], header[6], header[7]];
        chunks.push(Chunk { kind, range: at..end });
        at = end;
        if &kind == b"IEND" {
            let whole = at == bytes.len();
            return whole
                .then_some(chunks)
                .ok_or(Unacceptable::MoreThanOne { what: "data after the end of the image" });
        }
    }
}

/// How many bytes the image has before it is compressed, by its header.
fn raw_length(chunks: &[Chunk], bytes: &[u8], max_pixels: u64) -> Result<u64, Unacceptable> {
    let first = chunks.first().filter(|chunk| &chunk.kind == b"IHDR").ok_or(damaged("it has no header"))?;
    let [w3, w2, w1, w0, h3, h2, h1, h0, depth, color, _, _, interlaced] = *first.data(bytes) else {
        return Err(damaged("its header has the wrong length"));
    };
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    limit_pixels(width, height, max_pixels)?;
    let (Some(color), Some(depth)) = (ColorType::from_u8(color), BitDepth::from_u8(depth)) else {
        return Err(damaged("its header says what cannot be"));
    };
    let bits = color.samples() as u64 * depth as u64;
    let pass = |across: u64, down: u64| if across == 0 { 0 } else { down * (1 + (across * bits).div_ceil(8)) };
    let (width, height) = (u64::from(width), u64::from(height));
    if interlaced == 0 {
        return Ok(pass(width, height));
    }
    // Adam7: where each pass begins, and how far apart its pixels are.
    let passes: [[u64; 4]; 7] =
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    let sizes =
        passes.map(|[x, y, dx, dy]| pass(width.saturating_sub(x).div_ceil(dx), height.saturating_sub(y).div_ceil(dy)));
    Ok(sizes.iter().sum())
}

/// Inflates what is only metadata, up to the limit: it is not kept, but a file that carries a bomb is not taken either.
fn limit_inflated(chunks: &[Chunk], bytes: &[u8]) -> Result<(), Unacceptable> {
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
        // What does not inflate is not kept, so it need not be whole.
        inflated += count(reader).0;
        if inflated > MAX_INFLATED {
            return Err(Unacceptable::Expands { limit: MAX_INFLATED });
        }
    }
    Ok(())
}

/// Proves that the image data is exactly as much as the header says, and that nothing is hidden behind it.
fn prove_data(chunks: &[Chunk], bytes: &[u8], raw: u64) -> Result<(), Unacceptable> {
    let parts: Vec<_> = chunks.iter().filter(|chunk| &chunk.kind == b"IDAT").map(|chunk| chunk.data(bytes)).collect();
    let mut inflating = ZlibDecoder::new(Parts { current: &[], rest: parts.iter() });
    let (length, whole) = count(inflating.by_ref().take(raw + 1));
    if !whole || length != raw {
        return Err(damaged("it has more or less image data than its header says"));
    }
    let compressed: usize = parts.iter().map(|part| part.len()).sum();
    if inflating.total_in() != compressed as u64 {
        return Err(Unacceptable::MoreThanOne { what: "data after the end of the image" });
    }
    Ok(())
}

/// How many bytes come before the end or an error, and whether it was the end.
fn count(mut reader: impl Read) -> (u64, bool) {
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

/// Reads slices one after the other.
struct Parts<'a> {
    current: &'a [u8],
    rest: std::slice::Iter<'a, &'a [u8]>,
}

impl Read for Parts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.current.is_empty() {
            match self.rest.next() {
                Some(next) => self.current = next,
                None => return Ok(0),
            }
        }
        self.current.read(buffer)
    }
}

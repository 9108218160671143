//! Reads the segments and headers of a JPEG (ITU-T T.81), before anything is decoded.
//!
//! A decoder would skip unknown segments and stop at the end of the image. The check must see both, and must know how
//! much memory and time the decoder will need.

use std::ops::Range;

use image::metadata::Orientation;

use crate::{MediaType, Unacceptable};

/// The most scans that a JPEG may have. Encoders make fewer; more would only keep a decoder busy.
const MAX_SCANS: usize = 32;

/// The most segments that a JPEG may have. Cameras write fewer; a list of millions would need more memory than the
/// file.
const MAX_SEGMENTS: usize = 10_000;

/// The second byte of the marker SOI.
const START_OF_IMAGE: u8 = 0xd8;
/// The second byte of the marker EOI.
const END_OF_IMAGE: u8 = 0xd9;
/// The second byte of the marker SOS.
const START_OF_SCAN: u8 = 0xda;

/// The structure of a JPEG that is one image from its first to its last byte.
pub struct JpegLayout {
    /// The width by the frame header, in pixels.
    pub width: u32,
    /// The height by the frame header, in pixels.
    pub height: u32,
    /// The sampling factors of each component, horizontal and vertical, from 1 to 4.
    pub sampling: Vec<(u8, u8)>,
    /// The number of scans. With more than one, a decoder first collects the coefficients of the whole image.
    pub scans: usize,
    /// The length of the data of all scans, in bytes.
    scan_bytes: u64,
    /// All segments between the start and the end of the image. A scan's segment includes its data.
    pub segments: Vec<Segment>,
    /// How to turn the image to show it upright, by its EXIF metadata.
    pub orientation: Orientation,
}

/// A marker with its content.
pub struct Segment {
    /// The marker's second byte.
    pub marker: u8,
    /// Its bytes in the file, from the marker on.
    pub range: Range<usize>,
}

impl Segment {
    /// Its content, after marker and length.
    pub fn payload<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.range.start + 4..self.range.end]
    }
}

/// `what` ends up in a sentence: "the JPEG is damaged: it has two frame headers".
fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Jpeg, what }
}

impl JpegLayout {
    /// Reads all segments. Refuses a file in which anything follows the end of the image.
    pub fn read(bytes: &[u8]) -> Result<Self, Unacceptable> {
        let mut layout = Self {
            width: 0,
            height: 0,
            sampling: Vec::new(),
            scans: 0,
            scan_bytes: 0,
            segments: Vec::new(),
            orientation: Orientation::NoTransforms,
        };
        let mut position = 2;
        loop {
            let start = find_marker(bytes, position)?;
            let marker = bytes[start + 1];
            if marker == END_OF_IMAGE {
                return layout.finish(&bytes[start + 2..]);
            }
            position = layout.read_segment(bytes, start, marker)?;
        }
    }

    /// Reads the segment that starts there, and returns where it ends.
    fn read_segment(&mut self, bytes: &[u8], start: usize, marker: u8) -> Result<usize, Unacceptable> {
        let length = bytes.get(start + 2..start + 4).ok_or(damaged("it ends within a segment"))?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let mut end = start + 2 + length;
        if length < 2 || end > bytes.len() {
            return Err(damaged("a segment's length is wrong"));
        }
        match marker {
            START_OF_IMAGE | 0x00..=0x01 | 0xd0..=0xd7 => return Err(damaged("a marker is at an impossible position")),
            0xc0..=0xc2 => self.read_frame_header(&bytes[start + 4..end])?,
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf | 0xcc => {
                return Err(Unacceptable::Unsupported { what: "a lossless, hierarchical or arithmetic JPEG" });
            }
            0xe1 => self.read_orientation(&bytes[start + 4..end]),
            START_OF_SCAN => {
                self.count_scan()?;
                let length = scan_data_length(&bytes[end..])?;
                self.scan_bytes += length as u64;
                end += length;
            }
            _ => {}
        }
        if self.segments.len() == MAX_SEGMENTS {
            return Err(damaged("it has too many segments"));
        }
        self.segments.push(Segment { marker, range: start..end });
        Ok(end)
    }

    /// Reads size and sampling from the frame header SOF0, SOF1 or SOF2 (T.81, B.2.2).
    ///
    /// Allows grey and colour images of 8 bits alone. Cameras and scanners make no others, and each variety is one more
    /// way to show different content in different programs.
    fn read_frame_header(&mut self, payload: &[u8]) -> Result<(), Unacceptable> {
        let [depth, h1, h0, w1, w0, components, rest @ ..] = payload else {
            return Err(damaged("its frame header is too short"));
        };
        if !self.sampling.is_empty() {
            return Err(damaged("it has two frame headers"));
        }
        if *depth != 8 {
            return Err(Unacceptable::Unsupported { what: "a JPEG with more or fewer than 8 bits a sample" });
        }
        if !matches!(components, 1 | 3) {
            return Err(Unacceptable::Unsupported { what: "a JPEG in CMYK" });
        }
        (self.width, self.height) = (u16::from_be_bytes([*w1, *w0]).into(), u16::from_be_bytes([*h1, *h0]).into());
        self.sampling = rest.chunks_exact(3).map(|c| (c[1] >> 4, c[1] & 15)).collect();
        let sampled = self.sampling.iter().all(|(across, down)| (1..=4).contains(across) && (1..=4).contains(down));
        if self.width == 0 || self.height == 0 || self.sampling.len() != usize::from(*components) || !sampled {
            return Err(damaged("its frame header holds impossible values"));
        }
        Ok(())
    }

    /// Reads the orientation from an EXIF segment. A broken segment counts as none: it is metadata, and the image may
    /// be fine.
    fn read_orientation(&mut self, payload: &[u8]) {
        if let Some(exif) = payload.strip_prefix(b"Exif\0\0") {
            self.orientation = Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms);
        }
    }

    /// Counts a scan. Refuses it before the decoder spends a pass over the image on it.
    fn count_scan(&mut self) -> Result<(), Unacceptable> {
        self.scans += 1;
        if self.sampling.is_empty() {
            return Err(damaged("a scan comes before the frame header"));
        }
        if self.scans > MAX_SCANS { Err(Unacceptable::TooManyScans { limit: MAX_SCANS }) } else { Ok(()) }
    }

    /// Checks what can only be known at the end. `rest` is what follows the end of the image.
    fn finish(self, rest: &[u8]) -> Result<Self, Unacceptable> {
        if self.scans == 0 {
            return Err(damaged("there is no image in it"));
        }
        if !rest.is_empty() {
            // Decoders ignore it, so it is a place to hide another file.
            return Err(Unacceptable::SeveralDocuments { what: "data after the end of the image" });
        }
        Ok(self)
    }

    /// Refuses a header that promises more blocks than the scans can hold: each block needs one bit at least.
    ///
    /// Otherwise a file of some bytes could make the decoder allocate and fill a large image.
    pub fn check_data(&self) -> Result<(), Unacceptable> {
        let enough = self.scan_bytes * 8 >= self.blocks();
        if enough { Ok(()) } else { Err(damaged("it has less image data than its header says")) }
    }

    /// How many bytes a decoder needs for the coefficients of the whole image: 0 if there is one scan and it is
    /// baseline.
    pub fn coefficient_bytes(&self) -> u64 {
        if self.scans == 1 && !self.segments.iter().any(|segment| segment.marker == 0xc2) {
            return 0;
        }
        self.blocks() * 128
    }

    /// The number of blocks of 64 values, where each side is padded to whole units of the sampling (T.81, A.2).
    fn blocks(&self) -> u64 {
        if self.sampling.len() == 1 {
            // The sampling factors of a single component have no effect.
            return u64::from(self.width).div_ceil(8) * u64::from(self.height).div_ceil(8);
        }
        let across = u64::from(self.sampling.iter().map(|s| s.0).max().unwrap_or(1));
        let down = u64::from(self.sampling.iter().map(|s| s.1).max().unwrap_or(1));
        let units = u64::from(self.width).div_ceil(8 * across) * u64::from(self.height).div_ceil(8 * down);
        units * self.sampling.iter().map(|s| u64::from(s.0) * u64::from(s.1)).sum::<u64>()
    }
}

/// Where the next marker starts. Any number of fill bytes 0xff may stand before it.
fn find_marker(bytes: &[u8], position: usize) -> Result<usize, Unacceptable> {
    let rest = bytes.get(position..).unwrap_or_default();
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    if fill == rest.len() {
        return Err(damaged("it ends before the end of the image"));
    }
    if fill == 0 {
        return Err(damaged("there are unknown bytes between its segments"));
    }
    Ok(position + fill - 1)
}

/// The length of a scan's data: up to the next marker. A stuffed zero byte and a restart marker belong to the data.
fn scan_data_length(bytes: &[u8]) -> Result<usize, Unacceptable> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(ends).ok_or(damaged("it ends within the image"))
}

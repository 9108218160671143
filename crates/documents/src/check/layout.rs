//! How a JPEG is laid out: its segments, and what its header says, before anything is decoded.

use std::ops::Range;

use image::metadata::Orientation;

use crate::{MediaType, Unacceptable};

/// More scans than any encoder makes; one that has them is made to keep a decoder busy.
const MAX_SCANS: usize = 32;

/// More segments than any camera writes; a list of millions would be larger than the file.
const MAX_SEGMENTS: usize = 10_000;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// A JPEG that is one image from its first to its last byte.
pub struct Layout {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How many times each component is sampled, across and down.
    pub sampling: Vec<(u8, u8)>,
    /// How many scans there are; more than one is decoded into coefficients of the whole image first.
    pub scans: usize,
    /// How many bytes all scans have.
    coded: u64,
    /// Every segment between start and end, a scan together with its data.
    pub segments: Vec<Segment>,
    /// How the image is to be turned for people.
    pub orientation: Orientation,
}

/// One marker with what belongs to it.
pub struct Segment {
    /// The marker's second byte.
    pub marker: u8,
    /// Where it is, marker included.
    pub range: Range<usize>,
}

impl Segment {
    /// What stands in it, after marker and length.
    pub fn payload<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.range.start + 4..self.range.end]
    }
}

fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Jpeg, what }
}

impl Layout {
    /// Walks through all segments. Nothing may follow the last one.
    pub fn read(bytes: &[u8]) -> Result<Self, Unacceptable> {
        let mut layout = Self {
            width: 0,
            height: 0,
            sampling: Vec::new(),
            scans: 0,
            coded: 0,
            segments: Vec::new(),
            orientation: Orientation::NoTransforms,
        };
        let mut at = 2;
        loop {
            let start = skip_fill(bytes, at)?;
            let marker = bytes[start + 1];
            if marker == END {
                return layout.end(&bytes[start + 2..]);
            }
            at = layout.segment(bytes, start, marker)?;
        }
    }

    fn segment(&mut self, bytes: &[u8], start: usize, marker: u8) -> Result<usize, Unacceptable> {
        let length = bytes.get(start + 2..start + 4).ok_or(damaged("it ends within a segment"))?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let mut end = start + 2 + length;
        if length < 2 || end > bytes.len() {
            return Err(damaged("a segment's length is wrong"));
        }
        match marker {
            START | 0x00..=0x01 | 0xd0..=0xd7 => return Err(damaged("a marker is where none can be")),
            0xc0..=0xc2 => self.frame(&bytes[start + 4..end])?,
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf | 0xcc => {
                return Err(Unacceptable::Unsupported { what: "a lossless, hierarchical or arithmetic JPEG" });
            }
            0xe1 => self.exif(&bytes[start + 4..end]),
            SCAN => {
                self.scan()?;
                let length = entropy_coded(&bytes[end..])?;
                self.coded += length as u64;
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

    fn frame(&mut self, payload: &[u8]) -> Result<(), Unacceptable> {
        let [depth, h1, h0, w1, w0, components, rest @ ..] = payload else {
            return Err(damaged("its frame header is too short"));
        };
        if !self.sampling.is_empty() {
            return Err(damaged("it has two frame headers"));
        }
        if *depth != 8 {
            return Err(Unacceptable::Unsupported { what: "a JPEG of other than 8 bits a sample" });
        }
        if !matches!(components, 1 | 3) {
            return Err(Unacceptable::Unsupported { what: "a JPEG in CMYK" });
        }
        (self.width, self.height) = (u16::from_be_bytes([*w1, *w0]).into(), u16::from_be_bytes([*h1, *h0]).into());
        self.sampling = rest.chunks_exact(3).map(|c| (c[1] >> 4, c[1] & 15)).collect();
        let sampled = self.sampling.iter().all(|(across, down)| (1..=4).contains(across) && (1..=4).contains(down));
        if self.width == 0 || self.height == 0 || self.sampling.len() != usize::from(*components) || !sampled {
            return Err(damaged("its frame header says what cannot be"));
        }
        Ok(())
    }

    fn exif(&mut self, payload: &[u8]) {
        if let Some(exif) = payload.strip_prefix(b"Exif\0\0") {
            self.orientation = Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms);
        }
    }

    fn scan(&mut self) -> Result<(), Unacceptable> {
        self.scans += 1;
        if self.sampling.is_empty() {
            return Err(damaged("a scan comes before the frame header"));
        }
        if self.scans > MAX_SCANS { Err(Unacceptable::TooManyScans { limit: MAX_SCANS }) } else { Ok(()) }
    }

    fn end(self, rest: &[u8]) -> Result<Self, Unacceptable> {
        if self.scans == 0 {
            return Err(damaged("there is no image in it"));
        }
        if !rest.is_empty() {
            return Err(Unacceptable::MoreThanOne { what: "data after the end of the image" });
        }
        Ok(self)
    }

    /// Refuses a header that speaks of more than there is: each block has a bit at the very least.
    pub fn check_data(&self) -> Result<(), Unacceptable> {
        let enough = self.coded * 8 >= self.blocks();
        if enough { Ok(()) } else { Err(damaged("it has less image data than its header says")) }
    }

    /// How many bytes a decoder needs for the coefficients of the whole image: none if there is one scan.
    pub fn coefficient_bytes(&self) -> u64 {
        if self.scans == 1 && !self.segments.iter().any(|segment| segment.marker == 0xc2) {
            return 0;
        }
        self.blocks() * 128
    }

    /// How many blocks of 64 values the image has, filled up to whole units of its sampling.
    fn blocks(&self) -> u64 {
        if self.sampling.len() == 1 {
            // One component alone is never filled up, whatever its sampling.
            return u64::from(self.width).div_ceil(8) * u64::from(self.height).div_ceil(8);
        }
        let across = u64::from(self.sampling.iter().map(|s| s.0).max().unwrap_or(1));
        let down = u64::from(self.sampling.iter().map(|s| s.1).max().unwrap_or(1));
        let units = u64::from(self.width).div_ceil(8 * across) * u64::from(self.height).div_ceil(8 * down);
        units * self.sampling.iter().map(|s| u64::from(s.0) * u64::from(s.1)).sum::<u64>()
    }
}

/// A marker may be filled up with any number of 0xff before it.
fn skip_fill(bytes: &[u8], at: usize) -> Result<usize, Unacceptable> {
    let rest = bytes.get(at..).unwrap_or_default();
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    if fill == rest.len() {
        return Err(damaged("it ends before the end of the image"));
    }
    if fill == 0 {
        return Err(damaged("something stands between its segments"));
    }
    Ok(at + fill - 1)
}

/// How long a scan's data is: up to the next marker that is neither a stuffed byte nor a restart.
fn entropy_coded(bytes: &[u8]) -> Result<usize, Unacceptable> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(ends).ok_or(damaged("it ends within the image"))
}

//! Builds PNG and JPEG files part by part, so that they can be wrong in one part.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// A chunk of a PNG, with its checksum.
pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, &kind[..], data, &crc.sum().to_be_bytes()].concat()
}

/// The header of a PNG.
pub fn ihdr(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
    chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat())
}

/// A PNG of chunks.
pub fn png_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat(), chunk(b"IEND", &[])].concat()
}

/// A PNG of a header and compressed image data.
pub fn png(width: u32, height: u32, depth: u8, color: u8, data: &[u8]) -> Vec<u8> {
    png_of(&[ihdr(width, height, depth, color), chunk(b"IDAT", data)])
}

/// Compressed bytes.
pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// So many zeros, compressed block by block, so that they are never in memory.
pub fn zeros(length: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = [0; 64 << 10];
    let mut left = length;
    while left > 0 {
        let part = left.min(block.len());
        encoder.write_all(&block[..part]).unwrap();
        left -= part;
    }
    encoder.finish().unwrap()
}

/// A segment of a JPEG.
pub fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], payload].concat()
}

/// Quantization, frame header and Huffman tables of a JPEG. Every table has the single code `0`, for the symbol 0: in
/// an AC table it ends the block, and in a DC table it repeats the value. So the data of a scan can be nothing but
/// zeros.
pub fn jpeg_head(progressive: bool, width: u16, height: u16, components: u8) -> Vec<u8> {
    let [w1, w0] = width.to_be_bytes();
    let [h1, h0] = height.to_be_bytes();
    let mut frame = vec![8, h1, h0, w1, w0, components];
    frame.extend((1..=components).flat_map(|id| [id, 0x11, 0]));
    let quantization: Vec<u8> = std::iter::once(0).chain([1; 64]).collect();
    let table = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    let mut head = b"\xff\xd8".to_vec();
    head.extend(segment(0xdb, &quantization));
    head.extend(segment(if progressive { 0xc2 } else { 0xc0 }, &frame));
    head.extend(segment(0xc4, &table(0x00)));
    head.extend(segment(0xc4, &table(0x10)));
    head
}

/// The header of a scan of these components.
pub fn scan(components: &[u8], first: u8, last: u8) -> Vec<u8> {
    let mut payload = vec![u8::try_from(components.len()).unwrap()];
    payload.extend(components.iter().flat_map(|id| [*id, 0]));
    payload.extend([first, last, 0]);
    segment(0xda, &payload)
}

/// A progressive JPEG: one scan with all DC values, then so many scans with empty AC blocks.
pub fn progressive(width: u16, height: u16, components: u8, scans: usize) -> Vec<u8> {
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let mut jpeg = jpeg_head(true, width, height, components);
    let ids: Vec<u8> = (1..=components).collect();
    jpeg.extend(scan(&ids, 0, 0));
    jpeg.extend(vec![0; (blocks * usize::from(components)).div_ceil(8)]);
    for index in 0..scans {
        let id = ids[index % ids.len()];
        jpeg.extend(scan(&[id], 1, 63));
        jpeg.extend(vec![0; blocks.div_ceil(8)]);
    }
    jpeg.extend(b"\xff\xd9");
    jpeg
}

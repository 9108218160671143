//! Files that must be refused, and the largest ones that must be accepted.

use documents::{MAX_BYTES, sample};
use domain::vocabulary::document_kind::DocumentKind;

use crate::forge::{chunk, ihdr, jpeg_head, png, png_of, progressive, scan, zeros, zlib};

/// Makes one file. Functions and not bytes, so that only one file at a time is in memory.
type Make = fn() -> Vec<u8>;

/// The files that must be refused, by name.
pub const BOMBS: [(&str, Make); 33] = [
    ("a PNG of 60000 x 60000", || png(60_000, 60_000, 1, 0, &zeros(60_000 * 7501))),
    ("a PNG of the largest size there is", || png(0x7fff_ffff, 0x7fff_ffff, 16, 6, &zeros(1000))),
    ("a PNG with a text that becomes 200 MB", || {
        png_with(b"zTXt", &[b"Comment\0\0".to_vec(), zeros(200 << 20)].concat())
    }),
    ("a PNG with a profile that becomes 200 MB", || {
        png_with(b"iCCP", &[b"icc\0\0".to_vec(), zeros(200 << 20)].concat())
    }),
    ("a PNG with an iTXt that becomes 200 MB", || {
        png_with(b"iTXt", &[b"XML\0\x01\0en\0x\0".to_vec(), zeros(200 << 20)].concat())
    }),
    ("a PNG with a hundred texts of 1 MB each", || {
        let text = chunk(b"zTXt", &[b"Comment\0\0".to_vec(), zeros(1 << 20)].concat());
        png_of(&[vec![ihdr(400, 500, 8, 2)], vec![text; 100], vec![image_data(400, 500)]].concat())
    }),
    ("an animated PNG", || {
        let frame = |number: u32| {
            let control =
                [&number.to_be_bytes()[..], &400_u32.to_be_bytes(), &500_u32.to_be_bytes(), &[0; 14]].concat();
            chunk(b"fcTL", &control)
        };
        let mut chunks = vec![ihdr(400, 500, 8, 2), chunk(b"acTL", &[0, 1, 0, 0, 0, 0, 0, 0])];
        chunks.extend((0..40_000).map(frame));
        chunks.push(image_data(400, 500));
        png_of(&chunks)
    }),
    ("a PNG with less data than it says", || png(400, 500, 8, 2, &zeros(1201 * 499))),
    ("a PNG with more data than it says", || png(400, 500, 8, 2, &zeros(200 << 20))),
    ("a PNG with something behind its data", || png(400, 500, 8, 2, &[zeros(1201 * 500), b"hidden".to_vec()].concat())),
    ("a PNG whose data is none", || png(400, 500, 8, 2, &[0xff; 1000])),
    ("a PNG with a filter that does not exist", || png(400, 500, 8, 2, &zlib(&vec![9; 1201 * 500]))),
    ("a PNG with a wrong checksum", || {
        let mut png = png_of(&[ihdr(400, 500, 8, 2), image_data(400, 500)]);
        let at = png.len() - 14;
        png[at] ^= 1;
        png
    }),
    ("a PNG with a chunk of 4 GB", || {
        let mut png = png_of(&[ihdr(400, 500, 8, 2)]);
        png.splice(33..37, [0xff; 4]);
        png
    }),
    ("a PNG of a million chunks", || png_of(&[ihdr(400, 500, 8, 2), chunk(b"tEXt", b"").repeat(1_000_000)])),
    ("a PNG cut in the middle", || cut(png_of(&[ihdr(400, 500, 8, 2), image_data(400, 500)]))),
    ("a PNG with a ZIP archive at its end", || [png_of(&[ihdr(400, 500, 8, 2), image_data(400, 500)]), zip()].concat()),
    ("a JPEG of 65535 x 65535", || {
        [jpeg_head(false, 65_535, 65_535, 3), scan(&[1, 2, 3], 0, 63), vec![0; 1000], b"\xff\xd9".to_vec()].concat()
    }),
    ("a progressive JPEG of 65535 x 65535", || progressive_header(65_535, 65_535)),
    ("a progressive JPEG whose coefficients do not fit", || progressive(5000, 5000, 3, 1)),
    ("a progressive JPEG of thousands of scans", || progressive(800, 1000, 3, 9000)),
    ("a JPEG of nothing but scans", || progressive(8, 8, 1, 500_000)),
    ("a JPEG of millions of segments", || {
        [b"\xff\xd8".to_vec(), b"\xff\xe1\0\x02".repeat(5_000_000), b"\xff\xd9".to_vec()].concat()
    }),
    ("a JPEG with less image than it says", || {
        [jpeg_head(false, 1200, 1600, 3), scan(&[1, 2, 3], 0, 63), vec![0; 100], b"\xff\xd9".to_vec()].concat()
    }),
    ("a JPEG cut in the middle", || cut(sample::photo(1))),
    ("a JPEG cut in the middle, with an end", || [cut(sample::photo(1)), b"\xff\xd9".to_vec()].concat()),
    ("a JPEG with a ZIP archive at its end", || [sample::photo(1), zip()].concat()),
    ("a JPEG with a PDF in a comment", || {
        let photo = sample::photo(1);
        [&photo[..2], &crate::forge::segment(0xfe, b"%PDF-1.4\n1 0 obj"), &photo[2..]].concat()
    }),
    ("a PDF with a stream of many gigabytes", || pdf_with_length("9999999999999999999999")),
    ("a PDF cut in the middle", || cut(sample::page(&["text"; 40]))),
    ("a PDF of 20 MiB of names", || {
        let mut pdf = b"%PDF-1.7\n".to_vec();
        pdf.extend(b"/#4a".repeat((MAX_BYTES - 100) / 4));
        pdf.extend(b"\n/#4aava#53cript\nstartxref\n9\n%%EOF\n");
        pdf
    }),
    ("20 MiB of zeros", || vec![0; MAX_BYTES]),
    ("21 MiB of anything", || b"\xff\xd8\xff".iter().copied().cycle().take(21 << 20).collect()),
];

/// Valid documents of the largest size, which must be accepted.
pub const LARGEST: [(&str, DocumentKind, Make); 6] = [
    ("a PNG of 25 megapixels and 64 bits", DocumentKind::PassportPage, || {
        png(5000, 5000, 16, 6, &zeros(5000 * 40_001))
    }),
    ("a JPEG of 25 megapixels", DocumentKind::PassportPage, || baseline(5000, 5000)),
    ("a progressive JPEG of 11 megapixels and 32 scans", DocumentKind::PassportPage, || progressive(3000, 3800, 3, 31)),
    ("a PNG of 12 megapixels with transparency", DocumentKind::Photo, || png(3000, 4000, 8, 6, &zeros(4000 * 12_001))),
    ("a JPEG of 12 megapixels and 20 MiB", DocumentKind::Photo, || {
        let jpeg = baseline(3000, 4000);
        let filling = crate::forge::segment(0xef, &[7; 65_000]).repeat((MAX_BYTES - jpeg.len()) / 65_004);
        [&jpeg[..2], &filling, &jpeg[2..]].concat()
    }),
    ("a progressive JPEG of 9 megapixels", DocumentKind::Photo, || progressive(2600, 3500, 3, 31)),
];

/// The image data of an RGB image of zeros: each row has a filter byte and three bytes a pixel.
fn image_data(width: usize, height: usize) -> Vec<u8> {
    chunk(b"IDAT", &zeros((3 * width + 1) * height))
}

/// A valid PNG with this chunk before its image data.
fn png_with(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    png_of(&[ihdr(400, 500, 8, 2), chunk(kind, data), image_data(400, 500)])
}

/// The first half of a file.
fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// The end record of an empty ZIP archive. Programs find an archive by it.
fn zip() -> Vec<u8> {
    [&b"PK\x05\x06"[..], &[0; 18]].concat()
}

/// A page whose stream claims this length.
fn pdf_with_length(length: &str) -> Vec<u8> {
    String::from_utf8(sample::page(&["text"])).unwrap().replace("/Length ", &format!("/Length {length}")).into_bytes()
}

/// A valid baseline JPEG of zeros, 4:4:4.
fn baseline(width: u16, height: u16) -> Vec<u8> {
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    // For each block of each component one bit for the DC value and one for the end of the block.
    [
        jpeg_head(false, width, height, 3),
        scan(&[1, 2, 3], 0, 63),
        vec![0; (blocks * 6).div_ceil(8)],
        b"\xff\xd9".to_vec(),
    ]
    .concat()
}

/// A progressive JPEG of this size with hardly any data.
fn progressive_header(width: u16, height: u16) -> Vec<u8> {
    [jpeg_head(true, width, height, 3), scan(&[1, 2, 3], 0, 0), vec![0; 1000], b"\xff\xd9".to_vec()].concat()
}

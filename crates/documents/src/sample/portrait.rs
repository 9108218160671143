//! Generates a portrait that shows no real person.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// Width and height in pixels: 35 x 45 mm at 300 dpi.
const SIZE: (u32, u32) = (413, 531);

/// Makes a JPEG of 413 x 531 pixels with head and shoulders before a light wall, in colours that depend on the seed.
///
/// The same seed always gives the same bytes. A slight grain makes the file as large as that of a real photo.
pub fn photo(seed: u64) -> Vec<u8> {
    let mut random = SplitMix64(seed);
    let mut color = |from: u8, to: u8| [0; 3].map(|_: u8| from + (random.next() % u64::from(to - from)) as u8);
    let (wall, skin, clothes, hair) = (color(190, 240), color(120, 220), color(20, 120), color(10, 90));
    let mut image = RgbImage::new(SIZE.0, SIZE.1);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (x, y) = (f64::from(x), f64::from(y));
        let base = if is_in_ellipse(x, y, [206.0, 235.0, 88.0, 120.0]) && y > 165.0 {
            skin
        } else if is_in_ellipse(x, y, [206.0, 215.0, 100.0, 128.0]) {
            hair
        } else if is_in_ellipse(x, y, [206.0, 560.0, 185.0, 180.0]) {
            clothes
        } else if is_in_ellipse(x, y, [206.0, 370.0, 48.0, 70.0]) {
            skin
        } else {
            wall
        };
        let grain = (random.next() % 9) as i16 - 4;
        // Light falls from above.
        let light = 8 - (y / 32.0) as i16;
        *pixel = Rgb(base.map(|channel| (i16::from(channel) + grain + light).clamp(0, 255) as u8));
    }
    encode(&image)
}

/// At a quality that gives some tens of kilobytes, as a real photo of this size has.
fn encode(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(image);
    encoded.expect("a small RGB image can be encoded into memory");
    bytes
}

/// Whether the point lies in the ellipse with this centre and these half axes.
fn is_in_ellipse(x: f64, y: f64, [cx, cy, rx, ry]: [f64; 4]) -> bool {
    ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) <= 1.0
}

/// SplitMix64: random enough for colours and grain, and the same on every machine.
struct SplitMix64(u64);

impl SplitMix64 {
    /// The next number; all 64 bits are usable.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

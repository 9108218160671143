//! Checks portraits: decodes them, turns them upright, scales them down, and encodes nothing but their pixels.

use image::DynamicImage;
use image::metadata::Orientation;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{DecodedImage, MAX_PHOTO_PIXELS, jpeg, png};
use crate::{MediaType, Unacceptable};

/// The least width and height of a photo, in pixels. A badge needs so many.
const MIN_SIZE: (u32, u32) = (300, 400);
/// Larger photos are scaled down to fit this width and height, in pixels.
const MAX_SIZE: (u32, u32) = (1200, 1600);
/// The width in thousandths of the height. A passport photo of 35 x 45 mm has 778.
const ASPECT_RATIO: std::ops::RangeInclusive<u64> = 600..=900;
/// The JPEG quality, of 100. Above 90 files grow and faces do not get clearer.
const QUALITY: u8 = 90;

/// Checks a photo, and returns it as a JPEG without metadata.
pub fn check(media_type: MediaType, bytes: Vec<u8>) -> Result<DecodedImage, Unacceptable> {
    let (image, orientation) = match media_type {
        MediaType::Jpeg => jpeg::decode_photo(&bytes, MAX_PHOTO_PIXELS)?,
        MediaType::Png => (png::decode_photo(&bytes, MAX_PHOTO_PIXELS)?, Orientation::NoTransforms),
        // Never reached through `check`, which refuses a PDF by its kind. An error costs nothing and needs no panic.
        MediaType::Pdf => return Err(Unacceptable::NotAnAcceptedType { found: "a PDF", accepted: "a JPEG or PNG" }),
    };
    // The file, the decoded image and the scaled one at once would need more memory than a check may.
    drop(bytes);
    let swapped = swaps_sides(orientation);
    let (width, height) = if swapped { (image.height(), image.width()) } else { image.dimensions() };
    check_size(width, height)?;
    let mut image = DynamicImage::ImageRgb8(image);
    // Turned afterwards, so that fewer pixels have to be moved. So the limit is turned the other way here.
    if width > MAX_SIZE.0 || height > MAX_SIZE.1 {
        let (width, height) = if swapped { (MAX_SIZE.1, MAX_SIZE.0) } else { MAX_SIZE };
        image = image.thumbnail(width, height);
    }
    image.apply_orientation(orientation);
    Ok(encode(&image))
}

/// Whether turning the image upright makes its height its width.
fn swaps_sides(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Width and height are those of the upright image.
fn check_size(width: u32, height: u32) -> Result<(), Unacceptable> {
    let (min_width, min_height) = MIN_SIZE;
    if !ASPECT_RATIO.contains(&(u64::from(width) * 1000 / u64::from(height))) {
        return Err(Unacceptable::NotPortrait { width, height });
    }
    if width < min_width || height < min_height {
        return Err(Unacceptable::TooSmall { width, height, min_width, min_height });
    }
    Ok(())
}

/// Encodes the pixels as a JPEG. An encoder writes no metadata that it does not get.
fn encode(image: &DynamicImage) -> DecodedImage {
    let (width, height) = (image.width(), image.height());
    let mut bytes = Vec::new();
    // The encoder of the crate `image` takes 35 ms for a megapixel, and a whole check of a photo may take 15.
    let [columns, rows] = [width, height].map(|side| u16::try_from(side).expect("at most 1200 x 1600"));
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // 4:2:0 as phones and cameras do: colours at a quarter of the resolution. It takes two thirds of the time.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let encoded = encoder.encode(image.as_bytes(), columns, rows, ColorType::Rgb);
    encoded.expect("an RGB image of at most 1200 x 1600 can be encoded into memory");
    DecodedImage { bytes, width, height }
}

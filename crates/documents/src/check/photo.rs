//! A portrait: decoded, turned upright, scaled, and encoded anew without anything but its pixels.

use image::DynamicImage;
use image::metadata::Orientation;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{MAX_PHOTO_PIXELS, Proven, jpeg, png};
use crate::{MediaType, Unacceptable};

/// The least that a badge needs.
const MIN: (u32, u32) = (300, 400);
/// What is larger is scaled down to this.
const MAX: (u32, u32) = (1200, 1600);
/// Width to height in thousandths: a passport photo of 35 x 45 mm has 778.
const SHAPE: std::ops::RangeInclusive<u64> = 600..=900;
/// Of 100; above it, files grow and faces do not get clearer.
const QUALITY: u8 = 90;

/// Checks a photo and returns it as a clean JPEG.
pub fn check(media_type: MediaType, bytes: Vec<u8>) -> Result<Proven, Unacceptable> {
    let (image, orientation) = match media_type {
        MediaType::Jpeg => jpeg::photo(&bytes, MAX_PHOTO_PIXELS)?,
        MediaType::Png => (png::photo(&bytes, MAX_PHOTO_PIXELS)?, Orientation::NoTransforms),
        MediaType::Pdf => return Err(Unacceptable::NotAnAcceptedType { found: "a PDF", accepted: "a JPEG or PNG" }),
    };
    drop(bytes);
    let turned = turns_sideways(orientation);
    let (width, height) = if turned { (image.height(), image.width()) } else { image.dimensions() };
    judge(width, height)?;
    let mut image = DynamicImage::ImageRgb8(image);
    if width > MAX.0 || height > MAX.1 {
        let (width, height) = if turned { (MAX.1, MAX.0) } else { MAX };
        image = image.thumbnail(width, height);
    }
    image.apply_orientation(orientation);
    Ok(encode(&image))
}

fn turns_sideways(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn judge(width: u32, height: u32) -> Result<(), Unacceptable> {
    let (min_width, min_height) = MIN;
    if !SHAPE.contains(&(u64::from(width) * 1000 / u64::from(height))) {
        return Err(Unacceptable::NotPortrait { width, height });
    }
    if width < min_width || height < min_height {
        return Err(Unacceptable::TooSmall { width, height, min_width, min_height });
    }
    Ok(())
}

fn encode(image: &DynamicImage) -> Proven {
    let (width, height) = (image.width(), image.height());
    let mut bytes = Vec::new();
    // Not the encoder of `image`: it takes 35 ms for a megapixel, and a photo may cost 15 in all.
    let [across, down] = [width, height].map(|side| u16::try_from(side).expect("at most 1200 x 1600"));
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // As phones and cameras do: a quarter of the colours, all of the light. It takes two thirds of the time.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let encoded = encoder.encode(image.as_bytes(), across, down, ColorType::Rgb);
    encoded.expect("an RGB image of at most 1200 x 1600 is written to memory");
    Proven { bytes, width, height }
}

//! Which files are accepted, what is stored of them, and why the others are refused.

use documents::{Accepted, MAX_BYTES, MediaType, Unacceptable, check, sample};
use domain::vocabulary::document_kind::DocumentKind::{
    self, NominationLetter, NoteVerbale, PassportPage, Photo, Pledge,
};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A portrait with a red upper half and a blue lower half.
fn two_colors(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| if y < height / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) })
}

/// The image as a camera would send it.
fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(image).unwrap();
    bytes
}

/// The image as a scanner would send it.
fn png(image: RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The same JPEG with more segments: EXIF with an orientation and a place, a colour profile and a comment.
fn with_metadata(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0x01, 0x0f, 0, 2, 0, 0, 0, 11, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend(b"GPS Astana\0");
    let mut bytes = jpeg[..2].to_vec();
    for (marker, payload) in [(0xe1, exif), (0xe2, b"ICC_PROFILE\0secret".to_vec()), (0xfe, b"a comment".to_vec())] {
        bytes.extend([0xff, marker, 0, u8::try_from(payload.len() + 2).unwrap()]);
        bytes.extend(payload);
    }
    bytes.extend(&jpeg[2..]);
    bytes
}

/// Whether the text occurs anywhere in the file.
fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Decodes what is stored, as a viewer does that ignores the orientation.
fn pixels(accepted: &Accepted) -> RgbImage {
    image::load_from_memory(&accepted.bytes).unwrap().into_rgb8()
}

#[test]
fn a_photo_is_turned_upright_and_loses_its_metadata() {
    // Each image is stored turned, and its orientation turns it back.
    let upright = two_colors(350, 450);
    let turned: [(u8, RgbImage); 4] = [
        (1, upright.clone()),
        (3, image::imageops::rotate180(&upright)),
        (6, image::imageops::rotate270(&upright)),
        (8, image::imageops::rotate90(&upright)),
    ];
    for (orientation, stored) in turned {
        let accepted = check(Photo, with_metadata(&jpeg(&stored), orientation)).unwrap();
        assert_eq!((accepted.width, accepted.height), (Some(350), Some(450)), "{orientation}");
        let pixels = pixels(&accepted);
        let (above, below) = (pixels.get_pixel(175, 100), pixels.get_pixel(175, 350));
        assert!(
            above[0] > 200 && above[2] < 50 && below[2] > 200 && below[0] < 50,
            "{orientation}: {above:?} {below:?}"
        );
        for text in ["GPS", "Exif", "ICC", "comment"] {
            assert!(!has(&accepted.bytes, text), "{text}");
        }
        // As the quality of 90 gives: a higher one makes files that are much larger.
        assert!(accepted.bytes.len() < 20_000, "{}", accepted.bytes.len());
    }
}

#[test]
fn photos_become_jpegs_of_at_most_1200_x_1600() {
    for (width, height, kept) in
        [(300, 400, (300, 400)), (413, 531, (413, 531)), (2400, 3200, (1200, 1600)), (1100, 1800, (978, 1600))]
    {
        for bytes in [jpeg(&two_colors(width, height)), png(two_colors(width, height))] {
            let accepted = check(Photo, bytes).unwrap();
            assert_eq!(accepted.media_type, MediaType::Jpeg);
            assert_eq!((accepted.width, accepted.height), (Some(kept.0), Some(kept.1)), "{width} x {height}");
            assert_eq!(pixels(&accepted).dimensions(), kept);
        }
    }
}

#[test]
fn photos_of_the_wrong_shape_or_size_are_refused() {
    let photo = |width, height| check(Photo, jpeg(&two_colors(width, height))).unwrap_err();
    assert_eq!(photo(600, 450), Unacceptable::NotPortrait { width: 600, height: 450 });
    assert_eq!(photo(500, 500), Unacceptable::NotPortrait { width: 500, height: 500 });
    assert_eq!(photo(400, 900), Unacceptable::NotPortrait { width: 400, height: 900 });
    let small = Unacceptable::TooSmall { width: 280, height: 360, min_width: 300, min_height: 400 };
    assert_eq!(photo(280, 360), small);
    assert!(matches!(photo(3200, 4100), Unacceptable::TooManyPixels { limit: 12_500_000, .. }));
    let lying_down = with_metadata(&jpeg(&two_colors(413, 531)), 6);
    assert_eq!(check(Photo, lying_down), Err(Unacceptable::NotPortrait { width: 531, height: 413 }));
}

#[test]
fn a_scan_keeps_its_pixels_and_loses_its_metadata() {
    let clean = jpeg(&two_colors(900, 600));
    let accepted = check(PassportPage, with_metadata(&clean, 1)).unwrap();
    assert_eq!(accepted.bytes, clean);
    assert_eq!((accepted.media_type, accepted.width), (MediaType::Jpeg, Some(900)));
    assert_eq!(accepted, check(PassportPage, clean.clone()).unwrap(), "a second check changes nothing");

    let turned = check(PassportPage, with_metadata(&clean, 6)).unwrap();
    assert!(has(&turned.bytes, "Exif") && !has(&turned.bytes, "GPS"), "only its orientation is kept");
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&turned.bytes)).unwrap();
    let orientation = image::ImageDecoder::orientation(&mut decoder).unwrap();
    assert_eq!(orientation, image::metadata::Orientation::Rotate90);
    assert_eq!(check(PassportPage, turned.bytes.clone()).unwrap(), turned);

    let clean = png(two_colors(900, 600));
    // A text chunk with its checksum, before the last chunk.
    let mut crc = flate2::Crc::new();
    crc.update(b"tEXtx\0place");
    let text = [&b"\0\0\0\x07tEXtx\0place"[..], &crc.sum().to_be_bytes()].concat();
    let (image, end) = clean.split_at(clean.len() - 12);
    let accepted = check(Pledge, [image, &text, end].concat()).unwrap();
    assert_eq!((accepted.media_type, &accepted.bytes), (MediaType::Png, &clean));
}

#[test]
fn the_digest_is_that_of_the_stored_bytes() {
    use sha2::Digest as _;
    for (kind, bytes) in
        [(Photo, sample::photo(1)), (Pledge, sample::page(&["I will"])), (PassportPage, sample::photo(2))]
    {
        let accepted = check(kind, bytes).unwrap();
        assert_eq!(accepted.sha256, <[u8; 32]>::from(sha2::Sha256::digest(&accepted.bytes)));
        assert!(!format!("{accepted:?}").contains('['), "its Debug shows no bytes");
    }
}

#[test]
fn each_kind_accepts_its_types() {
    let page = || sample::page(&["text"]);
    for kind in [PassportPage, Pledge, NominationLetter, NoteVerbale] {
        for (bytes, media_type) in
            [(sample::photo(1), MediaType::Jpeg), (png(two_colors(30, 40)), MediaType::Png), (page(), MediaType::Pdf)]
        {
            assert_eq!(check(kind, bytes).unwrap().media_type, media_type, "{kind:?}");
        }
    }
    assert!(matches!(check(Photo, page()), Err(Unacceptable::NotAnAcceptedType { found: "a PDF", .. })));
    let leading = [b"\xef\xbb\xbf\r\n".to_vec(), page()].concat();
    assert_eq!(check(Pledge, leading.clone()).unwrap().bytes, leading, "a PDF is stored byte for byte");
}

#[test]
fn an_error_names_the_type_of_a_file() {
    let found = |bytes: &[u8]| match check(Pledge, bytes.to_vec()) {
        Err(Unacceptable::NotAnAcceptedType { found, accepted: "a JPEG, PNG or PDF" }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(b"PK\x03\x04..."), "a ZIP archive or an office document");
    assert_eq!(found(b"\0\0\0\x18ftypheic...."), "a HEIC photo");
    assert_eq!(found(b"GIF89a"), "a GIF");
    assert_eq!(found(b"<html>%PDF-1.4"), "of an unknown type");
    assert_eq!(found(&vec![0; MAX_BYTES]), "of an unknown type");
    assert_eq!(check(Pledge, Vec::new()), Err(Unacceptable::Empty));
    assert_eq!(check(Pledge, vec![0; MAX_BYTES + 1]), Err(Unacceptable::TooLarge { limit: MAX_BYTES }));
}

/// Checks a page with this text added to its catalogue.
fn pdf_with(what: &str) -> Result<Accepted, Unacceptable> {
    let page = String::from_utf8(sample::page(&["text"])).unwrap();
    check(DocumentKind::NoteVerbale, page.replace("/Type /Catalog", &format!("/Type /Catalog {what}")).into_bytes())
}

#[test]
fn active_content_in_a_pdf_is_refused_in_every_spelling() {
    for (what, found) in [
        ("/OpenAction << /S /JavaScript /JS (app.alert) >>", "/JavaScript"),
        ("/OpenAction << /S /J#61va#53cript >>", "/JavaScript"),
        ("/A<</JS(x)>>", "/JS"),
        ("/A<</#4a#53 12 0 R>>", "/JS"),
        ("/AA << /O << /S /Launch /F (cmd.exe) >> >>", "/Launch"),
        ("/Names << /EmbeddedFiles 9 0 R >>", "/EmbeddedFiles"),
        ("/Type /EmbeddedFile", "/EmbeddedFile"),
        ("/AcroForm << /XFA [] >>", "/XFA"),
    ] {
        assert_eq!(pdf_with(what), Err(Unacceptable::ActiveContent { what: found }), "{what}");
    }
    assert_eq!(pdf_with("/Encrypt 7 0 R"), Err(Unacceptable::Encrypted));
    assert_eq!(pdf_with("/#45ncrypt 7 0 R"), Err(Unacceptable::Encrypted));
    for harmless in ["/OpenAction [3 0 R /Fit]", "/JSX 1", "/Launches 1", "/Lang (kk-KZ)", "/Name /C#20D"] {
        pdf_with(harmless).expect(harmless);
    }
}

#[test]
fn a_pdf_must_be_whole_and_alone_in_its_file() {
    let page = String::from_utf8(sample::page(&["text"])).unwrap();
    let refused = |text: String| check(Pledge, text.into_bytes()).unwrap_err();
    assert!(matches!(refused(page.replace("%PDF-1.4", "%PDF-3.0")), Unacceptable::Damaged { .. }));
    assert!(matches!(refused(page.replace("%%EOF", "")), Unacceptable::Damaged { .. }));
    assert!(matches!(refused(page.replace("startxref\n", "startxref\n9")), Unacceptable::Damaged { .. }));
    assert!(matches!(refused(format!("{page}<script>")), Unacceptable::SeveralDocuments { .. }));
    check(Pledge, format!("{page}\r\n\0\0").into_bytes()).unwrap();
}

#[test]
fn errors_say_what_to_do() {
    let error = check(Photo, jpeg(&two_colors(600, 450))).unwrap_err().to_string();
    assert!(error.contains("crop it to 35 x 45 mm"), "{error}");
    let error = check(Photo, sample::page(&[])).unwrap_err().to_string();
    assert_eq!(
        error,
        "expected a JPEG or PNG, and the content is a PDF: save the document as one of the accepted types"
    );
}

//! Checks PDF files by searching their bytes. They are not interpreted, because an interpreter is where a hostile PDF
//! does its harm.

use crate::{MediaType, Unacceptable};

/// `startxref` and `%%EOF` must be in so many last bytes of the file, where readers look for them.
const TRAILER_WITHIN: usize = 1024;

/// Names (ISO 32000) of content that runs a script, starts a program, sends data, or carries or opens another file.
const ACTIVE_NAMES: [&str; 12] = [
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/Filespec",
    "/RichMedia",
    "/XFA",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
];

/// No name that is searched for is longer. Reading stops there, so that long names cost nothing.
const MAX_NAME_LENGTH: usize = 16;

/// `what` ends up in a sentence: "the PDF is damaged: it does not end with %%EOF".
fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Pdf, what }
}

/// Refuses a PDF that is incomplete, encrypted or active.
pub fn check(bytes: &[u8]) -> Result<(), Unacceptable> {
    // The whole file is searched and not only its objects: strings and comments cost a wrong refusal at most.
    check_header(bytes)?;
    check_trailer(bytes)?;
    // `/OpenAction` is allowed: it may only say which page to show first. One that runs a script contains
    // `/JavaScript`.
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let (name, end) = read_name(bytes, at + 1);
        match name.as_slice() {
            b"Encrypt" => return Err(Unacceptable::Encrypted),
            b"Length" => check_length(bytes, end)?,
            _ => check_not_active(bytes, at, &name)?,
        }
    }
    Ok(())
}

/// Checks the version in the header. Those that exist are 1.0 to 1.7 and 2.0.
fn check_header(bytes: &[u8]) -> Result<(), Unacceptable> {
    let at = bytes.windows(5).position(|window| window == b"%PDF-").unwrap_or_default();
    match bytes.get(at + 5..at + 8) {
        Some([b'1', b'.', b'0'..=b'7'] | b"2.0") => Ok(()),
        _ => Err(damaged("its header names an unknown version of PDF")),
    }
}

/// Checks that the file ends as a PDF does, with the offset of its cross-reference table before the end.
///
/// A file that was cut fails here. Readers try to repair such a file, each in its own way, so people could see
/// different content.
fn check_trailer(bytes: &[u8]) -> Result<(), Unacceptable> {
    let tail = &bytes[bytes.len().saturating_sub(TRAILER_WITHIN)..];
    let end = find_last(tail, b"%%EOF").ok_or(damaged("it does not end with %%EOF"))?;
    if !tail[end + 5..].iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(Unacceptable::SeveralDocuments { what: "data after the PDF's end" });
    }
    let start = find_last(&tail[..end], b"startxref").ok_or(damaged("it has no startxref before %%EOF"))?;
    let offset = read_number(&tail[start + 9..end]);
    if offset.is_some_and(|offset| offset < bytes.len() as u64) {
        Ok(())
    } else {
        Err(damaged("its startxref points beyond the end of the file"))
    }
}

/// Where the last occurrence starts.
fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// The name that starts here, with `#xx` decoded, and where it ends.
fn read_name(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut name = Vec::new();
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied().filter(|byte| is_regular(*byte)) {
        let escaped = bytes.get(at + 1..at + 3).and_then(|digits| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            Some((digit(digits[0])? * 16 + digit(digits[1])?) as u8)
        });
        match escaped.filter(|_| byte == b'#') {
            Some(escaped) => {
                name.push(escaped);
                at += 3;
            }
            None => {
                name.push(byte);
                at += 1;
            }
        }
        if name.len() > MAX_NAME_LENGTH {
            break;
        }
    }
    (name, at)
}

/// Whether a byte is a regular character of a name: neither white space nor a delimiter (ISO 32000-2, 7.2.3).
fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}')
        && !matches!(byte, b'/' | b'%')
}

/// Refuses the names of active content. `at` is the position of the slash.
fn check_not_active(bytes: &[u8], at: usize, name: &[u8]) -> Result<(), Unacceptable> {
    let Some(what) = ACTIVE_NAMES.into_iter().find(|what| what.as_bytes()[1..] == *name) else { return Ok(()) };
    // `/JS` and `/XFA` are so short that compressed images contain them by chance. A real one stands in a dictionary,
    // which is text, and a script is announced as `/JavaScript` too.
    let is_by_chance = name.len() <= 3 && !looks_like_text(bytes, at);
    if is_by_chance { Ok(()) } else { Err(Unacceptable::ActiveContent { what }) }
}

/// Whether the bytes around a name are text, as in a dictionary, and not compressed data.
fn looks_like_text(bytes: &[u8], at: usize) -> bool {
    let around = &bytes[at.saturating_sub(8)..bytes.len().min(at + 12)];
    around.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// Refuses a stream that claims to be longer than the file. An indirect length (`12 0 R`) begins with a small number
/// and passes.
fn check_length(bytes: &[u8], end: usize) -> Result<(), Unacceptable> {
    let digits = &bytes[end..bytes.len().min(end + 24)];
    if read_number(digits).is_some_and(|length| length > bytes.len() as u64) {
        return Err(damaged("a stream claims to be longer than the file"));
    }
    Ok(())
}

/// The decimal number that comes next, if one does. A number too large for 64 bits becomes the largest one.
fn read_number(bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.trim_ascii_start();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    let value =
        digits.clone().fold(0_u64, |value, digit| value.saturating_mul(10).saturating_add((digit - b'0').into()));
    digits.count().checked_sub(1).map(|_| value)
}

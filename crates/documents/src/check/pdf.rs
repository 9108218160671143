//! A PDF: looked through for what it must have and must not have, without being interpreted.

use crate::{MediaType, Unacceptable};

/// How near the end `startxref` and `%%EOF` have to be; readers look as far.
const TRAILER_WITHIN: usize = 1024;

/// Names by which a PDF does something, runs something or carries something.
const ACTIVE: [&str; 12] = [
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

/// The longest of the names that matter; what is longer is another name.
const LONGEST: usize = 16;

fn damaged(what: &'static str) -> Unacceptable {
    Unacceptable::Damaged { format: MediaType::Pdf, what }
}

/// Refuses a PDF that is incomplete, encrypted or active.
pub fn check(bytes: &[u8]) -> Result<(), Unacceptable> {
    check_header(bytes)?;
    check_trailer(bytes)?;
    // `/OpenAction` itself may only say which page to show first; one that runs a script has `/JavaScript` in it.
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let (name, end) = name(bytes, at + 1);
        match name.as_slice() {
            b"Encrypt" => return Err(Unacceptable::Encrypted),
            b"Length" => check_length(bytes, end)?,
            _ => refuse_active(bytes, at, &name)?,
        }
    }
    Ok(())
}

fn check_header(bytes: &[u8]) -> Result<(), Unacceptable> {
    let at = bytes.windows(5).position(|window| window == b"%PDF-").unwrap_or_default();
    match bytes.get(at + 5..at + 8) {
        Some([b'1', b'.', b'0'..=b'7'] | b"2.0") => Ok(()),
        _ => Err(damaged("its version is none that exists")),
    }
}

fn check_trailer(bytes: &[u8]) -> Result<(), Unacceptable> {
    let tail = &bytes[bytes.len().saturating_sub(TRAILER_WITHIN)..];
    let end = find_last(tail, b"%%EOF").ok_or(damaged("it does not end with %%EOF"))?;
    if !tail[end + 5..].iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(Unacceptable::MoreThanOne { what: "data after the PDF's end" });
    }
    let start = find_last(&tail[..end], b"startxref").ok_or(damaged("its table of objects is not announced"))?;
    let offset = number(&tail[start + 9..end]);
    if offset.is_some_and(|offset| offset < bytes.len() as u64) {
        Ok(())
    } else {
        Err(damaged("its table of objects is beyond its end"))
    }
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// The name that begins here, its `#xx` undone, and where it ends.
fn name(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
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
        if name.len() > LONGEST {
            break;
        }
    }
    (name, at)
}

/// Neither white space nor a delimiter: part of a name.
fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}')
        && !matches!(byte, b'/' | b'%')
}

fn refuse_active(bytes: &[u8], at: usize, name: &[u8]) -> Result<(), Unacceptable> {
    let Some(what) = ACTIVE.into_iter().find(|what| what.as_bytes()[1..] == *name) else { return Ok(()) };
    // Three or four bytes turn up by chance in compressed images. A script is also announced as `/JavaScript`, and a form
    // is text around it.
    let by_chance = name.len() <= 3 && !looks_like_text(bytes, at);
    if by_chance { Ok(()) } else { Err(Unacceptable::ActiveContent { what }) }
}

/// Whether what is around a name is a dictionary and not compressed data.
fn looks_like_text(bytes: &[u8], at: usize) -> bool {
    let around = &bytes[at.saturating_sub(8)..bytes.len().min(at + 12)];
    around.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// A stream cannot be longer than the file it is in. A length that is given elsewhere (`12 0 R`) is a small number too.
fn check_length(bytes: &[u8], end: usize) -> Result<(), Unacceptable> {
    let digits = &bytes[end..bytes.len().min(end + 24)];
    if number(digits).is_some_and(|length| length > bytes.len() as u64) {
        return Err(damaged("a stream claims to be longer than the file"));
    }
    Ok(())
}

/// The number that comes next, if one does; one too large to be true is the largest there is.
fn number(bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.trim_ascii_start();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    let value =
        digits.clone().fold(0_u64, |value, digit| value.saturating_mul(10).saturating_add((digit - b'0').into()));
    digits.count().checked_sub(1).map(|_| value)
}

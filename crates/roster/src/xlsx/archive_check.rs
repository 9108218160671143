//! Checks a workbook before the `calamine` library opens it.
//!
//! The library trusts workbooks. It reserves the memory that a list of strings announces. It copies a style's font and
//! format for every use. It decompresses whatever is there. A small hostile file could so use up the memory.
//!
//! So every part of the archive is first decompressed here, without being stored, by the same XML parser. A file is
//! refused if it would make the library use much memory, overflow or hang:
//!
//! * too many files, or one file twice;
//! * stated sizes that are false;
//! * too many cells, strings, styles or bytes of text;
//! * references to cells outside a sheet;
//! * document types, whose entities can multiply.
//!
//! The library later reads the same XML tokens in the same order, so it meets nothing that was not counted.

use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::byte_counter::ByteCounter;
use crate::file_error::FileError;
use crate::limits::Limits;

/// The first bytes of a file's entry in the directory of a ZIP archive.
const DIRECTORY_HEADER: &[u8] = b"PK\x01\x02";
/// The longest XML token (a tag, a text or a comment), in bytes. The longest cell takes about a tenth of it.
const MAX_TOKEN_BYTES: u64 = 256 << 10;
/// The most bytes of all files that are not XML, such as pictures. The library reads such a file only if the workbook
/// names it as a sheet.
const MAX_OPAQUE_BYTES: u64 = 16 << 20;
/// The most elements that are neither rows, cells nor strings, such as styles and merged cells. A list has some
/// hundred.
const MAX_OTHER_ELEMENTS: usize = 50_000;
/// The most cell formats. The library copies a font's name and a number format for each of them.
const MAX_FORMATS: usize = 5_000;
/// The most bytes of a tag that the library copies for each cell format.
const MAX_COPIED_TAG_BYTES: usize = 1_024;
/// The rows and columns of the largest sheet that Excel allows.
const SHEET_SIZE: (u32, u32) = (1_048_576, 16_384);

/// Checks that an archive is intact and holds no more than a list of people needs.
///
/// # Errors
///
/// Fails with [`FileError::Broken`] or [`FileError::TooMuchInside`].
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), FileError> {
    // Counted before the directory is read, because reading it takes about 300 bytes of memory for each file.
    if bytes.windows(DIRECTORY_HEADER.len()).filter(|window| *window == DIRECTORY_HEADER).count() > limits.entries {
        return Err(too_much("files"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| DAMAGED)?;
    if archive.has_duplicate_names() {
        return Err(FileError::Broken { what: "the archive has one file twice" });
    }
    if archive.decompressed_size().is_some_and(|size| size > limits.inflated_bytes.into()) {
        return Err(too_much("bytes"));
    }
    let mut scan = Scan {
        limits,
        counter: ByteCounter::default(),
        opaque: 0,
        cells: 0,
        strings: 0,
        others: 0,
        formats: 0,
        text: 0,
    };
    for index in 0..archive.len() {
        scan.scan_part(archive.by_index(index).map_err(|_| DAMAGED)?)?;
    }
    Ok(())
}

/// The error for anything that the ZIP format itself forbids.
const DAMAGED: FileError = FileError::Broken { what: "the archive is damaged" };

/// The error for exceeding a limit.
fn too_much(what: &'static str) -> FileError {
    FileError::TooMuchInside { what }
}

/// The counts over all parts of the archive.
struct Scan<'a> {
    limits: &'a Limits,
    counter: ByteCounter,
    /// Stated bytes of the files that are not XML.
    opaque: u64,
    /// Cells and rows.
    cells: usize,
    /// Shared strings and their parts.
    strings: usize,
    /// All other elements.
    others: usize,
    /// Cell formats.
    formats: usize,
    /// Bytes of text between tags.
    text: usize,
}

impl Scan<'_> {
    /// Decompresses one file of the archive and counts what is in it.
    fn scan_part(&mut self, mut file: ZipFile<'_, Cursor<&[u8]>>) -> Result<(), FileError> {
        let name = file.name().map_err(|_| DAMAGED)?.to_lowercase();
        let named_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
        if !named_xml {
            self.opaque += file.size();
            if self.opaque > MAX_OPAQUE_BYTES {
                return Err(too_much("pictures"));
            }
        }
        let declared = file.size();
        let before = self.counter.total();
        let max_token = if named_xml { MAX_TOKEN_BYTES } else { MAX_OPAQUE_BYTES };
        self.scan_xml(&mut file, max_token)?;
        self.read_rest(&mut file)?;
        // The stated size must be true, because the limit on pictures adds up stated sizes.
        if self.counter.total() - before == declared { Ok(()) } else { Err(DAMAGED) }
    }

    /// Reads XML up to its end or its first error. The library stops at the same place.
    fn scan_xml(&mut self, file: &mut impl Read, max_token: u64) -> Result<(), FileError> {
        let counter = std::mem::take(&mut self.counter);
        let mut reader = Reader::from_reader(BufReader::new(counter.read(file, self.limits.inflated_bytes, max_token)));
        // The library's settings. With others, this parser would stop elsewhere than the library's.
        let config = reader.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        let mut buffer = Vec::new();
        let outcome = loop {
            buffer.clear();
            counter.next_token();
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Eof) | Err(_) => break Ok(()),
                Ok(event) => {
                    if let Err(refusal) = self.check_event(&event) {
                        break Err(refusal);
                    }
                }
            }
        };
        drop(reader);
        let exceeded = counter.exceeded();
        self.counter = counter;
        outcome.and(exceeded.map_or(Ok(()), |what| Err(too_much(what))))
    }

    /// Reads the rest of a file, so that its length and its checksum are verified.
    fn read_rest(&mut self, file: &mut impl Read) -> Result<(), FileError> {
        let mut reader = self.counter.read(file, self.limits.inflated_bytes, u64::MAX);
        let copied = std::io::copy(&mut reader, &mut std::io::sink());
        match (self.counter.exceeded(), copied) {
            (Some(what), _) => Err(too_much(what)),
            (None, Err(_)) => Err(DAMAGED),
            (None, Ok(_)) => Ok(()),
        }
    }

    /// Counts one XML token.
    fn check_event(&mut self, event: &Event<'_>) -> Result<(), FileError> {
        match event {
            Event::DocType(_) => {
                Err(FileError::Broken { what: "it has a document type, which no spreadsheet program writes" })
            }
            Event::Start(tag) => self.check_tag(tag),
            Event::Text(text) => self.count_text(text.len()),
            Event::CData(text) => self.count_text(text.len()),
            Event::GeneralRef(text) => self.count_text(text.len()),
            _ => Ok(()),
        }
    }

    /// Counts bytes of text. The limit is twice that of the cells, because white space and formulas are counted too.
    fn count_text(&mut self, bytes: usize) -> Result<(), FileError> {
        self.text += bytes;
        if self.text > 2 * self.limits.text_bytes { Err(too_much("text")) } else { Ok(()) }
    }

    /// Counts one element, and checks the attributes that the library trusts.
    fn check_tag(&mut self, tag: &BytesStart<'_>) -> Result<(), FileError> {
        let local = tag.local_name();
        match local.as_ref() {
            "c" | "row" => {
                count_one(&mut self.cells, self.limits.cells, "cells")?;
                check_references(tag)
            }
            "si" | "t" | "r" => count_one(&mut self.strings, 2 * self.limits.cells, "strings"),
            "v" | "is" => Ok(()),
            "sst" => check_string_count(tag, self.limits.cells),
            name => {
                count_one(&mut self.others, MAX_OTHER_ELEMENTS, "styles and other elements that are no cells")?;
                match name {
                    "dimension" | "f" => check_references(tag),
                    "xf" => count_one(&mut self.formats, MAX_FORMATS, "cell formats"),
                    "numFmt" | "name" if tag.len() > MAX_COPIED_TAG_BYTES => Err(too_much("one style's name")),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// Adds one to a counter, and fails if that exceeds the limit.
fn count_one(counter: &mut usize, limit: usize, what: &'static str) -> Result<(), FileError> {
    *counter += 1;
    if *counter > limit { Err(too_much(what)) } else { Ok(()) }
}

/// Checks the number of strings that a list announces. The library reserves memory for that many.
fn check_string_count(tag: &BytesStart<'_>, limit: usize) -> Result<(), FileError> {
    let announced = attributes(tag).filter(|(key, _)| *key == "uniqueCount").map(|(_, value)| value);
    for value in announced {
        // More than nine digits can overflow the parse, and a number that does not parse would pass as small.
        let digits = value.trim_start_matches('0');
        if digits.len() > 9 || digits.parse().is_ok_and(|number: usize| number > limit) {
            return Err(too_much("strings"));
        }
    }
    Ok(())
}

/// Checks references to cells, rows and areas. The library's arithmetic overflows on one outside a sheet.
fn check_references(tag: &BytesStart<'_>) -> Result<(), FileError> {
    const OUTSIDE: FileError = FileError::Broken { what: "it refers to a cell outside a sheet" };
    for (_, value) in attributes(tag).filter(|(key, _)| matches!(*key, "r" | "ref")) {
        let mut least = (0, 0);
        for reference in value.split(':') {
            let (row, column) = parse_reference(reference).ok_or(OUTSIDE)?;
            if row > SHEET_SIZE.0 || column > SHEET_SIZE.1 || row < least.0 || column < least.1 {
                return Err(OUTSIDE);
            }
            least = (row, column);
        }
    }
    Ok(())
}

/// The row and column of a reference such as `B12`, `12` or `B`, with 0 for a missing part; `None` for other text.
fn parse_reference(reference: &str) -> Option<(u32, u32)> {
    let digits_at = reference.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(reference.len());
    let (letters, digits) = reference.split_at(digits_at);
    if letters.len() > 3 || digits.len() > 7 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |column, letter| column * 26 + number(letter));
    Some((digits.parse().unwrap_or(0), column))
}

/// The keys and values of a tag, as written. It also finds the attributes of a malformed tag, because the library
/// might.
fn attributes<'a>(tag: &'a BytesStart<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let mut rest: &str = tag;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_at(rest.find(['"', '\''])?);
        let (quote, after) = after.split_at(1);
        let (value, after) = after.split_once(quote).unwrap_or((after, ""));
        rest = after;
        let key = before.trim_end().trim_end_matches('=').trim_end();
        Some((key.rsplit(char::is_whitespace).next().unwrap_or(key), value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An area that runs backwards makes the library subtract below zero.
    #[test]
    fn references_are_inside_a_sheet_and_areas_run_forwards() {
        for (attributes, fine) in [
            (r#"r="XFD1048576" s="1""#, true),
            (r#"s='1' r = '12'"#, true),
            (r#"ref="A1:XFD1048576""#, true),
            (r#"r="XFE1""#, false),
            (r#"r="A1048577""#, false),
            (r#"r="AAAAAAAAAAAA""#, false),
            (r#"r="A99999999999""#, false),
            (r#"ref="B2:A1""#, false),
            (r#"t="inlineStrWithManyLetters""#, true),
        ] {
            let tag = BytesStart::from_content(format!("c {attributes}"), 1);
            assert_eq!(check_references(&tag).is_ok(), fine, "{attributes}");
        }
    }

    #[test]
    fn a_list_of_strings_announces_no_more_than_there_can_be() {
        for (count, fine) in
            [("250000", true), ("250001", false), ("00000000000000000009", true), ("9999999999999999999999", false)]
        {
            let tag = BytesStart::from_content(format!("sst count=\"1\" uniqueCount=\"{count}\""), 3);
            assert_eq!(check_string_count(&tag, 250_000).is_ok(), fine, "{count}");
        }
    }
}

//! What is looked at in a workbook before the library opens it.
//!
//! The library that reads workbooks trusts them: it reserves the memory that a list of strings says it will need, copies
//! a style's font and format for every use of it, and inflates whatever there is. So every part of the archive is
//! inflated here first, into nothing, with the same XML parser, and what would make the library take much memory,
//! overflow or wait is refused: too many or doubled files, sizes that lie, too much of anything, references outside a
//! sheet, and document types, in which entities multiply. The library sees the same pieces of XML in the same order, so
//! it meets nothing that was not counted.

use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::meter::Meter;
use crate::limits::Limits;
use crate::unreadable::Unreadable;

/// How a file's header begins in the archive's directory.
const DIRECTORY_HEADER: &[u8] = b"PK\x01\x02";
/// One tag, one text or one comment of XML; a cell takes a good tenth of it.
const PIECE: u64 = 256 << 10;
/// Pictures and printer settings, all together: no XML, and read by the library only if it is tricked into it.
const OPAQUE: u64 = 16 << 20;
/// Elements that are neither rows nor cells nor strings: styles, names, merged cells. A list has a few hundred.
const OTHER_ELEMENTS: usize = 50_000;
/// Cell formats, each of which gets its own copy of a font's name and of a number's format.
const FORMATS: usize = 5_000;
/// Bytes of a tag that gets copied so.
const COPIED_TAG: usize = 1_024;
/// Rows and columns of the largest sheet there is.
const SHEET: (u32, u32) = (1_048_576, 16_384);

/// Refuses an archive that is no workbook, or more than a list of people needs.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
    // Before the directory is read, because reading it takes some 300 bytes for each file.
    if bytes.windows(DIRECTORY_HEADER.len()).filter(|window| *window == DIRECTORY_HEADER).count() > limits.entries {
        return Err(too_much("files"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| DAMAGED)?;
    if archive.has_duplicate_names() {
        return Err(Unreadable::Broken { what: "one file twice in the archive" });
    }
    if archive.decompressed_size().is_some_and(|size| size > limits.inflated_bytes.into()) {
        return Err(too_much("bytes"));
    }
    let mut scan =
        Scan { limits, meter: Meter::default(), opaque: 0, cells: 0, strings: 0, others: 0, formats: 0, text: 0 };
    for index in 0..archive.len() {
        scan.part(archive.by_index(index).map_err(|_| DAMAGED)?)?;
    }
    Ok(())
}

const DAMAGED: Unreadable = Unreadable::Broken { what: "a damaged archive" };

fn too_much(what: &'static str) -> Unreadable {
    Unreadable::TooMuchInside { what }
}

/// What was counted in all parts together.
struct Scan<'a> {
    limits: &'a Limits,
    meter: Meter,
    opaque: u64,
    cells: usize,
    strings: usize,
    others: usize,
    formats: usize,
    text: usize,
}

impl Scan<'_> {
    fn part(&mut self, mut file: ZipFile<'_, Cursor<&[u8]>>) -> Result<(), Unreadable> {
        let name = file.name().map_err(|_| DAMAGED)?.to_lowercase();
        let named_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
        if !named_xml {
            self.opaque += file.size();
            if self.opaque > OPAQUE {
                return Err(too_much("pictures"));
            }
        }
        let declared = file.size();
        let before = self.meter.total();
        let piece = if named_xml { PIECE } else { OPAQUE };
        self.xml(&mut file, piece)?;
        self.drain(&mut file)?;
        // Checked though the sum was counted, because the sum for pictures is what they say.
        if self.meter.total() - before == declared { Ok(()) } else { Err(DAMAGED) }
    }

    /// Looks at XML as far as it is XML: the library comes no further either.
    fn xml(&mut self, file: &mut impl Read, piece: u64) -> Result<(), Unreadable> {
        let meter = std::mem::take(&mut self.meter);
        let mut reader = Reader::from_reader(BufReader::new(meter.read(file, self.limits.inflated_bytes, piece)));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        let mut buffer = Vec::new();
        let outcome = loop {
            buffer.clear();
            meter.next_piece();
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Eof) | Err(_) => break Ok(()),
                Ok(event) => {
                    if let Err(refusal) = self.event(&event) {
                        break Err(refusal);
                    }
                }
            }
        };
        drop(reader);
        let over = meter.over();
        self.meter = meter;
        outcome.and(over.map_or(Ok(()), |what| Err(too_much(what))))
    }

    /// Reads what is left, for its length and for the archive's own checksum.
    fn drain(&mut self, file: &mut impl Read) -> Result<(), Unreadable> {
        let mut reader = self.meter.read(file, self.limits.inflated_bytes, u64::MAX);
        let copied = std::io::copy(&mut reader, &mut std::io::sink());
        match (self.meter.over(), copied) {
            (Some(what), _) => Err(too_much(what)),
            (None, Err(_)) => Err(DAMAGED),
            (None, Ok(_)) => Ok(()),
        }
    }

    fn event(&mut self, event: &Event<'_>) -> Result<(), Unreadable> {
        match event {
            Event::DocType(_) => {
                Err(Unreadable::Broken { what: "a document type, which no spreadsheet program writes" })
            }
            Event::Start(tag) => self.tag(tag),
            Event::Text(text) => self.count_text(text.len()),
            Event::CData(text) => self.count_text(text.len()),
            Event::GeneralRef(text) => self.count_text(text.len()),
            _ => Ok(()),
        }
    }

    /// Twice the text that the cells may have: white space between tags and formulas are counted here too.
    fn count_text(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.text += bytes;
        if self.text > 2 * self.limits.text_bytes { Err(too_much("text")) } else { Ok(()) }
    }

    fn tag(&mut self, tag: &BytesStart<'_>) -> Result<(), Unreadable> {
        let local = tag.local_name();
        match local.as_ref() {
            "c" | "row" => {
                count(&mut self.cells, self.limits.cells, "cells")?;
                check_references(tag)
            }
            "si" | "t" | "r" => count(&mut self.strings, 2 * self.limits.cells, "strings"),
            "v" | "is" => Ok(()),
            "sst" => check_count(tag, self.limits.cells),
            name => {
                count(&mut self.others, OTHER_ELEMENTS, "styles and other things that are no cells")?;
                match name {
                    "dimension" | "f" => check_references(tag),
                    "xf" => count(&mut self.formats, FORMATS, "cell formats"),
                    "numFmt" | "name" if tag.len() > COPIED_TAG => Err(too_much("one style's name")),
                    _ => Ok(()),
                }
            }
        }
    }
}

fn count(counter: &mut usize, limit: usize, what: &'static str) -> Result<(), Unreadable> {
    *counter += 1;
    if *counter > limit { Err(too_much(what)) } else { Ok(()) }
}

/// The number of strings that a list announces, for which the library reserves room.
fn check_count(tag: &BytesStart<'_>, limit: usize) -> Result<(), Unreadable> {
    let announced = attributes(tag).filter(|(key, _)| *key == "uniqueCount").map(|(_, value)| value);
    for value in announced {
        let digits = value.trim_start_matches('0');
        if digits.len() > 9 || digits.parse().is_ok_and(|number: usize| number > limit) {
            return Err(too_much("strings"));
        }
    }
    Ok(())
}

/// References of cells, rows and areas, in which the library's numbers would overflow.
fn check_references(tag: &BytesStart<'_>) -> Result<(), Unreadable> {
    const OUTSIDE: Unreadable = Unreadable::Broken { what: "a cell outside every sheet" };
    for (_, value) in attributes(tag).filter(|(key, _)| matches!(*key, "r" | "ref")) {
        let mut least = (0, 0);
        for reference in value.split(':') {
            let (row, column) = place(reference).ok_or(OUTSIDE)?;
            if row > SHEET.0 || column > SHEET.1 || row < least.0 || column < least.1 {
                return Err(OUTSIDE);
            }
            least = (row, column);
        }
    }
    Ok(())
}

/// Row and column of `B12`, or of `12` or `B`, with 0 for what is not said. Anything else is not a reference.
fn place(reference: &str) -> Option<(u32, u32)> {
    let digits_at = reference.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(reference.len());
    let (letters, digits) = reference.split_at(digits_at);
    if letters.len() > 3 || digits.len() > 7 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |column, letter| column * 26 + number(letter));
    Some((digits.parse().unwrap_or(0), column))
}

/// Keys and values as they are written, all of them, however odd the tag is.
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
            assert_eq!(check_count(&tag, 250_000).is_ok(), fine, "{count}");
        }
    }
}

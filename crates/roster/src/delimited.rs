//! Reads CSV, as spreadsheet programs save it in different countries.
//!
//! The delimiter is guessed from the headers, because the file does not say which one its program used. The encoding is
//! not guessed. A wrong guess would silently turn names into other names.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::cell::Cell;
use crate::column::Column;
use crate::file_error::FileError;
use crate::grid::Grid;
use crate::header::HEADER_ROWS;
use crate::limits::Limits;

/// The accepted delimiters: the comma of RFC 4180, the semicolon of Excel in most of Europe, and the tab.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The most cells in a row, empty ones included. Some programs write delimiters up to the edge of the sheet.
const MAX_FIELDS: usize = 1_024;

/// Reads the cells, and returns them with the delimiter.
pub(crate) fn read<'a>(bytes: &[u8], limits: &'a Limits) -> Result<(Grid<'a>, u8), FileError> {
    let text = decode(bytes)?;
    let delimiter = delimiter(&text);
    let mut grid = Grid::new(limits);
    let mut reader = ReaderBuilder::new().delimiter(delimiter).terminator(csv_core::Terminator::Any(b'\n')).build();
    let mut record = Record::new(limits);
    let mut rest = text.as_bytes();
    let mut row = 1;
    while !rest.is_empty() {
        // The parser skips empty lines without telling, but the spreadsheet counts them. Without this, messages would
        // name the wrong rows.
        if rest[0] == b'\n' {
            rest = &rest[1..];
        } else {
            rest = record.read(&mut reader, rest, row)?;
            for (column, field) in record.fields().enumerate() {
                grid.put(row, column, Cell::text(field))?;
            }
        }
        row += 1;
    }
    Ok((grid, delimiter))
}

/// Decodes UTF-8, changes all line ends to line feeds and adds one at the end.
///
/// After that, only an open quotation mark can leave a row without an end.
fn decode(bytes: &[u8]) -> Result<String, FileError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(FileError::Utf16);
    }
    let text = str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        FileError::NotUtf8 { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })?;
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.push('\n');
    Ok(text)
}

/// The delimiter that gives most known headers in one of the first lines; the comma if several are equal.
fn delimiter(text: &str) -> u8 {
    let known = |line: &str, delimiter: u8| {
        let fields = line.split(char::from(delimiter)).take(MAX_FIELDS);
        fields.filter(|field| Column::lookup_header(field.trim_matches(['"', ' '])).is_some()).count()
    };
    let best = |delimiter: u8| text.lines().take(HEADER_ROWS as usize).map(|line| known(line, delimiter)).max();
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| best(*delimiter)).unwrap_or(b',')
}

/// One row, in buffers of a fixed size. A growing buffer would let one open quotation mark take the whole file.
struct Record {
    /// The text of all cells, one after the other.
    output: Vec<u8>,
    /// Where each cell ends in `output`.
    ends: Vec<usize>,
    /// How many cells the row has.
    count: usize,
}

impl Record {
    /// Buffers for the longest row that the limits allow.
    fn new(limits: &Limits) -> Self {
        // A character has at most four bytes. One character more than allowed must fit, so that a cell that is slightly
        // too long is reported by its name.
        let bytes = limits.columns.saturating_mul(limits.cell_characters.saturating_add(1)).saturating_mul(4);
        Self { output: vec![0; bytes.min(limits.bytes)], ends: vec![0; MAX_FIELDS], count: 0 }
    }

    /// Reads one row, and returns the input after it.
    fn read<'a>(&mut self, reader: &mut Reader, input: &'a [u8], row: u32) -> Result<&'a [u8], FileError> {
        let (result, read, _, count) = reader.read_record(input, &mut self.output, &mut self.ends);
        self.count = count;
        match result {
            ReadRecordResult::Record => Ok(&input[read..]),
            ReadRecordResult::OutputEndsFull => Err(FileError::TooMuchInside { what: "delimiters in one row" }),
            // The row has no end, or one far below. Then an open quotation mark has taken in the rows below it.
            ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::End => {
                Err(FileError::OpenQuote { row })
            }
        }
    }

    /// The cells of the row that was read last.
    fn fields(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends[..self.count]).map(|(start, end)| {
            str::from_utf8(&self.output[start..*end]).expect("delimiters and quotation marks do not cut UTF-8 letters")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
        let limits = Limits::default();
        let (grid, _) = read(bytes, &limits)?;
        Ok(grid.rows.into_iter().map(|(row, cells)| (row, cells.iter().map(Cell::shown).collect())).collect())
    }

    #[test]
    fn row_numbers_are_those_of_the_spreadsheet() {
        let text = "\u{feff}a,b\r\n\r\n\"x\ny\",\" \"\"q\"\" \"\r\n,,\r\nlast,\t=1";
        let expected = [(1, vec!["a", "b"]), (3, vec!["x\ny", "\"q\""]), (5, vec!["last", "=1"])];
        let expected: Vec<_> =
            expected.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect::<Vec<_>>())).into();
        assert_eq!(cells(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn the_delimiter_is_found_by_the_headers() {
        for (text, expected) in [
            ("Sex,Category\n", b','),
            ("A title, with a comma\n\"Пол\";\"Категория\"\n", b';'),
            ("Sex\tCategory", b'\t'),
            ("nothing", b','),
        ] {
            assert_eq!(delimiter(text), expected, "{text}");
        }
    }

    #[test]
    fn other_encodings_and_open_quotes_are_refused() {
        for (bytes, expected) in [
            (&b"\xFF\xFEa\0"[..], FileError::Utf16),
            (b"Sex\n\xCF\xEE\xEB", FileError::NotUtf8 { line: 2 }),
            (b"a,b\n\"open,b\nc,d\n", FileError::OpenQuote { row: 2 }),
        ] {
            assert_eq!(cells(bytes), Err(expected));
        }
        let many = ",".repeat(MAX_FIELDS + 1);
        assert_eq!(cells(many.as_bytes()), Err(FileError::TooMuchInside { what: "delimiters in one row" }));
        let long = "a".repeat(1_001);
        assert!(matches!(cells(long.as_bytes()), Err(FileError::CellTooLong { .. })));
    }
}

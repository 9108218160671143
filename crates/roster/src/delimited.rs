//! Text with delimiters, as spreadsheet programs save it.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::cell::Cell;
use crate::column::Column;
use crate::grid::Grid;
use crate::header::HEADER_ROWS;
use crate::limits::Limits;
use crate::unreadable::Unreadable;

/// What may stand between cells: the comma of the standard, the semicolon of most of Europe, and the tab.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// So many cells a row may have, most of them empty: some programs write delimiters to the sheet's edge.
const FIELDS: usize = 1_024;

/// Reads the cells, and says what stood between them.
pub(crate) fn read<'a>(bytes: &[u8], limits: &'a Limits) -> Result<(Grid<'a>, u8), Unreadable> {
    let text = decode(bytes)?;
    let delimiter = delimiter(&text);
    let mut grid = Grid::new(limits);
    let mut reader = ReaderBuilder::new().delimiter(delimiter).terminator(csv_core::Terminator::Any(b'\n')).build();
    let mut record = Record::new(limits);
    let mut rest = text.as_bytes();
    let mut row = 1;
    while !rest.is_empty() {
        // The parser steps over empty lines, and the spreadsheet counts them.
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

/// UTF-8 with line feeds alone, and one at the end, so that a row without an end is one whose quotation mark is open.
fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Unreadable::Utf16);
    }
    let text = str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        Unreadable::NotUtf8 { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })?;
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.push('\n');
    Ok(text)
}

/// The delimiter with which one of the first lines has most known headers; the comma if that decides nothing.
fn delimiter(text: &str) -> u8 {
    let known = |line: &str, delimiter: u8| {
        let fields = line.split(char::from(delimiter)).take(FIELDS);
        fields.filter(|field| Column::of(field.trim_matches(['"', ' '])).is_some()).count()
    };
    let best = |delimiter: u8| text.lines().take(HEADER_ROWS as usize).map(|line| known(line, delimiter)).max();
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| best(*delimiter)).unwrap_or(b',')
}

/// One row, in buffers that do not grow.
struct Record {
    output: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl Record {
    fn new(limits: &Limits) -> Self {
        // A character has four bytes at most; one more, for what is too long to be told by its cell.
        let bytes = limits.columns.saturating_mul(limits.cell_characters.saturating_add(1)).saturating_mul(4);
        Self { output: vec![0; bytes.min(limits.bytes)], ends: vec![0; FIELDS], count: 0 }
    }

    /// Reads a row and answers what follows it.
    fn read<'a>(&mut self, reader: &mut Reader, input: &'a [u8], row: u32) -> Result<&'a [u8], Unreadable> {
        let (result, read, _, count) = reader.read_record(input, &mut self.output, &mut self.ends);
        self.count = count;
        match result {
            ReadRecordResult::Record => Ok(&input[read..]),
            ReadRecordResult::OutputEndsFull => Err(Unreadable::TooMuchInside { what: "delimiters in one row" }),
            // Without an end or with one far away: an open quotation mark has swallowed the rows below.
            ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::End => {
                Err(Unreadable::OpenQuote { row })
            }
        }
    }

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

    fn cells(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, Unreadable> {
        let limits = Limits::default();
        let (grid, _) = read(bytes, &limits)?;
        Ok(grid.rows.into_iter().map(|(row, cells)| (row, cells.iter().map(Cell::shown).collect())).collect())
    }

    #[test]
    fn rows_are_counted_as_the_spreadsheet_counts_them() {
        let text = "\u{feff}a,b\r\n\r\n\"x\ny\",\" \"\"q\"\" \"\r\n,,\r\nlast,\t=1";
        let expected = [(1, vec!["a", "b"]), (3, vec!["x\ny", "\"q\""]), (5, vec!["last", "=1"])];
        let expected: Vec<_> =
            expected.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect::<Vec<_>>())).into();
        assert_eq!(cells(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn the_delimiter_is_that_of_the_headers() {
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
            (&b"\xFF\xFEa\0"[..], Unreadable::Utf16),
            (b"Sex\n\xCF\xEE\xEB", Unreadable::NotUtf8 { line: 2 }),
            (b"a,b\n\"open,b\nc,d\n", Unreadable::OpenQuote { row: 2 }),
        ] {
            assert_eq!(cells(bytes), Err(expected));
        }
        let many = ",".repeat(FIELDS + 1);
        assert_eq!(cells(many.as_bytes()), Err(Unreadable::TooMuchInside { what: "delimiters in one row" }));
        let long = "a".repeat(1_001);
        assert!(matches!(cells(long.as_bytes()), Err(Unreadable::CellTooLong { .. })));
    }
}

//! Writes the table as CSV: UTF-8 with a byte order mark, every cell in quotation marks, and no formulas.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::{DecreeList, cell_text, labels};

/// The list as CSV, with a header row, commas between cells and CRLF at the ends of lines (RFC 4180).
pub fn csv(list: &DecreeList) -> Vec<u8> {
    write(list).expect("writing into memory cannot fail")
}

/// Writes the header row and the rows of all sections.
fn write(list: &DecreeList) -> Result<Vec<u8>, csv::Error> {
    // The byte order mark, without which Excel reads the file in the machine's old encoding.
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(labels::COLUMNS.map(|words| list.language.choose(words)))?;
    // Sections are not marked: each row has its decision in a column, so that the table can be sorted.
    for row in list.sections().iter().flat_map(|section| &section.rows) {
        writer.write_record(row.iter().map(|cell| cell_text::without_formula(cell)))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

//! The table as CSV: UTF-8 with its mark, every cell in quotation marks, nothing that a program would calculate.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::{DecreeList, text, words};

/// The list as CSV, with a row of headers.
pub fn csv(list: &DecreeList) -> Vec<u8> {
    write(list).expect("a vector takes what is written")
}

fn write(list: &DecreeList) -> Result<Vec<u8>, csv::Error> {
    // The mark by which spreadsheet programs know UTF-8.
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(words::COLUMNS.map(|words| list.language.choose(words)))?;
    for row in list.sections().iter().flat_map(|section| &section.rows) {
        writer.write_record(row.iter().map(|cell| text::inert(cell)))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

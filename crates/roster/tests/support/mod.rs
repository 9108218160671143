//! Makes workbooks part by part, also with content that no spreadsheet program would write.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The headers of a list with every required column.
pub const HEADERS: [&str; 9] = [
    "Category",
    "Family name",
    "Given name",
    "Nationality",
    "Birth date",
    "Sex",
    "Passport number",
    "Issuing state",
    "Passport expiry",
];

/// The row of a person who does not exist, under [`HEADERS`].
pub const PERSON: [&str; 9] =
    ["DRIVER", "SPECIMEN", "ERIKA", "DEU", "1980-12-31", "F", "C01X00T47", "DEU", "2029-06-30"];

/// The names and contents of the files in an archive.
pub type Parts = Vec<(String, Vec<u8>)>;

/// The files of a workbook with one sheet, whose XML is `sheet`.
pub fn workbook(sheet: impl Into<Vec<u8>>) -> Parts {
    let relationship = |id: &str, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let around = |inside: String| format!("<Relationships>{inside}</Relationships>").into_bytes();
    let book = r#"<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    vec![
        ("_rels/.rels".to_owned(), around(relationship("rId1", "officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml".to_owned(), book.into()),
        ("xl/_rels/workbook.xml.rels".to_owned(), around(relationship("rId1", "worksheet", "worksheets/sheet1.xml"))),
        ("xl/worksheets/sheet1.xml".to_owned(), sheet.into()),
    ]
}

/// The XML of a sheet with these rows of text cells.
pub fn sheet(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let row = |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    around(&rows.iter().map(row).collect::<String>())
}

/// The XML of a sheet around the XML of its rows.
pub fn around(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

/// The same files and one more.
pub fn and(mut parts: Parts, name: &str, content: impl Into<Vec<u8>>) -> Parts {
    parts.push((name.to_owned(), content.into()));
    parts
}

/// The files as a ZIP archive.
pub fn archive(parts: &Parts, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in parts {
        writer.start_file(name.as_str(), options).expect("a name that is new");
        writer.write_all(content).expect("into memory");
    }
    writer.finish().expect("into memory").into_inner()
}

/// The files as a compressed ZIP archive.
pub fn deflated(parts: &Parts) -> Vec<u8> {
    archive(parts, CompressionMethod::Deflated)
}

//! Workbooks made by hand, part by part, with whatever a spreadsheet program would never write.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The headers of a list with every column that must be there.
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

/// A person that there is not, under [`HEADERS`].
pub const PERSON: [&str; 9] =
    ["DRIVER", "SPECIMEN", "ERIKA", "DEU", "1980-12-31", "F", "C01X00T47", "DEU", "2029-06-30"];

/// Names and contents of the parts of an archive.
pub type Parts = Vec<(String, Vec<u8>)>;

/// The parts of a workbook around one sheet.
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

/// A sheet with these cells, as XML.
pub fn sheet(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let row = |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    around(&rows.iter().map(row).collect::<String>())
}

/// A sheet around its rows.
pub fn around(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

/// Another part of a workbook.
pub fn and(mut parts: Parts, name: &str, content: impl Into<Vec<u8>>) -> Parts {
    parts.push((name.to_owned(), content.into()));
    parts
}

/// The parts as an archive.
pub fn archive(parts: &Parts, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in parts {
        writer.start_file(name.as_str(), options).expect("a name that is new");
        writer.write_all(content).expect("into memory");
    }
    writer.finish().expect("into memory").into_inner()
}

/// The parts as an archive, made small.
pub fn deflated(parts: &Parts) -> Vec<u8> {
    archive(parts, CompressionMethod::Deflated)
}

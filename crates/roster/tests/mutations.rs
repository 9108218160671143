//! Changes a few bytes of valid files and checks that reading never panics. The seeds are fixed, so a failure repeats.

mod support;

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use roster::{FileError, Language, Limits, Roster};
use support::{HEADERS, PERSON, Parts, and, archive, deflated, sheet, workbook};
use zip::CompressionMethod;

/// How many changed files a test reads, times two for the formats that are quick to make.
const ROUNDS: usize = 2_000;

/// Reads a file and writes its bad rows, because writing must not panic either.
fn read(bytes: &[u8]) -> Result<Roster, FileError> {
    let roster = roster::read(bytes, &Limits::default())?;
    roster::bad_rows(&roster, &BTreeMap::new());
    Ok(roster)
}

/// Changes one to four bytes, half of them into a byte that has a meaning for a parser.
fn mutate(bytes: &mut [u8], random: &mut ChaCha8Rng) {
    const MEANINGFUL_BYTES: &[u8] = b"<>/\"'&;:=,.-0129AZaz\0\n\xFF\xC3";
    for _ in 0..random.random_range(1..=4) {
        let position = random.random_range(0..bytes.len());
        bytes[position] = if random.random() {
            random.random()
        } else {
            MEANINGFUL_BYTES[random.random_range(0..MEANINGFUL_BYTES.len())]
        };
    }
}

/// A workbook with shared strings, styles, dates and a shared formula, so that a change can hit each of their parsers.
fn parts() -> Parts {
    let rows = sheet(&[&HEADERS, &PERSON, &PERSON]).replace(
        "</sheetData>",
        r#"<row r="9"><c r="A9" t="s"><v>0</v></c><c r="E9" s="1"><v>29586</v></c><c r="B9"><f t="shared" si="0" ref="B9:B12">A1</f></c></row></sheetData>"#,
    );
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts><fonts><font><name val="A"/><sz val="11"/><color rgb="FF000000"/></font></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="164" fontId="0"/></cellXfs></styleSheet>"#;
    let strings = r#"<sst count="1" uniqueCount="1"><si><r><rPr><b/></rPr><t xml:space="preserve">DRIVER &amp; _x0041_</t></r></si></sst>"#;
    and(and(workbook(rows), "xl/styles.xml", styles), "xl/sharedStrings.xml", strings)
}

#[test]
fn an_archive_with_bytes_changed() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for valid in [deflated(&parts()), roster::template(Language::Kk)] {
        assert!(read(&valid).is_ok(), "it was valid before");
        for _ in 0..ROUNDS / 2 {
            let mut bytes = valid.clone();
            mutate(&mut bytes, &mut random);
            let _either = read(&bytes).is_ok();
        }
    }
}

/// The archive is made after the change, so its checksums are right and the change reaches the XML parser.
#[test]
fn the_xml_with_bytes_changed() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let valid = parts();
    let mut read_all_the_same = 0;
    for _ in 0..2 * ROUNDS {
        let mut parts = valid.clone();
        let part = random.random_range(0..parts.len());
        mutate(&mut parts[part].1, &mut random);
        read_all_the_same += usize::from(read(&archive(&parts, CompressionMethod::Stored)).is_ok());
    }
    assert!(read_all_the_same > ROUNDS / 10, "the changes are small enough to be read past: {read_all_the_same}");
}

#[test]
fn text_with_bytes_changed() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let line = |cells: [&str; 9]| cells.map(|cell| format!("\"{cell}\"")).join(";") + "\r\n";
    let valid = line(HEADERS) + &line(PERSON) + &line(PERSON);
    for _ in 0..2 * ROUNDS {
        let mut bytes = valid.clone().into_bytes();
        mutate(&mut bytes, &mut random);
        let _either = read(&bytes).is_ok();
    }
}

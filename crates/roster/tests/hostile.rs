//! Hostile files that are made to use up memory and time. Each must be refused within a limit of both.
//!
//! Linux reports the peak memory only for a whole process. So each file is read by a child process: this test program
//! again, with the file's path in its environment.

#[expect(dead_code, reason = "each test program uses some of it")]
mod support;

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use roster::Limits;
use support::{HEADERS, Parts, and, around, deflated, sheet, workbook};

/// The environment variable that tells the child process which file to read.
const FILE: &str = "ROSTER_HOSTILE_FILE";
/// The most memory that a child process may have used, in bytes.
const MAX_MEMORY: u64 = 128 << 20;
/// The most time for one file. It leaves room for a debug build on a busy machine.
const MAX_TIME: Duration = Duration::from_secs(60);
const MIB: usize = 1 << 20;

/// Reads the file as the child process. In an ordinary test run there is no file, and the test does nothing.
#[test]
fn child() {
    let Some(path) = env::var_os(FILE) else { return };
    let bytes = std::fs::read(path).expect("the parent wrote it");
    let refusal = roster::read(&bytes, &Limits::default()).expect_err("every one of these files is refused");
    println!("refused: {refusal}");
    println!("peak: {}", peak());
}

/// The peak memory of this process, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a process has a peak");
    1024 * line.trim().trim_end_matches(" kB").parse::<u64>().expect("in kilobytes")
}

/// Has a child process read a file, and checks that it refuses it with a text that contains `reason`.
fn check(name: &str, bytes: &[u8], reason: &str) {
    let path = env::temp_dir().join(format!("roster-hostile-{}-{}", std::process::id(), name.replace(' ', "-")));
    std::fs::write(&path, bytes).expect("room for some megabytes");
    let begun = Instant::now();
    let (peak, said) = read_by_child(&path);
    let took = begun.elapsed();
    std::fs::remove_file(&path).expect("it was written above");
    println!("{name}: {} bytes, {took:?}, peak {} KiB", bytes.len(), peak >> 10);
    assert!(said.contains(reason), "{name}: {said}");
    assert!(peak <= MAX_MEMORY, "{name}: {} MiB", peak >> 20);
    assert!(took <= MAX_TIME, "{name}: {took:?}");
}

/// The peak memory and the output of a child process that reads the file.
fn read_by_child(path: &Path) -> (u64, String) {
    let mut command = Command::new(env::current_exe().expect("this program"));
    let output = command.args(["--exact", "child", "--nocapture"]).env(FILE, path).output().expect("it runs again");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let peak = said.lines().find_map(|line| line.strip_prefix("peak: ")).expect("the child says it");
    (peak.parse().expect("a number"), said)
}

/// A sheet with the header row and `rows` below it.
fn list(rows: &str) -> String {
    sheet(&[&HEADERS]).replace("</sheetData>", &format!("{rows}</sheetData>"))
}

/// A workbook whose list of shared strings is `content`.
fn strings(content: &str) -> Parts {
    and(workbook(list(r#"<row><c t="s"><v>0</v></c></row>"#)), "xl/sharedStrings.xml", content)
}

/// Some kilobytes of ZIP can decompress to gigabytes, because XML repeats itself.
#[test]
fn sheets_that_inflate() {
    let empty_rows = "<row></row>".repeat(7 * MIB);
    check("much of nothing", &deflated(&workbook(list(&empty_rows))), "far more than a list of people needs (bytes)");
    check("a million cells", &deflated(&workbook(list(&"<row><c><v>1</v></c></row>".repeat(MIB)))), "(cells)");
    check("one endless tag", &deflated(&workbook(list(&format!("<row {}/>", "a".repeat(40 * MIB))))), "(one endless");
    check("much white space", &deflated(&workbook(list(&" ".repeat(40 * MIB)))), "(one endless piece of text)");
    let full = "<row><c t=\"inlineStr\"><is><t>x</t></is></c></row>".repeat(2_050);
    check("many rows", &deflated(&workbook(list(&full))), "more than 2000 rows");
}

/// Two cells in opposite corners must not allocate the cells between them.
#[test]
fn sheets_with_cells_far_apart() {
    let cells = |last: &str| {
        let dimension = "<worksheet><dimension ref=\"A1:XFD1048576\"/>";
        let rows = format!(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="{last}"><v>1</v></c></row>"#);
        deflated(&workbook(around(&rows).replace("<worksheet>", dimension)))
    };
    check("two cells", &cells("B9"), "no row with column headers");
    check("two corners", &cells("XFD1048576"), "beyond the 64 columns");
    check("no such cell", &cells("XFE1048577"), "a cell outside a sheet");
    check("overflow", &cells("AAAAAAAAAAAAAAA99999999999999"), "a cell outside a sheet");
}

/// Workbooks store a string once, and every cell can show it. A list can also announce more strings than it has.
#[test]
fn strings_that_multiply() {
    let one = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(50 * MIB));
    check("one string", &deflated(&strings(&one)), "(one endless piece of text)");
    let pieces = format!("<sst><si><t>{}</t></si></sst>", "xxxxxxxx&amp;".repeat(4 * MIB));
    check("one string in pieces", &deflated(&strings(&pieces)), "(text)");
    check("many strings", &deflated(&strings(&format!("<sst>{}</sst>", "<si/>".repeat(10 * MIB)))), "(strings)");
    check("announced", &deflated(&strings("<sst uniqueCount=\"99999999999999\"><si/></sst>")), "(strings)");
    let shown = "<row>".to_owned() + &"<c t=\"s\"><v>0</v></c>".repeat(60) + "</row>";
    let parts = workbook(list(&shown.repeat(1_900)));
    let text = format!("<sst><si><t>{}</t></si></sst>", "ж".repeat(1_000));
    check("shown everywhere", &deflated(&and(parts, "xl/sharedStrings.xml", text)), "(text)");
}

/// The library copies a font's name for each cell format. Entities of a document type can expand without a limit.
#[test]
fn styles_and_entities_that_multiply() {
    let styles = |name: usize, formats: usize| {
        let font = format!("<fonts><font><name val=\"{}\"/></font></fonts>", "f".repeat(name));
        let xf = r#"<xf numFmtId="0" fontId="0"/>"#.repeat(formats);
        let styles = format!("<styleSheet>{font}<cellXfs>{xf}</cellXfs></styleSheet>");
        deflated(&and(workbook(list("")), "xl/styles.xml", styles))
    };
    check("copied fonts", &styles(200_000, 40_000), "one style's name");
    check("many formats", &styles(8, 40_000), "(cell formats)");
    let fonts = format!("<styleSheet><fonts>{}</fonts></styleSheet>", "<font/>".repeat(4 * MIB));
    check("many fonts", &deflated(&and(workbook(list("")), "xl/styles.xml", fonts)), "(styles and other elements");

    let entities: String =
        (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE x [<!ENTITY l0 \"lol\">{entities}]>") + &sheet(&[&["&l9;"], &HEADERS]);
    check("billion laughs", &deflated(&workbook(laughs)), "a document type");
}

/// Archives with too many files, with a file twice, with no workbook in them, or with false sizes.
#[test]
fn archives_with_false_sizes_or_other_contents() {
    let many = (0..1_100).fold(workbook(list("")), |parts, n| and(parts, &format!("xl/{n}.xml"), ""));
    check("many files", &deflated(&many), "(files)");
    let inner = deflated(&workbook(list(&"<row></row>".repeat(MIB))));
    check("nested", &deflated(&and(Parts::new(), "xl/inner.zip", inner)), "no workbook");
    let twice = deflated(&and(workbook(list("")), "xl/workbook.xmk", ""));
    check("one name twice", &replaced(&twice, b"workbook.xmk", b"workbook.xml"), "one file twice");
    let picture = and(workbook(list("")), "xl/media/image1.png", vec![0; 20 * MIB]);
    check("a picture of zeros", &deflated(&picture), "(pictures)");

    let honest = workbook(list(&"<row></row>".repeat(7 * MIB)));
    let size = u32::try_from(honest[3].1.len()).expect("less than 4 GiB").to_le_bytes();
    let lying = replaced(&deflated(&honest), &size, &1_000_u32.to_le_bytes());
    check("false sizes", &lying, "cannot be read as a workbook (the archive is damaged)");
    check("half an archive", &lying[..lying.len() / 2], "the archive is damaged");
}

/// The bytes with one sequence of them replaced wherever it is.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let positions: Vec<_> =
        bytes.windows(from.len()).enumerate().filter(|(_, is)| *is == from).map(|(at, _)| at).collect();
    assert!(!positions.is_empty(), "nothing to replace");
    for position in positions {
        bytes[position..position + to.len()].copy_from_slice(to);
    }
    bytes
}

/// CSV within the limit of bytes that has too many cells or rows, or cells without an end.
#[test]
fn large_texts() {
    let commas = ",".repeat(10 * MIB);
    check("commas", commas.as_bytes(), "delimiters in one row");
    check("one cell", "x".repeat(10 * MIB).as_bytes(), "never closed");
    check("one row more than fits", (commas + ",").as_bytes(), "larger than 10 MiB");
    check("short rows", "x\n".repeat(5 * MIB).as_bytes(), "more than 2000 rows");
    check("open quote", ("\"".to_owned() + &"x\n".repeat(5 * MIB - 1)).as_bytes(), "never closed");
}

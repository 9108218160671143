//! Generates a page of text as a PDF.

use std::fmt::Write as _;

/// Makes a PDF of one A4 page with these lines on it.
///
/// Letters outside ASCII become `?`. Helvetica need not be embedded, so the file has one or two kilobytes.
pub fn page(lines: &[&str]) -> Vec<u8> {
    let content = content_stream(lines);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}endstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        append(&mut table, format_args!("{:010} 00000 n \n", pdf.len()));
        append(&mut pdf, format_args!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = pdf.len();
    let size = objects.len() + 1;
    append(&mut pdf, format_args!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    pdf.into_bytes()
}

/// Appends without a copy; `format!` would make a string for each part.
fn append(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string does not fail");
}

/// The content stream of the page: one line of text under the other, from the top.
fn content_stream(lines: &[&str]) -> String {
    let mut content = "BT /F1 12 Tf 16 TL 72 770 Td\n".to_owned();
    for line in lines {
        let mut escaped = String::new();
        for character in line.chars() {
            match character {
                '(' | ')' | '\\' => escaped.extend(['\\', character]),
                ' '..='~' => escaped.push(character),
                _ => escaped.push('?'),
            }
        }
        append(&mut content, format_args!("({escaped}) Tj T*\n"));
    }
    content.push_str("ET\n");
    content
}

//! Writes the table as an XLSX workbook. Every cell has the type text, so no program calculates it.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use crate::{COLUMNS, DecreeList, labels};

/// The code of A4 among the paper sizes of Excel.
const A4: u8 = 9;

/// The width of each column, in characters.
const WIDTHS: [f64; COLUMNS] = [6.0, 16.0, 34.0, 34.0, 26.0, 14.0, 26.0, 48.0];

/// The list as an XLSX workbook with one sheet. Every printed page repeats the header row.
pub fn xlsx(list: &DecreeList) -> Vec<u8> {
    write(list).expect("a decree is below the limits of a sheet")
}

/// Builds the workbook. Its dates and its title come from the list.
fn write(list: &DecreeList) -> Result<Vec<u8>, XlsxError> {
    let date = list.session_date;
    let (year, month, day) = (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs());
    // The library's default is the present time, which would make every file different.
    let mut workbook = Workbook::new();
    // Workbooks have no dates before 1900.
    let made = ExcelDateTime::from_ymd(year, month, day).or_else(|_| ExcelDateTime::from_ymd(1900, 1, 1))?;
    workbook.set_properties(&DocProperties::new().set_title(list.title()).set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    // A slash is not allowed in the name of a sheet.
    let name =
        if list.draft { labels::DRAFT.replace(" /", "") } else { list.language.choose(labels::SHEET).to_owned() };
    sheet.set_name(name)?.set_landscape().set_paper_size(A4).set_repeat_rows(0, 0)?.set_freeze_panes(1, 0)?;
    sheet.set_print_fit_to_pages(1, 0);
    let mark = if list.draft { labels::DRAFT } else { "" };
    // In headers of Excel an ampersand begins a code, so it is doubled.
    sheet.set_header(format!("&L{}&R{mark}", list.title().replace('&', "&&"))).set_footer("&C&P / &N");
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let plain = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    for (column, (words, width)) in (0..).zip(labels::COLUMNS.into_iter().zip(WIDTHS)) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, list.language.choose(words), &bold)?;
    }
    let sections = list.sections();
    for (number, row) in (1..).zip(sections.iter().flat_map(|section| &section.rows)) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string_with_format(number, column, cell, &plain)?;
        }
    }
    workbook.save_to_buffer()
}

//! Writes the template: a workbook with headers, an example row, drop-down lists and a sheet of instructions.

mod instructions;

use domain::vocabulary::language::Language;
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format as Style, Formula, Workbook, Worksheet, XlsxError,
};

use crate::cell::Cell;
use crate::column::Column;
use crate::header::Layout;
use crate::labels;
use instructions::{instruction, sheet_texts};

/// The passport number of the example. No passport has it, so a row with it is the example or an unfinished copy.
pub(crate) const EXAMPLE_PASSPORT: &str = "EXAMPLE000";

/// How many rows get drop-down lists. It equals the default of [`crate::Limits::rows`].
const VALIDATED_ROWS: u32 = 2_000;
/// The columns with drop-down lists, and the columns of the second sheet from which their choices come.
const LISTS: [(Column, u16, char); 2] = [(Column::Category, 5, 'F'), (Column::Sex, 6, 'G')];

/// The template in a language, as an XLSX workbook. [`crate::read`] skips its example row while it is unchanged.
///
/// The same language always gives the same bytes.
pub fn template(language: Language) -> Vec<u8> {
    write_template(language).expect("a template is far below the limits of a sheet")
}

/// A filled list, as an XLSX workbook: one row for each person, with the cells in the order of [`Column::ALL`].
///
/// The cells are written as text without a check, so that tests can also write wrong ones.
pub fn list(language: Language, people: &[[String; Column::ALL.len()]]) -> Vec<u8> {
    write_filled(language, people).expect("a list is below the limits of a sheet")
}

/// Writes the filled list with the template's headers, but without instructions and drop-down lists.
fn write_filled(language: Language, people: &[[String; Column::ALL.len()]]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties());
    let sheet = workbook.add_worksheet().set_name(sheet_texts(language).sheets[0])?;
    let text = Style::new().set_num_format("@");
    for (at, column) in (0..).zip(Column::ALL) {
        sheet.set_column_format(at, &text)?;
        sheet.write_string(0, at, column.header_in(language))?;
    }
    for (row, cells) in (1..).zip(people) {
        for (at, cell) in (0..).zip(cells) {
            sheet.write_string_with_format(row, at, cell, &text)?;
        }
    }
    workbook.save_to_buffer()
}

/// The workbook's properties, with a fixed date of creation. The library's default, the present time, would make every
/// file different.
pub(crate) fn properties() -> DocProperties {
    let day = ExcelDateTime::from_ymd(2019, 1, 1).expect("1 January 2019 is a valid date");
    DocProperties::new().set_creation_datetime(&day)
}

/// Whether a row is the template's example, unchanged, in any language.
pub(crate) fn is_example(cells: &[Cell], layout: &Layout) -> bool {
    let shown = |position: &usize| cells.get(*position).map(Cell::shown).unwrap_or_default();
    Language::ALL
        .into_iter()
        .any(|language| layout.positions.iter().all(|(column, position)| shown(position) == example(*column, language)))
}

/// Writes both sheets of the template.
fn write_template(language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties());
    let [list, columns] = sheet_texts(language).sheets;
    write_list(workbook.add_worksheet().set_name(list)?, language)?;
    write_instructions(workbook.add_worksheet().set_name(columns)?, language)?;
    workbook.save_to_buffer()
}

/// Writes the first sheet: headers, the example row and drop-down lists.
fn write_list(sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
    let text = Style::new().set_num_format("@");
    let header = text.clone().set_bold().set_background_color(Color::RGB(0x00DD_EBF7));
    let example_style = text.clone().set_italic().set_font_color(Color::Gray);
    for (at, column) in (0..).zip(Column::ALL) {
        // Every column is text. So passport numbers keep their leading zeros, and no program converts the dates.
        sheet.set_column_format(at, &text)?.set_column_width(at, 22)?;
        sheet.write_string_with_format(0, at, column.header_in(language), &header)?;
        sheet.write_string_with_format(1, at, example(column, language), &example_style)?;
    }
    for (column, _, letter) in LISTS {
        let (at, count) = (column as u16, choices(column, language).len());
        let source = format!("='{}'!${letter}$2:${letter}${}", sheet_texts(language).sheets[1], count + 1);
        // The list is a help and refuses nothing, because a label in another language is accepted as well.
        let validation = DataValidation::new().allow_list_formula(Formula::new(source)).show_error_message(false);
        sheet.add_data_validation(1, at, VALIDATED_ROWS, at, &validation)?;
    }
    // The headers stay in view when the secretary scrolls.
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Writes the second sheet: what to write into each column, and the choices of the drop-down lists.
fn write_instructions(sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
    let (bold, wrapped) = (Style::new().set_bold(), Style::new().set_text_wrap());
    let texts = sheet_texts(language);
    for (at, (title, width)) in (0..).zip(texts.titles.into_iter().zip([26, 12, 70, 60])) {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, title, &bold)?;
    }
    for (row, column) in (1..).zip(Column::ALL) {
        let accepted = column.headers().collect::<Vec<_>>().join(", ");
        sheet.write_string_with_format(row, 0, column.header_in(language), &bold)?;
        sheet.write_string(row, 1, texts.required[usize::from(!column.is_required())])?;
        sheet.write_string_with_format(row, 2, instruction(column, language), &wrapped)?;
        sheet.write_string_with_format(row, 3, accepted, &wrapped)?;
    }
    let below = u32::try_from(Column::ALL.len()).expect("there are 13 columns") + 2;
    sheet.write_string_with_format(below, 2, texts.example, &wrapped)?;
    for (column, at, _) in LISTS {
        sheet.write_string_with_format(0, at, column.header_in(language), &bold)?;
        sheet.set_column_width(at, 32)?;
        for (row, label) in (1..).zip(choices(column, language)) {
            sheet.write_string(row, at, label)?;
        }
    }
    Ok(())
}

/// The choices of a drop-down list.
fn choices(column: Column, language: Language) -> Vec<&'static str> {
    if column == Column::Category { labels::categories_in(language) } else { labels::sexes_in(language) }
}

/// The cell of the example row. The person does not exist.
fn example(column: Column, language: Language) -> &'static str {
    match column {
        Column::Category => labels::categories_in(language)[4],
        Column::FamilyName => "EXAMPLE",
        Column::GivenName => "ANNA MARIA",
        Column::NativeName => "Anna Maria Example",
        Column::NameKk => "Анна Мария Экзампл",
        Column::NameRu => "Анна Мария Экзампл",
        Column::Nationality | Column::IssuingState => "DEU",
        Column::BirthDate => "1980-12-31",
        Column::Sex => labels::sexes_in(language)[0],
        Column::PassportNumber => EXAMPLE_PASSPORT,
        Column::PassportExpiry => "2029-06-30",
        Column::Mrz => "",
    }
}

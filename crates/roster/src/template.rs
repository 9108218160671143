//! The file to begin with: headers, an example, lists to choose from, and a sheet that explains.

mod explained;

use domain::vocabulary::language::Language;
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format as Style, Formula, Workbook, Worksheet, XlsxError,
};

use crate::cell::Cell;
use crate::column::Column;
use crate::header::Layout;
use crate::words;
use explained::{explained, on_sheet};

/// The example's passport number. No passport has it, and a row that has it is the example or was made from it.
pub(crate) const EXAMPLE_PASSPORT: &str = "EXAMPLE000";

/// So many rows have their lists to choose from: as many as are read.
const ROWS: u32 = 2_000;
/// The columns of the second sheet that have the lists.
const LISTS: [(Column, u16, char); 2] = [(Column::Category, 5, 'F'), (Column::Sex, 6, 'G')];

/// The template in a language, as a workbook. [`crate::read`] passes over its example as long as nobody changes it.
pub fn template(language: Language) -> Vec<u8> {
    write(language).expect("a few rows are less than a sheet takes")
}

/// The list that a secretary makes of the template: a row for each person, its cells in the order of [`Column::ALL`].
pub fn list(language: Language, people: &[[String; Column::ALL.len()]]) -> Vec<u8> {
    write_filled(language, people).expect("rows of a list are fewer than a sheet takes, and its cells shorter")
}

fn write_filled(language: Language, people: &[[String; Column::ALL.len()]]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties());
    let sheet = workbook.add_worksheet().set_name(on_sheet(language).sheets[0])?;
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

/// The same in every file, whenever it is made.
pub(crate) fn properties() -> DocProperties {
    let day = ExcelDateTime::from_ymd(2019, 1, 1).expect("a day that there was");
    DocProperties::new().set_creation_datetime(&day)
}

/// Whether a row is the example as the template has it, in any language.
pub(crate) fn is_example(cells: &[Cell], layout: &Layout) -> bool {
    let shown = |place: &usize| cells.get(*place).map(Cell::shown).unwrap_or_default();
    Language::ALL
        .into_iter()
        .any(|language| layout.places.iter().all(|(column, place)| shown(place) == example(*column, language)))
}

fn write(language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties());
    let [list, columns] = on_sheet(language).sheets;
    write_list(workbook.add_worksheet().set_name(list)?, language)?;
    write_columns(workbook.add_worksheet().set_name(columns)?, language)?;
    workbook.save_to_buffer()
}

fn write_list(sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
    let text = Style::new().set_num_format("@");
    let header = text.clone().set_bold().set_background_color(Color::RGB(0x00DD_EBF7));
    let example_style = text.clone().set_italic().set_font_color(Color::Gray);
    for (at, column) in (0..).zip(Column::ALL) {
        // Passport numbers keep their zeros and dates stay as they are written, because every column is text.
        sheet.set_column_format(at, &text)?.set_column_width(at, 22)?;
        sheet.write_string_with_format(0, at, column.header_in(language), &header)?;
        sheet.write_string_with_format(1, at, example(column, language), &example_style)?;
    }
    for (column, _, letter) in LISTS {
        let (at, count) = (column as u16, listed(column, language).len());
        let source = format!("='{}'!${letter}$2:${letter}${}", on_sheet(language).sheets[1], count + 1);
        // A word in another language is as good: the list is a help and refuses nothing.
        let validation = DataValidation::new().allow_list_formula(Formula::new(source)).show_error_message(false);
        sheet.add_data_validation(1, at, ROWS, at, &validation)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_columns(sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
    let (bold, wrapped) = (Style::new().set_bold(), Style::new().set_text_wrap());
    let words = on_sheet(language);
    for (at, (title, width)) in (0..).zip(words.titles.into_iter().zip([26, 12, 70, 60])) {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, title, &bold)?;
    }
    for (row, column) in (1..).zip(Column::ALL) {
        let accepted = column.headers().collect::<Vec<_>>().join(", ");
        sheet.write_string_with_format(row, 0, column.header_in(language), &bold)?;
        sheet.write_string(row, 1, words.required[usize::from(!column.required())])?;
        sheet.write_string_with_format(row, 2, explained(column, language), &wrapped)?;
        sheet.write_string_with_format(row, 3, accepted, &wrapped)?;
    }
    let below = u32::try_from(Column::ALL.len()).expect("a dozen") + 2;
    sheet.write_string_with_format(below, 2, words.example, &wrapped)?;
    for (column, at, _) in LISTS {
        sheet.write_string_with_format(0, at, column.header_in(language), &bold)?;
        sheet.set_column_width(at, 32)?;
        for (row, word) in (1..).zip(listed(column, language)) {
            sheet.write_string(row, at, word)?;
        }
    }
    Ok(())
}

fn listed(column: Column, language: Language) -> Vec<&'static str> {
    if column == Column::Category { words::categories_in(language) } else { words::sexes_in(language) }
}

/// The example's cell, of a person that there is not.
fn example(column: Column, language: Language) -> &'static str {
    match column {
        Column::Category => words::categories_in(language)[4],
        Column::FamilyName => "EXAMPLE",
        Column::GivenName => "ANNA MARIA",
        Column::NativeName => "Anna Maria Example",
        Column::NameKk => "Анна Мария Экзампл",
        Column::NameRu => "Анна Мария Экзампл",
        Column::Nationality | Column::IssuingState => "DEU",
        Column::BirthDate => "1980-12-31",
        Column::Sex => words::sexes_in(language)[0],
        Column::PassportNumber => EXAMPLE_PASSPORT,
        Column::PassportExpiry => "2029-06-30",
        Column::Mrz => "",
    }
}

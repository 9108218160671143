//! A cell of a list, and its name in the spreadsheet.

use std::fmt;

use jiff::civil::Date;

/// The content of a cell. Its `Debug` shows only the kind, because most cells hold personal data.
#[derive(Clone, PartialEq, Default)]
pub enum Cell {
    /// No content, or only white space.
    #[default]
    Empty,
    /// Text without the white space around it. CSV has no other kind.
    Text(String),
    /// A number in a cell that is not formatted as a date. A passport number of this kind may have lost its zeros.
    Number(f64),
    /// A date, in a cell that is formatted as one.
    Date(Date),
    /// A formula without a result. Programs that generate workbooks write such cells.
    Uncalculated,
    /// An error value such as `#N/A`, as the spreadsheet shows it.
    Error(String),
}

impl Cell {
    /// A cell with this text, trimmed; an empty cell if only white space is left.
    pub(crate) fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// Whether the cell has no content. A formula without a result is content.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The cell as text. A number and a date appear in one fixed form, not in the format of the spreadsheet.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty | Self::Uncalculated => String::new(),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
        }
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text([personal])",
            Self::Number(_) => "Number([personal])",
            Self::Date(_) => "Date([personal])",
            Self::Uncalculated => "Uncalculated",
            Self::Error(_) => "Error",
        })
    }
}

/// The spreadsheet's name of a cell, such as `F12`; `row` counts from 1, `column` from 0.
pub(crate) fn name(row: u32, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).expect("a remainder of 26 is below 26")));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_names_are_those_of_the_spreadsheet() {
        for (row, column, expected) in [(12, 5, "F12"), (1, 0, "A1"), (3, 25, "Z3"), (3, 26, "AA3"), (9, 16383, "XFD9")]
        {
            assert_eq!(name(row, column), expected);
        }
    }

    #[test]
    fn debug_shows_no_personal_data() {
        assert_eq!(format!("{:?}", Cell::text(" N01234567 ")), "Text([personal])");
    }
}

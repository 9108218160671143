//! What a cell holds, and what it is called.

use std::fmt;

use jiff::civil::Date;

/// What a cell of the file holds. Its `Debug` shows the kind alone: most cells are about a person.
#[derive(Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, without the white space around it.
    Text(String),
    /// A number, in a cell that is not a date.
    Number(f64),
    /// A date.
    Date(Date),
    /// A formula that no spreadsheet program has calculated yet.
    Uncalculated,
    /// An error value such as `#N/A`.
    Error(String),
}

impl Cell {
    /// A cell of text; empty if there is nothing but white space.
    pub(crate) fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// What it shows, more or less; empty for what shows nothing.
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

/// What a spreadsheet calls a cell, from its row's number and its column counted from 0: `F12`.
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
    fn cells_are_called_as_the_spreadsheet_calls_them() {
        for (row, column, expected) in [(12, 5, "F12"), (1, 0, "A1"), (3, 25, "Z3"), (3, 26, "AA3"), (9, 16383, "XFD9")]
        {
            assert_eq!(name(row, column), expected);
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Cell::text(" N01234567 ")), "Text([personal])");
    }
}

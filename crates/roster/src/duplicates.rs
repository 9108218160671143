//! Finds rows of one file that repeat or contradict each other.
//!
//! Two rows are compared if they have the same issuing state and passport number. The same passport with two names is
//! a contradiction. The same passport twice in one category is a repetition. The same passport in two categories is
//! allowed here; the server decides about it.

use std::collections::HashMap;

use crate::cell::Cell;
use crate::column::{Column, normalize};
use crate::header::Layout;
use crate::row_parser::ParsedRow;

/// Adds a problem to every row that repeats an earlier one, and to both rows that give one passport to two people.
///
/// A contradiction marks both rows, because the program cannot know which of them is wrong.
pub(crate) fn add_problems(parsed_rows: &mut [(ParsedRow, Vec<Cell>)], layout: &Layout) {
    // Rows by passport, so that the time grows with the rows and not with their pairs.
    let mut passports: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (index, (parsed, _)) in parsed_rows.iter().enumerate() {
        if let (Some(state), Some(number)) = (&parsed.issuing_state, &parsed.passport_number) {
            passports.entry((state.clone(), number.clone())).or_default().push(index);
        }
    }
    for rows in passports.into_values().filter(|rows| rows.len() > 1) {
        add_problems_of_passport(parsed_rows, layout, &rows);
    }
}

/// Adds the problems of the rows that have one passport; `rows` are their indexes, from the top of the file.
fn add_problems_of_passport(parsed_rows: &mut [(ParsedRow, Vec<Cell>)], layout: &Layout, rows: &[usize]) {
    let number = |other: Option<&usize>| other.map(|&other| parsed_rows[other].0.number);
    // The messages are collected first, because the rows are still borrowed for comparison.
    let mut problems = Vec::new();
    for (position, &row) in rows.iter().enumerate() {
        let parsed = &parsed_rows[row].0;
        let named_otherwise = number(rows.iter().find(|&&other| differ(name(parsed), name(&parsed_rows[other].0))));
        let repeats = |other: &&usize| parsed.category.is_some() && parsed_rows[**other].0.category == parsed.category;
        let repeated = number(rows[..position].iter().find(repeats));
        let message = match (named_otherwise, repeated) {
            (Some(other), _) => format!(
                "Row {other} has the same passport but another name, and a passport belongs to one person. Correct the \
                 passport number or the name in one of the two rows."
            ),
            (None, Some(other)) => format!(
                "Row {other} already has this passport in this category, and a person is listed only once in each. \
                 Delete one of the two rows, or correct its passport number."
            ),
            (None, None) => continue,
        };
        problems.push((row, message));
    }
    for (row, message) in problems {
        parsed_rows[row].0.add_problem(layout, Column::PassportNumber, message);
    }
}

/// Whether both names were readable and are different. A name that could not be read has its own message already.
fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// The row's name for comparison, or `None` if part of it could not be read.
fn name(parsed: &ParsedRow) -> Option<(String, String)> {
    Some((normalize(parsed.family_name.as_deref()?), normalize(parsed.given_name.as_deref()?)))
}

//! Rows of one file that contradict or repeat each other.

use std::collections::HashMap;

use crate::cell::Cell;
use crate::column::{Column, plain};
use crate::entry::Draft;
use crate::header::Layout;

/// Notes a problem on every row that repeats another, and on both rows that give one passport to two people.
pub(crate) fn mark(drafts: &mut [(Draft, Vec<Cell>)], layout: &Layout) {
    let mut passports: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (index, (draft, _)) in drafts.iter().enumerate() {
        if let (Some(state), Some(number)) = (&draft.issuing_state, &draft.passport_number) {
            passports.entry((state.clone(), number.clone())).or_default().push(index);
        }
    }
    for rows in passports.into_values().filter(|rows| rows.len() > 1) {
        mark_one(drafts, layout, &rows);
    }
}

/// The rows of one passport, from above.
fn mark_one(drafts: &mut [(Draft, Vec<Cell>)], layout: &Layout, rows: &[usize]) {
    let number = |other: Option<&usize>| other.map(|&other| drafts[other].0.number);
    let mut problems = Vec::new();
    for (position, &row) in rows.iter().enumerate() {
        let draft = &drafts[row].0;
        let named_otherwise = number(rows.iter().find(|&&other| differ(name(draft), name(&drafts[other].0))));
        let repeats = |other: &&usize| draft.category.is_some() && drafts[**other].0.category == draft.category;
        let repeated = number(rows[..position].iter().find(repeats));
        let message = match (named_otherwise, repeated) {
            (Some(other), _) => format!(
                "Row {other} has the same passport under another name. Correct the number or the name, here or there."
            ),
            (None, Some(other)) => format!(
                "Row {other} already has this passport in this category. Delete one of the two rows, or correct it."
            ),
            (None, None) => continue,
        };
        problems.push((row, message));
    }
    for (row, message) in problems {
        drafts[row].0.object(layout, Column::PassportNumber, message);
    }
}

/// Whether both names could be read and are not the same.
fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

fn name(draft: &Draft) -> Option<(String, String)> {
    Some((plain(draft.family_name.as_deref()?), plain(draft.given_name.as_deref()?)))
}

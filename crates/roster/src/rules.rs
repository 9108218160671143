//! The rules of the columns. A rule takes a cell and returns its value, or a message for the secretary.
//!
//! A message says what is wrong or what is expected, then what to do. It repeats no more of the cell than one letter
//! or a country's code, because most cells hold personal data. The server applies its own rules again at filing. These
//! rules find the same mistakes before anything is sent.

pub(crate) mod dates;
pub(crate) mod listed_values;
pub(crate) mod names;
pub(crate) mod passport;

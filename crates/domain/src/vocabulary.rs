//! The words that all rules share: identifiers, names, languages, countries. They depend on no rule.

pub mod country;
pub mod dated_name;
pub mod id;
pub mod language;
pub mod name;
pub mod personal;

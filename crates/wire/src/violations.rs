//! What is wrong with a request, field by field.

use std::fmt;
use std::str::FromStr;

use domain::vocabulary::id::InvalidId;

/// One field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's path in the request, as in `application.person.passport.number` or `applications[3]`.
    pub field: String,
    /// What is expected there, never what was found: it may be personal data.
    pub description: String,
}

/// How many violations are collected at the most. Whoever has a hundred to mend sends the request again anyway, and a
/// request of a megabyte must not cost more than it is worth.
pub const MAX_VIOLATIONS: usize = 100;

/// What is wrong with a request, in the order of its fields: everything, up to [`MAX_VIOLATIONS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a violation, unless there are [`MAX_VIOLATIONS`] already.
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        if !self.is_full() {
            self.0.push(Violation { field: field.into(), description: description.into() });
        }
    }

    /// Adds what a conversion expects of a field, unless a rule has found the field wrong already.
    pub fn expect(&mut self, field: &str, description: impl Into<String>) {
        // Asked first: the search is bounded by what is collected, and there is none once nothing more is.
        if !self.is_full() && !self.names(field) {
            self.add(field, description);
        }
    }

    /// Whether no more are collected.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_VIOLATIONS
    }

    /// A part that must be there.
    pub fn required<T>(&mut self, part: Option<T>, field: &str) -> Option<T> {
        if part.is_none() {
            self.expect(field, "must be set");
        }
        part
    }

    /// Reads a name or a code, or adds what it must be. Nothing is read once nothing more is collected: a request that is wrong
    /// in every field must not cost more than one that is right.
    pub fn parse<T: FromStr<Err = InvalidId>>(&mut self, text: &str, field: &str) -> Option<T> {
        if self.is_full() {
            return None;
        }
        text.parse().map_err(|InvalidId { expected }| self.expect(field, format!("must be {expected}"))).ok()
    }

    /// What was made of the request, if nothing is wrong with it. `make` gives `None` only for what is a violation.
    ///
    /// # Errors
    ///
    /// The violations, if there are any.
    pub fn finish<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, Self> {
        match make() {
            Some(made) if self.is_empty() => Ok(made),
            made => {
                debug_assert!(made.is_some() || !self.is_empty(), "a part is missing and nothing says why");
                Err(self)
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// Whether this very field is named.
    pub fn names(&self, field: &str) -> bool {
        self.0.iter().any(|violation| violation.field == field)
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [Violation { field, description }] => write!(f, "{field}: {description}"),
            _ if self.is_full() => write!(f, "{MAX_VIOLATIONS} fields or more are not as they should be"),
            all => write!(f, "{} fields are not as they should be", all.len()),
        }
    }
}

impl std::error::Error for Violations {}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

//! What is wrong with a request, field by field.

use std::fmt;
use std::str::FromStr;

use domain::id::InvalidId;

/// One field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's path in the request, as in `application.person.passport.number` or `applications[3]`.
    pub field: String,
    /// What is expected there, never what was found: it may be personal data.
    pub description: String,
}

/// Everything that is wrong with a request, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a violation.
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.0.push(Violation { field: field.into(), description: description.into() });
    }

    /// Adds what a conversion expects of a field, unless a rule has found the field wrong already.
    pub fn expect(&mut self, field: &str, description: impl Into<String>) {
        if !self.names(field) {
            self.add(field, description);
        }
    }

    /// A part that must be there.
    pub fn required<T>(&mut self, part: Option<T>, field: &str) -> Option<T> {
        if part.is_none() {
            self.expect(field, "must be set");
        }
        part
    }

    /// Reads a name or a code, or adds what it must be.
    pub fn parse<T: FromStr<Err = InvalidId>>(&mut self, text: &str, field: &str) -> Option<T> {
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

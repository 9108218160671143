//! Violations: the fields of a request that break a rule.

use std::fmt;
use std::str::FromStr;

use domain::vocabulary::id::InvalidId;

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's path in the request, as in `application.person.passport.number` or `applications[3]`.
    pub field: String,
    /// What is expected there, never what was found: it may be personal data.
    pub description: String,
}

/// The most violations that are collected. A sender with a hundred of them sends the request again anyway, and a bad
/// request of a megabyte must not cost more than a good one.
pub const MAX_VIOLATIONS: usize = 100;

/// All violations of a request in the order of its fields, up to [`MAX_VIOLATIONS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a violation, unless there are [`MAX_VIOLATIONS`] already.
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        if !self.is_full() {
            self.0.push(Violation { field: field.into(), description: description.into() });
        }
    }

    /// Adds a violation unless the field has one. A conversion calls it, so that a field that breaks a rule is not
    /// listed twice.
    pub fn add_if_absent(&mut self, field: &str, description: impl Into<String>) {
        // `is_full` comes first: it saves the search once nothing more is collected.
        if !self.is_full() && !self.contains_field(field) {
            self.add(field, description);
        }
    }

    /// Whether no more violations are collected.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_VIOLATIONS
    }

    /// The part, or a violation if it is not set.
    pub fn require<T>(&mut self, part: Option<T>, field: &str) -> Option<T> {
        if part.is_none() {
            self.add_if_absent(field, "must be set");
        }
        part
    }

    /// Parses a name or a code, or adds a violation. It does nothing once no more violations are collected: a bad
    /// request must not cost more than a good one.
    pub fn parse<T: FromStr<Err = InvalidId>>(&mut self, text: &str, field: &str) -> Option<T> {
        if self.is_full() {
            return None;
        }
        text.parse().map_err(|InvalidId { expected }| self.add_if_absent(field, format!("must be {expected}"))).ok()
    }

    /// The value that `make` makes of the request if there is no violation. `make` returns `None` only if there is one.
    ///
    /// # Errors
    ///
    /// The violations, if there are any.
    pub fn finish<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, Self> {
        match make() {
            Some(made) if self.is_empty() => Ok(made),
            made => {
                debug_assert!(made.is_some() || !self.is_empty(), "a part is missing without a violation");
                Err(self)
            }
        }
    }

    /// Whether there is no violation.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of violations.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The violations in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// Whether there is a violation of exactly this field, not of a part of it.
    pub fn contains_field(&self, field: &str) -> bool {
        self.0.iter().any(|violation| violation.field == field)
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [Violation { field, description }] => write!(f, "{field}: {description}"),
            _ if self.is_full() => {
                write!(f, "{MAX_VIOLATIONS} fields or more are wrong; correct each as its violation says")
            }
            all => write!(f, "{} fields are wrong; correct each as its violation says", all.len()),
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

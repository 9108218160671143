//! What is wrong with one part of a request.

/// An item of a list that is not ready, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProblem {
    /// The field of the request, or of the resource, that is the list.
    pub list: &'static str,
    /// Its place in that list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// A field that only the rules can tell to be wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its path in the request.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

//! What is wrong with one part of a request. A client shows each problem at its field or item.

/// An item of a list that is not ready, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProblem {
    /// The field of the request, or of the resource, that holds the list.
    pub list: &'static str,
    /// The index of the item in that list, from 0.
    pub index: usize,
    /// What is wrong with the item. It names no person: the client knows who it listed.
    pub problem: String,
}

/// A field with a value that only the rules can find wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The path of the field in the request.
    pub field: String,
    /// What is wrong with the value, and what was expected.
    pub problem: String,
}

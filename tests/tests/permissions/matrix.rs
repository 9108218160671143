//! Reads `tests/permissions.csv`, and the methods of the API from its descriptors.

use std::collections::BTreeMap;

use domain::vocabulary::role::Role;

/// The file is compiled in, so that a test run needs no working directory.
const FILE: &str = include_str!("../../permissions.csv");

/// A line of the file: the answers of a method to a role, one for each column.
pub struct Line {
    pub method: String,
    pub role: Role,
    pub cells: [Expected; 3],
}

/// A cell of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Ok,
    PermissionDenied,
    NotFound,
    NotApplicable,
}

impl Expected {
    /// The text of the cell.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::NotFound => "NOT_FOUND",
            Self::NotApplicable => "-",
        }
    }

    /// Reads a cell. Panics if its text is unknown.
    fn parse(text: &str) -> Self {
        let all = [Self::Ok, Self::PermissionDenied, Self::NotFound, Self::NotApplicable];
        all.into_iter()
            .find(|cell| cell.as_str() == text)
            .unwrap_or_else(|| panic!("expected OK, PERMISSION_DENIED, NOT_FOUND or -, got {text}"))
    }
}

/// Every line of the file.
pub fn lines() -> Vec<Line> {
    let mut lines = FILE.lines();
    assert_eq!(
        lines.next(),
        Some("rpc,role,own,other,absent"),
        "the first line of tests/permissions.csv has other columns"
    );
    lines.map(line).collect()
}

/// Reads a line. Panics if it has other columns.
fn line(text: &str) -> Line {
    let columns: Vec<&str> = text.split(',').collect();
    let [method, role, own, other, absent] = columns[..] else {
        panic!("expected five columns in tests/permissions.csv: {text}")
    };
    Line {
        method: method.to_owned(),
        role: role.parse().unwrap_or_else(|problem| panic!("{text}: {problem}")),
        cells: [own, other, absent].map(Expected::parse),
    }
}

/// A method of the API.
pub struct Method {
    /// Whether the method changes something. Its request then has a request id, or a header with one.
    pub changes: bool,
}

/// Every method of the API by its name, from the descriptors.
pub fn methods() -> BTreeMap<String, Method> {
    let services = wire::DESCRIPTOR_POOL.services();
    let methods = services.filter(|service| service.package_name() == "accreditation.v1");
    let methods = methods.flat_map(|service| service.methods().collect::<Vec<_>>());
    let described = methods.map(|method| {
        let changes = ["request_id", "header"].iter().any(|field| method.input().get_field_by_name(field).is_some());
        (method.name().to_owned(), Method { changes })
    });
    described.collect()
}

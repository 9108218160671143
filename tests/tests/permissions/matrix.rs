//! The file, and the methods of the API as its descriptors have them.

use std::collections::BTreeMap;

use domain::vocabulary::role::Role;

const FILE: &str = include_str!("../../permissions.csv");

/// A line of the file: what a role gets from a method, by whose resource it names.
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
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::NotFound => "NOT_FOUND",
            Self::NotApplicable => "-",
        }
    }

    fn read(text: &str) -> Self {
        let all = [Self::Ok, Self::PermissionDenied, Self::NotFound, Self::NotApplicable];
        all.into_iter().find(|cell| cell.as_str() == text).unwrap_or_else(|| panic!("{text} is no outcome"))
    }
}

/// Every line of the file.
pub fn lines() -> Vec<Line> {
    let mut lines = FILE.lines();
    assert_eq!(lines.next(), Some("rpc,role,own,other,absent"), "the file has other columns");
    lines.map(line).collect()
}

fn line(text: &str) -> Line {
    let columns: Vec<&str> = text.split(',').collect();
    let [method, role, own, other, absent] = columns[..] else { panic!("not five columns: {text}") };
    Line {
        method: method.to_owned(),
        role: role.parse().unwrap_or_else(|problem| panic!("{text}: {problem}")),
        cells: [own, other, absent].map(Expected::read),
    }
}

/// What the descriptors say of a method.
pub struct Method {
    /// Whether its request has a request id, as that of everything that changes something has, or a header with one.
    pub changes: bool,
}

/// Every method of the API, by its name.
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

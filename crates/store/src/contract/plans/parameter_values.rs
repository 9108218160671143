//! Values for the parameters of a statement, chosen by the column that each is
//! compared with. Plans depend on values: a common one and a rare one may use
//! different indexes.

use super::statement::Statement;

/// A value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// NULL: a filter that is absent.
    Null,
    /// A text.
    Text(&'static str),
    /// An integer.
    Int(i64),
    /// The id that the fill script gives to the row with this number.
    Id(u32),
    /// The hash that the fill script gives to the row with this number.
    Hash(u32),
}

/// Values that occur in the filled database, by column.
const COLUMNS: [(&str, Value); 24] = [
    ("election", Value::Text("e1")),
    ("organization", Value::Text("o07")),
    ("code", Value::Text("e1")),
    ("state", Value::Text("PRESENTED")),
    ("log", Value::Text("elections/e1")),
    ("subject", Value::Text("elections/e1/missions/o07/applications/00000000-0000-0000-0000-000000001388")),
    ("category", Value::Text("SHORT_TERM")),
    ("series", Value::Text("decree")),
    ("list", Value::Id(1)),
    ("id", Value::Id(5000)),
    ("application", Value::Id(5000)),
    ("document", Value::Id(15000)),
    ("event", Value::Id(25000)),
    ("document_index", Value::Hash(5000)),
    ("birth_index", Value::Hash(5000)),
    ("number", Value::Int(10)),
    ("serial", Value::Int(1000)),
    ("accreditation", Value::Int(1000)),
    ("replaces", Value::Int(1000)),
    ("presentation", Value::Int(16)),
    ("decree", Value::Int(10)),
    ("position", Value::Int(1000)),
    ("version", Value::Int(1)),
    ("adopted", Value::Int(0)),
];

/// A moment in the middle of the filled rows: some deadlines are before it,
/// everything else is after it.
const MOMENT: i64 = 1_000_000;

/// The values of a statement's parameters. Optional filters are absent.
pub fn parameter_values(statement: &Statement) -> Vec<Value> {
    let sql = split_row_comparison(&statement.sql);
    let number = |(index, kind): (usize, &String)| parameter_value(&sql, index + 1, kind);
    statement.types.iter().enumerate().map(number).collect()
}

/// The statement with `(a, b) > ($1, $2)` written as comparisons of single
/// columns, so that each parameter stands next to its column.
fn split_row_comparison(sql: &str) -> String {
    let Some((before, after)) = sql.split_once(") > (") else { return sql.to_owned() };
    let (head, columns) = before.rsplit_once('(').unwrap_or(("", before));
    let (parameters, rest) = after.split_once(')').unwrap_or((after, ""));
    let pairs = columns.split(", ").zip(parameters.split(", "));
    let pairs: Vec<_> = pairs.map(|(column, parameter)| format!("{column} > {parameter}")).collect();
    format!("{head}{}{rest}", pairs.join(" AND "))
}

/// The value of the parameter with this number.
fn parameter_value(sql: &str, number: usize, kind: &str) -> Value {
    let positions = positions(sql, &format!("${number}"));
    let before = |place: usize| sql[..place].trim_end();
    let after = |place: usize| &sql[place + 1 + number.to_string().len()..];
    if positions.iter().any(|place| after(*place).starts_with(" IS NULL OR")) {
        return Value::Null;
    }
    if positions.iter().any(|place| before(*place).ends_with("LIMIT")) {
        return Value::Int(101);
    }
    if positions.iter().any(|place| before(*place).ends_with("CASE")) {
        return Value::Text("presented");
    }
    if positions.iter().any(|place| after(*place).starts_with(" LIKE")) {
        return Value::Text(",SUBMITTED,PRESENTED,ACCREDITED,");
    }
    if let Some(keys) = keys_value(sql) {
        return keys;
    }
    let lists = ["json_each(", "json_each_text(", "jsonb_array_elements_text("];
    if let Some(list) = lists.iter().find(|list| positions.iter().any(|place| before(*place).ends_with(*list))) {
        return list_value(sql, list);
    }
    let columns = positions.iter().filter_map(|place| column(before(*place)));
    let known = columns.filter_map(|column| COLUMNS.iter().find(|(name, _)| *name == column));
    known.map(|(_, value)| *value).find(|value| value.has_type(kind)).unwrap_or(match kind {
        "text" => Value::Text("x"),
        "uuid" => Value::Id(5000),
        "bytea" => Value::Hash(5000),
        _ => Value::Int(MOMENT),
    })
}

/// A JSON list as a parameter: of numbers, of ids, or of ids with numbers.
fn list_value(sql: &str, list: &str) -> Value {
    match () {
        () if sql.contains("::bigint FROM") || sql.contains("SELECT value FROM") => Value::Text("[1, 2, 3]"),
        () if sql.contains(".key") && list != "jsonb_array_elements_text(" => {
            Value::Text("{\"00000000000000000000000000001388\":0, \"00000000000000000000000000001389\":1}")
        }
        () => Value::Text("[\"00000000000000000000000000001388\", \"00000000000000000000000000001389\"]"),
    }
}

/// Two keys as a JSON list, if the statement reads rows by such a list. Each
/// part has a value of the column that it is compared with.
fn keys_value(sql: &str) -> Option<Value> {
    let part = |number: u32| {
        let (before, after) = sql.split_once(&format!("value ->> {number}"))?;
        let by_kind = match (before.ends_with("unhex("), after) {
            (true, _) => Value::Id(5000),
            (_, after) if after.starts_with(" AS UUID") => Value::Id(5000),
            (_, after) if after.starts_with(" AS BIGINT") => Value::Int(1),
            _ => Value::Text("x"),
        };
        let column = sql.split_once(&format!(" = k.k{number}")).and_then(|(before, _)| before.rsplit('.').next());
        let known = COLUMNS.iter().find(|(name, _)| Some(*name) == column).map(|(_, value)| *value);
        let is_alike = |value: &Value| std::mem::discriminant(value) == std::mem::discriminant(&by_kind);
        Some(match known.filter(is_alike).unwrap_or(by_kind) {
            Value::Id(number) => format!("\"{number:032x}\""),
            Value::Int(number) => format!("\"{number}\""),
            Value::Text(text) => format!("\"{text}\""),
            Value::Null | Value::Hash(_) => unreachable!("no key has one"),
        })
    };
    let parts: Vec<_> = (0..3).map_while(part).collect();
    let key = parts.join(", ");
    (!parts.is_empty()).then(|| Value::Text(format!("[[{key}], [{key}]]").leak()))
}

/// Where a parameter occurs in a statement.
fn positions(sql: &str, parameter: &str) -> Vec<usize> {
    let is_whole = |place: usize| !sql[place + parameter.len()..].starts_with(|next: char| next.is_ascii_digit());
    sql.match_indices(parameter).map(|(place, _)| place).filter(|place| is_whole(*place)).collect()
}

/// The column that is compared at the end of this text.
fn column(before: &str) -> Option<&str> {
    let compared = before.trim_end_matches(['=', '<', '>']);
    let name = compared.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
    name.filter(|_| compared.len() < before.len())
}

impl Value {
    /// Whether the value fits a parameter type.
    fn has_type(self, kind: &str) -> bool {
        match self {
            Self::Null => true,
            Self::Text(_) => kind == "text",
            Self::Int(_) => kind == "bigint",
            Self::Id(_) => kind == "uuid",
            Self::Hash(_) => kind == "bytea",
        }
    }

    /// The value as a literal of PostgreSQL.
    pub fn literal(self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Text(text) => format!("'{text}'"),
            Self::Int(number) => number.to_string(),
            Self::Id(number) => format!("'{number:032x}'"),
            Self::Hash(number) => format!("'\\x{number:064x}'"),
        }
    }

    /// The bytes of an id or a hash on SQLite.
    pub fn bytes(number: u32, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        bytes[length - 4..].copy_from_slice(&number.to_be_bytes());
        bytes
    }
}

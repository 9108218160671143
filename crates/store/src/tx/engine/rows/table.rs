//! The tables whose rows are digested in the log: their keys, and which columns
//! are special.

use std::cmp::Ordering;

/// A key column, by the type that its parameter is cast to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyPart {
    /// A text column.
    Text(&'static str),
    /// An integer column.
    Int(&'static str),
    /// A UUID column: 16 bytes on SQLite.
    Id(&'static str),
}

impl KeyPart {
    /// The column's name.
    pub(crate) fn name(&self) -> &'static str {
        let (Self::Text(name) | Self::Int(name) | Self::Id(name)) = self;
        name
    }
}

/// A table of resources.
#[derive(Debug)]
pub(crate) struct Table {
    /// The table's name, which events contain.
    pub(crate) name: &'static str,
    /// The columns that identify the rows of one digest. Rows with equal values
    /// are digested together, for example all items of a list.
    pub(crate) key: &'static [KeyPart],
    /// The columns that are erased after retention, or that contain personal
    /// data.
    pub(crate) erasable: &'static [&'static str],
    /// The columns that the service derives from other rows, or that say how
    /// far a job has come. They change without an act, so no event has their
    /// digest.
    pub(crate) computed: &'static [&'static str],
    /// Which rows of the table are resources, as SQL.
    pub(crate) condition: &'static str,
}

use KeyPart::{Id, Int, Text};

/// All rows of a table are resources.
const ALL_ROWS: &str = "TRUE";

/// Declares the tables and the list of them. One list is the source of the
/// digests, of their check and of the page `docs/formats.md`.
macro_rules! tables {
    ($($const:ident $name:literal ($($key:expr),+) erasable [$($erasable:literal),*] computed [$($computed:literal),*] $condition:expr;)+) => {
        $(pub(crate) static $const: Table = Table {
            name: $name,
            key: &[$($key),+],
            erasable: &[$($erasable),*],
            computed: &[$($computed),*],
            condition: $condition,
        };)+

        /// All of them, in the order of their names.
        pub(crate) static TABLES: &[&Table] = &[$(&$const),+];
    };
}

tables! {
    ACCREDITATION "accreditation" (Text("election"), Int("number")) erasable [] computed [] ALL_ROWS;
    ACCREDITATION_CHANGE "accreditation_change" (Text("election"), Int("accreditation"), Int("sequence"))
        erasable ["reason"] computed [] ALL_ROWS;
    ACCREDITATION_CONFIRMATION "accreditation_confirmation" (Text("election"), Int("accreditation"), Int("called"))
        erasable [] computed [] ALL_ROWS;
    AMENDMENT "amendment" (Text("election"), Id("application"), Int("number"))
        erasable ["reason", "text"] computed [] ALL_ROWS;
    AMENDMENT_SCREENING "amendment_screening" (Text("election"), Id("application"), Int("amendment"))
        erasable ["findings"] computed [] ALL_ROWS;
    APPEAL "appeal" (Text("election"), Id("id")) erasable ["decision_text", "text"] computed [] ALL_ROWS;
    APPLICATION "application" (Text("election"), Id("id"))
        erasable ["facts", "last_return", "overturned", "paper", "recused"]
        computed ["accreditation_end_time", "category_time", "documents", "figure_time", "outcome_time", "present_time",
            "return_time", "to_refuse"] ALL_ROWS;
    BADGE "badge" (Text("election"), Int("serial")) erasable [] computed [] ALL_ROWS;
    DECREE "decree" (Text("election"), Int("number")) erasable ["chair", "secretary"] computed [] ALL_ROWS;
    DECREE_ITEM "decree_item" (Text("election"), Int("decree")) erasable [] computed [] ALL_ROWS;
    DECREE_PROPOSAL "decree_proposal" (Text("election"), Int("decree")) erasable [] computed [] ALL_ROWS;
    DECREE_SCAN "decree_scan" (Text("election"), Int("decree")) erasable [] computed [] ALL_ROWS;
    DEPLOYMENT_PLAN "deployment_plan" (Text("election"), Text("organization")) erasable ["teams"] computed [] ALL_ROWS;
    DEPLOYMENT_PLAN_REVISION "deployment_plan_revision" (Text("election"), Text("organization"), Int("version"))
        erasable ["teams"] computed [] ALL_ROWS;
    DOCUMENT "document" (Text("election"), Id("id")) erasable ["wrapped_key"] computed ["clear_time"] ALL_ROWS;
    ELECTION "election" (Text("code")) erasable [] computed ["ended_cause", "ended_through"] ALL_ROWS;
    ELECTION_SCHEDULE "election_schedule" (Text("election")) erasable [] computed [] ALL_ROWS;
    EVENT_NOTE "event_note" (Id("event")) erasable ["note"] computed [] ALL_ROWS;
    INVITATION "invitation" (Text("election"), Text("organization")) erasable [] computed [] ALL_ROWS;
    LEGAL_HOLD "legal_hold" (Text("election"), Id("id")) erasable ["reason", "release_reason"] computed [] ALL_ROWS;
    MISSION "mission" (Text("election"), Text("organization")) erasable ["head", "headquarters", "withdraw_reason"] computed [] ALL_ROWS;
    ORGANIZATION "organization" (Text("code")) erasable [] computed [] ALL_ROWS;
    PERSON "person" (Text("id")) erasable ["full_name"] computed [] ALL_ROWS;
    PRESENTATION "presentation" (Text("election"), Int("number")) erasable [] computed [] ALL_ROWS;
    PRESENTATION_ITEM "presentation_item" (Text("election"), Int("presentation")) erasable [] computed [] ALL_ROWS;
    PRINCIPAL "principal" (Text("organization"), Text("code")) erasable [] computed [] ALL_ROWS;
    PROPOSAL "proposal" (Text("election"), Int("number")) erasable ["text", "withdraw_reason"] computed [] ALL_ROWS;
    REVISION "revision" (Text("election"), Id("application"), Int("number"))
        erasable ["birth_index", "content", "document_index", "identity", "salt"] computed [] ALL_ROWS;
    RULE_PACK "rule_pack" (Text("id")) erasable [] computed [] ALL_ROWS;
    SCREENING "screening" (Text("election"), Id("application")) erasable ["findings", "stands"] computed [] ALL_ROWS;
    WATCH_LIST "watch_list" (Text("election")) erasable [] computed [] "t.state = 'CURRENT'";
}

/// Tables are compared by name, which is unique.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Table {}

impl Ord for Table {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(other.name)
    }
}

impl PartialOrd for Table {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Table {
    /// The parts of the statement that reads the rows with the keys `$1`, a
    /// JSON list.
    ///
    /// The keys are turned into columns first. Behind the policies of
    /// PostgreSQL only a comparison of columns uses an index; otherwise each
    /// call would scan the table.
    pub(crate) fn select_rows_sql(
        &self,
        pick: impl Fn(&'static str, &'static str) -> &'static str,
    ) -> Vec<&'static str> {
        const ALIASES: [&str; 3] = ["k0", "k1", "k2"];
        const VALUES: [&str; 3] = ["value ->> 0", "value ->> 1", "value ->> 2"];
        let mut sql = vec!["-- rows of ", self.name, "\n            WITH k AS MATERIALIZED (SELECT "];
        for (number, (part, (alias, value))) in self.key.iter().zip(ALIASES.into_iter().zip(VALUES)).enumerate() {
            let (before, after) = match part {
                KeyPart::Text(_) => ("", ""),
                KeyPart::Int(_) => ("CAST(", " AS BIGINT)"),
                KeyPart::Id(_) => (pick("unhex(", "CAST("), pick(")", " AS UUID)")),
            };
            sql.extend([if number == 0 { "" } else { ", " }, before, value, after, " AS ", alias]);
        }
        sql.push(pick(" FROM json_each($1))", " FROM jsonb_array_elements($1::jsonb) AS j (value))"));
        // OFFSET 0 makes PostgreSQL look up each key by the index. It expects
        // any JSON list to be long, and would scan the whole of a small table.
        let from = pick("FROM k CROSS JOIN ", "FROM k CROSS JOIN LATERAL (SELECT * FROM ");
        sql.extend(["\n            SELECT t.* ", from, self.name, " t WHERE "]);
        for (part, alias) in self.key.iter().zip(ALIASES) {
            sql.extend(["t.", part.name(), " = k.", alias, " AND "]);
        }
        sql.extend([self.condition, pick("", " OFFSET 0) t")]);
        sql
    }

    /// The parts of the statement that reads the keys of all rows.
    pub(crate) fn select_keys_sql(&self) -> Vec<&'static str> {
        let mut sql = vec!["-- keys of ", self.name, "\n            SELECT DISTINCT "];
        for (number, part) in self.key.iter().enumerate() {
            sql.extend([if number == 0 { "t." } else { ", t." }, part.name()]);
        }
        sql.extend([" FROM ", self.name, " t WHERE ", self.condition]);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sorted tables are easy to compare with the page.
    #[test]
    fn tables_stand_in_the_order_of_their_names() {
        assert!(TABLES.is_sorted_by_key(|table| table.name));
    }

    /// An auditor recomputes digests from `docs/formats.md` alone, so that page
    /// must list every table.
    #[test]
    fn the_page_of_formats_lists_every_table() {
        let page = include_str!("../../../../../../docs/formats.md");
        let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let line = |table: &&Table| {
            let condition = if table.condition == ALL_ROWS { "" } else { " where `state` is `CURRENT`" };
            let key: Vec<_> = table.key.iter().map(KeyPart::name).collect();
            let (key, erasable, computed) = (quoted(&key), quoted(table.erasable), quoted(table.computed));
            format!("| `{}`{condition} | {key} | {erasable} | {computed} |", table.name)
        };
        let expected: Vec<_> = TABLES.iter().map(line).collect();
        let begin = page.find("| Table | Key |").expect("the table");
        let found: Vec<_> = page[begin..].lines().skip(2).take_while(|line| line.starts_with('|')).collect();
        assert_eq!(found, expected, "replace the table in docs/formats.md by:\n{}", expected.join("\n"));
    }
}

//! A deployment plan as a CSV table. Each row holds one person of a team and one place.
//!
//! Spreadsheet programs write a byte order mark, or semicolons where the locale has decimal commas. Both are accepted,
//! because secretaries cannot always change them.

use csv::{ReaderBuilder, StringRecord, Trim};
use wire::v1;
use wire::v1::visit::Place;

/// The required columns. `reason` is optional.
const COLUMNS: [&str; 6] = ["team", "observer", "role", "place", "start_date", "end_date"];

/// The teams of a table, each value with the line it comes from.
///
/// The service reports problems by list positions. With the lines, a person finds the row to correct.
#[derive(Debug, Default)]
pub struct PlanTable {
    teams: Vec<Team>,
}

/// One team, with the number of the line for each of its values.
#[derive(Debug)]
struct Team {
    line: u64,
    number: i32,
    reason: String,
    observers: Vec<(u64, String)>,
    support: Vec<(u64, String)>,
    visits: Vec<(u64, v1::Visit)>,
}

impl PlanTable {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// Returns one text for each line that cannot be read, so that all can be corrected at once.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let text = text.trim_start_matches('\u{feff}');
        let heading = text.lines().next().unwrap_or_default();
        // The heading has no free text, so one separator there decides for the whole file.
        let delimiter = if heading.contains(';') && !heading.contains(',') { b';' } else { b',' };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).trim(Trim::All).from_reader(text.as_bytes());
        let columns = Columns::find(reader.headers().map_err(|error| vec![error.to_string()])?)?;
        let (mut table, mut problems) = (Self::default(), Vec::new());
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if let Err(problem) = table.add(line, &columns.row(&record)) {
                        problems.push(format!("line {line}: {problem}"));
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    problems.push(format!("line {line}: the number of columns differs from the heading"));
                }
            }
        }
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    /// Adds the person and the place of one row to its team. Repeated values are added once.
    fn add(&mut self, line: u64, row: &Row<'_>) -> Result<(), String> {
        let number = row.team.parse().map_err(|_| format!("team: expected a number, found `{}`", row.team))?;
        let visit = v1::Visit {
            place: Some(parse_place(row.place)?),
            start_date: row.start_date.to_owned(),
            end_date: row.end_date.to_owned(),
        };
        if row.observer.is_empty() {
            return Err("observer: it is empty; expected the full name of an application".to_owned());
        }
        let is_observer = match row.role {
            "observer" => true,
            "support" => false,
            _ => return Err(format!("role: expected observer or support, found `{}`", row.role)),
        };
        let team = self.team(line, number);
        if !row.reason.is_empty() {
            row.reason.clone_into(&mut team.reason);
        }
        let people = if is_observer { &mut team.observers } else { &mut team.support };
        if !people.iter().any(|(_, name)| name == row.observer) {
            people.push((line, row.observer.to_owned()));
        }
        if !team.visits.iter().any(|(_, other)| *other == visit) {
            team.visits.push((line, visit));
        }
        Ok(())
    }

    /// The team with this number, added if it is new.
    fn team(&mut self, line: u64, number: i32) -> &mut Team {
        let index = self.teams.iter().position(|team| team.number == number).unwrap_or_else(|| {
            let (reason, observers, support, visits) = (String::new(), Vec::new(), Vec::new(), Vec::new());
            self.teams.push(Team { line, number, reason, observers, support, visits });
            self.teams.len() - 1
        });
        &mut self.teams[index]
    }

    /// The teams as the service expects them.
    pub fn teams(&self) -> Vec<v1::Team> {
        let names = |people: &[(u64, String)]| people.iter().map(|(_, name)| name.clone()).collect();
        let team = |team: &Team| v1::Team {
            number: team.number,
            observers: names(&team.observers),
            support: names(&team.support),
            reason: team.reason.clone(),
            visits: team.visits.iter().map(|(_, visit)| visit.clone()).collect(),
        };
        self.teams.iter().map(team).collect()
    }

    /// The line that holds a field of the request, such as `plan.teams[3].visits[0].region`.
    pub fn lookup_line(&self, field: &str) -> Option<u64> {
        let (index, rest) = split_index(field.strip_prefix("plan.teams")?)?;
        let team = self.teams.get(index)?;
        let rest = rest.strip_prefix('.').unwrap_or_default();
        let line = |list: &str, lines: Vec<u64>| {
            let (index, _) = split_index(rest.strip_prefix(list)?)?;
            lines.get(index).copied()
        };
        line("observers", team.observers.iter().map(|one| one.0).collect())
            .or_else(|| line("support", team.support.iter().map(|one| one.0).collect()))
            .or_else(|| line("visits", team.visits.iter().map(|one| one.0).collect()))
            .or(Some(team.line))
    }
}

/// Splits `[3].rest` into the number and the rest.
fn split_index(path: &str) -> Option<(usize, &str)> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

/// Parses `KZ-75`, `KZ-75/12` or `abroad:DEU/Berlin`. Whether the region exists is checked by the service.
fn parse_place(text: &str) -> Result<Place, String> {
    if let Some(abroad) = text.strip_prefix("abroad:") {
        let (country, city) =
            abroad.split_once('/').ok_or("place: expected abroad:COUNTRY/CITY, as in abroad:DEU/Berlin")?;
        return Ok(Place::Abroad(v1::Abroad { country: country.to_owned(), city: city.to_owned() }));
    }
    match text.split_once('/') {
        Some((region, label)) => {
            Ok(Place::Commission(v1::Commission { region: region.to_owned(), label: label.to_owned() }))
        }
        None if text.is_empty() => Err("place: it is empty; expected KZ-75, KZ-75/12 or abroad:DEU/Berlin".to_owned()),
        None => Ok(Place::Region(text.to_owned())),
    }
}

/// The position of each column. People may order them as they like.
struct Columns {
    known: [usize; COLUMNS.len()],
    reason: Option<usize>,
}

/// The cells of one row, by column.
struct Row<'a> {
    team: &'a str,
    observer: &'a str,
    role: &'a str,
    place: &'a str,
    start_date: &'a str,
    end_date: &'a str,
    reason: &'a str,
}

impl Columns {
    /// Finds the columns by their headings, in upper or lower case.
    fn find(heading: &StringRecord) -> Result<Self, Vec<String>> {
        let find = |name: &str| heading.iter().position(|column| column.eq_ignore_ascii_case(name));
        let missing = COLUMNS.iter().filter(|name| find(name).is_none());
        let missing: Vec<_> = missing.map(|name| format!("line 1: the column {name} is missing")).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let known = COLUMNS.map(|name| find(name).unwrap_or_default());
        Ok(Self { known, reason: find("reason") })
    }

    /// The cells of a record. A missing reason is empty.
    fn row<'a>(&self, record: &'a StringRecord) -> Row<'a> {
        let cell = |index: usize| record.get(index).unwrap_or_default();
        let [team, observer, role, place, start_date, end_date] = self.known.map(cell);
        Row { team, observer, role, place, start_date, end_date, reason: self.reason.map(cell).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
team,observer,role,place,start_date,end_date,reason
1,a/1,observer,KZ-75,2019-06-07,2019-06-10,
1,a/2,observer,KZ-75,2019-06-07,2019-06-10,
1,a/3,support,KZ-75,2019-06-07,2019-06-10,
1,a/1,observer,KZ-19/12,2019-06-11,2019-06-11,
2,a/4,observer,abroad:DEU/Berlin,2019-06-08,2019-06-10,\"One, at the embassy\"
";

    /// A person who visits two places has two rows, but is one person.
    #[test]
    fn rows_become_teams_without_repeated_values() {
        let table = PlanTable::read(TABLE).expect("a table");
        let teams = table.teams();
        let [first, second] = &teams[..] else { panic!("{teams:?}") };
        assert_eq!(
            (&first.observers[..], &first.support[..]),
            (&["a/1", "a/2"].map(str::to_owned)[..], &["a/3".to_owned()][..])
        );
        let places: Vec<_> = first.visits.iter().map(|visit| visit.place.clone().expect("it has one")).collect();
        let commission = v1::Commission { region: "KZ-19".to_owned(), label: "12".to_owned() };
        assert_eq!(places, [Place::Region("KZ-75".to_owned()), Place::Commission(commission)]);
        assert_eq!((second.number, second.reason.as_str()), (2, "One, at the embassy"));
        let abroad = v1::Abroad { country: "DEU".to_owned(), city: "Berlin".to_owned() };
        assert_eq!(second.visits[0].place, Some(Place::Abroad(abroad)));
    }

    /// The lines are those of the file, with the heading as line 1, as an editor counts them.
    #[test]
    fn a_field_of_the_request_has_a_line() {
        let table = PlanTable::read(TABLE).expect("a table");
        for (field, line) in [
            ("plan.teams[0].observers[1]", Some(3)),
            ("plan.teams[0].support[0]", Some(4)),
            ("plan.teams[0].visits[1].commission.region", Some(5)),
            ("plan.teams[1].reason", Some(6)),
            ("plan.teams[1]", Some(6)),
            ("plan.teams[2].number", None),
            ("etag", None),
        ] {
            assert_eq!(table.lookup_line(field), line, "{field}");
        }
    }

    /// All problems are reported at once. The last table has semicolons and a byte order mark.
    #[test]
    fn every_wrong_line_is_reported() {
        let check = |text: &str, expected: &[&str]| {
            let problems = PlanTable::read(text).expect_err("it cannot be read");
            assert_eq!(problems, expected, "{text}");
        };
        let missing = ["line 1: the column role is missing", "line 1: the column place is missing"];
        check("team;observer;start_date;end_date\n", &missing);
        let wrong =
            TABLE.replace("1,a/2,observer,KZ-75", "one,a/2,observer,KZ-75").replace("a/3,support,KZ-75", "a/3,driver,");
        check(
            &wrong,
            &[
                "line 3: team: expected a number, found `one`",
                "line 4: place: it is empty; expected KZ-75, KZ-75/12 or abroad:DEU/Berlin",
            ],
        );
        check(
            &TABLE.replace("abroad:DEU/Berlin", "abroad:DEU"),
            &["line 6: place: expected abroad:COUNTRY/CITY, as in abroad:DEU/Berlin"],
        );
        check(
            &TABLE.replace(",2019-06-11,2019-06-11,", ""),
            &["line 5: the number of columns differs from the heading"],
        );
        check(
            &TABLE.replace("2,a/4,", "2,,"),
            &["line 6: observer: it is empty; expected the full name of an application"],
        );
        check(
            &TABLE.replace("a/3,support", "a/3,driver"),
            &["line 4: role: expected observer or support, found `driver`"],
        );
        let semicolons = TABLE.replace(',', ";").replace("One; at", "One, at");
        assert_eq!(PlanTable::read(&format!("\u{feff}{semicolons}")).expect("a table").teams().len(), 2);
    }
}

//! A deployment plan as a table: a row for each person of a team and each place.

use csv::{ReaderBuilder, StringRecord, Trim};
use wire::v1;
use wire::v1::visit::Place;

const COLUMNS: [&str; 6] = ["team", "observer", "role", "place", "start_date", "end_date"];

/// The teams of a table, and the lines that they come from.
#[derive(Debug, Default)]
pub struct Table {
    teams: Vec<Team>,
}

#[derive(Debug)]
struct Team {
    line: u64,
    number: i32,
    reason: String,
    observers: Vec<(u64, String)>,
    support: Vec<(u64, String)>,
    visits: Vec<(u64, v1::Visit)>,
}

impl Table {
    /// Reads a table; every line that cannot be read is named.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let text = text.trim_start_matches('\u{feff}');
        let heading = text.lines().next().unwrap_or_default();
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
                    problems.push(format!("line {line}: it has not as many columns as the heading"));
                }
            }
        }
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    fn add(&mut self, line: u64, row: &Row<'_>) -> Result<(), String> {
        let number = row.team.parse().map_err(|_| "team is not a number".to_owned())?;
        let visit = v1::Visit {
            place: Some(place(row.place)?),
            start_date: row.start_date.to_owned(),
            end_date: row.end_date.to_owned(),
        };
        if row.observer.is_empty() {
            return Err("observer is empty: it wants an application's full name".to_owned());
        }
        let observes = match row.role {
            "observer" => true,
            "support" => false,
            _ => return Err("role is neither observer nor support".to_owned()),
        };
        let team = self.team(line, number);
        if !row.reason.is_empty() {
            row.reason.clone_into(&mut team.reason);
        }
        let people = if observes { &mut team.observers } else { &mut team.support };
        if !people.iter().any(|(_, name)| name == row.observer) {
            people.push((line, row.observer.to_owned()));
        }
        if !team.visits.iter().any(|(_, other)| *other == visit) {
            team.visits.push((line, visit));
        }
        Ok(())
    }

    fn team(&mut self, line: u64, number: i32) -> &mut Team {
        let index = self.teams.iter().position(|team| team.number == number).unwrap_or_else(|| {
            let (reason, observers, support, visits) = (String::new(), Vec::new(), Vec::new(), Vec::new());
            self.teams.push(Team { line, number, reason, observers, support, visits });
            self.teams.len() - 1
        });
        &mut self.teams[index]
    }

    /// The teams, as the service wants them.
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

    /// The line that a field of the request comes from, as in `plan.teams[3].visits[0].region`.
    pub fn line_of(&self, field: &str) -> Option<u64> {
        let (index, rest) = indexed(field.strip_prefix("plan.teams")?)?;
        let team = self.teams.get(index)?;
        let rest = rest.strip_prefix('.').unwrap_or_default();
        let line = |list: &str, lines: Vec<u64>| {
            let (index, _) = indexed(rest.strip_prefix(list)?)?;
            lines.get(index).copied()
        };
        line("observers", team.observers.iter().map(|one| one.0).collect())
            .or_else(|| line("support", team.support.iter().map(|one| one.0).collect()))
            .or_else(|| line("visits", team.visits.iter().map(|one| one.0).collect()))
            .or(Some(team.line))
    }
}

/// The number in brackets at the beginning of a path, and what follows it.
fn indexed(path: &str) -> Option<(usize, &str)> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

/// `KZ-75`, `KZ-75/12` or `abroad:DEU/Berlin`.
fn place(text: &str) -> Result<Place, String> {
    if let Some(abroad) = text.strip_prefix("abroad:") {
        let (country, city) = abroad.split_once('/').ok_or("place is not abroad:COUNTRY/CITY")?;
        return Ok(Place::Abroad(v1::Abroad { country: country.to_owned(), city: city.to_owned() }));
    }
    match text.split_once('/') {
        Some((region, label)) => {
            Ok(Place::Commission(v1::Commission { region: region.to_owned(), label: label.to_owned() }))
        }
        None if text.is_empty() => Err("place is empty".to_owned()),
        None => Ok(Place::Region(text.to_owned())),
    }
}

/// Where each column is.
struct Columns {
    known: [usize; COLUMNS.len()],
    reason: Option<usize>,
}

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
    fn find(heading: &StringRecord) -> Result<Self, Vec<String>> {
        let find = |name: &str| heading.iter().position(|column| column.eq_ignore_ascii_case(name));
        let missing = COLUMNS.iter().filter(|name| find(name).is_none());
        let missing: Vec<_> = missing.map(|name| format!("line 1: there is no column {name}")).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let known = COLUMNS.map(|name| find(name).unwrap_or_default());
        Ok(Self { known, reason: find("reason") })
    }

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

    #[test]
    fn rows_become_teams_with_their_people_and_places_once() {
        let table = Table::read(TABLE).expect("a table");
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

    #[test]
    fn what_the_service_refuses_has_a_line() {
        let table = Table::read(TABLE).expect("a table");
        for (field, line) in [
            ("plan.teams[0].observers[1]", Some(3)),
            ("plan.teams[0].support[0]", Some(4)),
            ("plan.teams[0].visits[1].commission.region", Some(5)),
            ("plan.teams[1].reason", Some(6)),
            ("plan.teams[1]", Some(6)),
            ("plan.teams[2].number", None),
            ("etag", None),
        ] {
            assert_eq!(table.line_of(field), line, "{field}");
        }
    }

    #[test]
    fn every_line_that_cannot_be_read_is_named() {
        let check = |text: &str, expected: &[&str]| {
            let problems = Table::read(text).expect_err("it cannot be read");
            assert_eq!(problems, expected, "{text}");
        };
        let missing = ["line 1: there is no column role", "line 1: there is no column place"];
        check("team;observer;start_date;end_date\n", &missing);
        let wrong =
            TABLE.replace("1,a/2,observer,KZ-75", "one,a/2,observer,KZ-75").replace("a/3,support,KZ-75", "a/3,driver,");
        check(&wrong, &["line 3: team is not a number", "line 4: place is empty"]);
        check(&TABLE.replace("abroad:DEU/Berlin", "abroad:DEU"), &["line 6: place is not abroad:COUNTRY/CITY"]);
        check(&TABLE.replace(",2019-06-11,2019-06-11,", ""), &["line 5: it has not as many columns as the heading"]);
        check(&TABLE.replace("2,a/4,", "2,,"), &["line 6: observer is empty: it wants an application's full name"]);
        check(&TABLE.replace("a/3,support", "a/3,driver"), &["line 4: role is neither observer nor support"]);
        let semicolons = TABLE.replace(',', ";").replace("One; at", "One, at");
        assert_eq!(Table::read(&format!("\u{feff}{semicolons}")).expect("a table").teams().len(), 2);
    }
}

//! The table of the accreditation of 9 June 2019: how many people of each delegation were accredited at each session.
//!
//! `data/rehearsal_2019.csv` has a row for each organization, one row for all embassies and one for all election
//! commissions of states. `data/states_2019.csv` divides these last two rows among 41 states.

use anyhow::{Context, ensure};
use jiff::civil::Date;
use wire::v1::OrganizationKind;

/// One line for each organization: code, name, kind, accredited people at each session, and their sum.
const ORGANIZATIONS: &str = include_str!("../data/rehearsal_2019.csv");
const STATES: &str = include_str!("../data/states_2019.csv");

/// How many observers the unscaled table has.
pub const OBSERVERS: u32 = 1013;

/// How many people of each delegation are accredited at each session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccreditationTable {
    /// The days of the sessions, on which the commission adopts decrees.
    pub sessions: Vec<Date>,
    /// One row for each delegation.
    pub rows: Vec<Row>,
}

/// A delegation, with its numbers of accredited people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The organization's code, such as `osce-odihr` or `state-deu`.
    pub code: String,
    /// The organization's name in English.
    pub name: String,
    /// The kind of organization.
    pub kind: OrganizationKind,
    /// The state of an embassy or a commission, as the three-letter code of ICAO Doc 9303.
    pub state: Option<String>,
    /// How many people are accredited at each session.
    pub accredited: Vec<u32>,
}

impl Row {
    /// How many people of the delegation are accredited in all.
    pub fn total(&self) -> u32 {
        self.accredited.iter().sum()
    }
}

impl AccreditationTable {
    /// The unscaled table of 2019, with 1,013 observers.
    ///
    /// # Errors
    ///
    /// Fails if the compiled-in files cannot be parsed; a test excludes that.
    pub fn of_2019() -> anyhow::Result<Self> {
        let (header, lines) = lines(ORGANIZATIONS)?;
        let sessions: Vec<Date> =
            header[3..header.len() - 1].iter().map(|day| day.parse()).collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for line in &lines {
            match line[0] {
                "state-*" => rows.extend(state_rows(&sessions, Share::EMBASSY)?),
                "commission-*" => rows.extend(state_rows(&sessions, Share::COMMISSION)?),
                _ => rows.push(row(line)?),
            }
        }
        Ok(Self { sessions, rows })
    }

    /// Scales the table to a number of observers. Every delegation keeps its share, and at least one person.
    ///
    /// # Errors
    ///
    /// Fails if there are fewer observers than delegations.
    pub fn scaled(self, observers: u32) -> anyhow::Result<Self> {
        let totals: Vec<u32> = self.rows.iter().map(Row::total).collect();
        ensure!(
            observers as usize >= totals.len(),
            "{observers} observers are too few: each of the {} delegations sends at least one",
            totals.len()
        );
        let mut table = self;
        for (row, total) in table.rows.iter_mut().zip(with_at_least_one(apportion(&totals, observers))) {
            row.accredited = apportion(&row.accredited, total);
        }
        Ok(table)
    }

    /// How many people of all delegations are accredited at each session.
    pub fn by_session(&self) -> Vec<u32> {
        (0..self.sessions.len()).map(|session| self.rows.iter().map(|row| row.accredited[session]).sum()).collect()
    }

    /// How many people of all delegations are accredited in all.
    pub fn total(&self) -> u32 {
        self.rows.iter().map(Row::total).sum()
    }
}

/// A row that states share, either that of the embassies or that of the election commissions.
struct Share {
    /// The first part of the delegations' codes.
    prefix: &'static str,
    kind: OrganizationKind,
    /// The first word of the columns in the file of states; the session's day follows.
    column: &'static str,
    /// The delegation's name for that of its state.
    name: fn(&str) -> String,
}

impl Share {
    const EMBASSY: Self = Self {
        prefix: "state",
        kind: OrganizationKind::State,
        column: "embassy",
        name: |state| format!("{state} (embassy)"),
    };
    const COMMISSION: Self = Self {
        prefix: "commission",
        kind: OrganizationKind::ForeignElectionCommission,
        column: "commission",
        name: |state| format!("{state} (election commission)"),
    };
}

/// The delegations of the states that share a row.
fn state_rows(sessions: &[Date], share: Share) -> anyhow::Result<Vec<Row>> {
    let (header, lines) = lines(STATES)?;
    let column = |day: &Date| header.iter().position(|name| *name == format!("{} {day}", share.column));
    let columns: Vec<Option<usize>> = sessions.iter().map(column).collect();
    let mut rows = Vec::new();
    for line in lines {
        let people = columns.iter().map(|column| column.map_or(Ok(0), |column| line[column].parse()));
        let row = Row {
            code: format!("{}-{}", share.prefix, line[0]),
            name: (share.name)(line[1]),
            kind: share.kind,
            state: Some(line[0].to_uppercase()),
            accredited: people.collect::<Result<_, _>>()?,
        };
        // A state that sends only diplomats gets no row for its commission, and the other way round.
        rows.extend((row.total() > 0).then_some(row));
    }
    Ok(rows)
}

/// The row of an organization.
fn row(line: &[&str]) -> anyhow::Result<Row> {
    let kind = format!("ORGANIZATION_KIND_{}", line[2]);
    Ok(Row {
        code: line[0].to_owned(),
        name: line[1].to_owned(),
        kind: OrganizationKind::from_str_name(&kind).with_context(|| format!("{kind} is no kind of organization"))?,
        state: None,
        accredited: line[3..line.len() - 1].iter().map(|people| people.parse()).collect::<Result<_, _>>()?,
    })
}

/// The header and the lines of a CSV file. Splitting at commas is enough, because no field has one.
fn lines(csv: &'static str) -> anyhow::Result<(Vec<&'static str>, Vec<Vec<&'static str>>)> {
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().context("the table is empty")?;
    Ok((header, lines.collect()))
}

/// Divides a total in proportion to weights, by the method of largest remainders. The shares add up to the total.
fn apportion(weights: &[u32], total: u32) -> Vec<u32> {
    let sum: u64 = weights.iter().copied().map(u64::from).sum();
    let exact = |weight: u32| u64::from(weight) * u64::from(total);
    let mut shares: Vec<u32> = weights
        .iter()
        .map(|weight| u32::try_from(exact(*weight) / sum).expect("a share is less than the total"))
        .collect();
    // The sort is stable, so equal remainders are served in the order of the weights.
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|index| std::cmp::Reverse(exact(weights[*index]) % sum));
    let rest = (total - shares.iter().sum::<u32>()) as usize;
    by_remainder.into_iter().take(rest).for_each(|index| shares[index] += 1);
    shares
}

/// Gives one to each share of zero, and takes it from the largest share. The sum stays the same.
fn with_at_least_one(mut shares: Vec<u32>) -> Vec<u32> {
    while let Some(none) = shares.iter().position(|share| *share == 0) {
        let most = (0..shares.len())
            .max_by_key(|index| shares[*index])
            .expect("the list is not empty, because it has a share of zero");
        shares[most] -= 1;
        shares[none] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn table(observers: u32) -> AccreditationTable {
        AccreditationTable::of_2019().expect("the table reads").scaled(observers).expect("enough")
    }

    fn total_of(table: &AccreditationTable, kinds: &[OrganizationKind]) -> u32 {
        table.rows.iter().filter(|row| kinds.contains(&row.kind)).map(Row::total).sum()
    }

    #[test]
    fn the_table_has_the_columns_and_totals_of_2019() {
        let table = table(OBSERVERS);
        assert_eq!(
            table,
            AccreditationTable::of_2019().expect("the table reads"),
            "scaling to the same number changes nothing"
        );
        assert_eq!(table.by_session(), [45, 22, 116, 720, 110]);
        let senders = [OrganizationKind::InternationalOrganization, OrganizationKind::ParliamentaryAssembly];
        assert_eq!(total_of(&table, &senders), 866);
        assert_eq!(total_of(&table, &[OrganizationKind::State]), 104);
        assert_eq!(total_of(&table, &[OrganizationKind::ForeignElectionCommission]), 43);
    }

    /// The numbers of the states are in a file of their own, so the sums of the two files must agree.
    #[test]
    fn the_states_share_their_two_rows_as_the_table_says() {
        let (_, lines) = lines(ORGANIZATIONS).expect("the table reads");
        let table = table(OBSERVERS);
        for (code, kind) in
            [("state-*", OrganizationKind::State), ("commission-*", OrganizationKind::ForeignElectionCommission)]
        {
            let line = lines.iter().find(|line| line[0] == code).expect("the row is there");
            let sum = |session: usize| -> u32 {
                table.rows.iter().filter(|row| row.kind == kind).map(|row| row.accredited[session]).sum()
            };
            let ours: Vec<String> = (0..5).map(|session| sum(session).to_string()).collect();
            assert_eq!(ours, line[3..8], "{code}");
        }
        let by_may: BTreeSet<_> =
            table.rows.iter().filter(|row| row.accredited[3] > 0).filter_map(|row| row.state.clone()).collect();
        assert_eq!(by_may.len(), 31);
    }

    /// Rounding must neither lose a person nor leave a delegation without one.
    #[test]
    fn every_scale_adds_up_and_keeps_every_delegation() {
        for observers in [60, 61, 100, 500, 1012, 1013, 1014, 2000, 20_000] {
            let table = table(observers);
            assert_eq!(table.total(), observers);
            assert!(table.rows.iter().all(|row| row.total() > 0), "{observers}");
            let states: BTreeSet<_> = table.rows.iter().filter_map(|row| row.state.clone()).collect();
            assert_eq!((table.rows.len(), states.len()), (60, 41), "{observers}");
        }
    }

    #[test]
    fn fewer_observers_than_delegations_are_refused() {
        let error = AccreditationTable::of_2019().expect("the table reads").scaled(59).expect_err("too few");
        assert_eq!(error.to_string(), "59 observers are too few: each of the 60 delegations sends at least one");
    }

    #[test]
    fn the_largest_remainders_get_the_rest() {
        assert_eq!(apportion(&[1, 1, 1], 10), [4, 3, 3]);
        assert_eq!(apportion(&[5, 3, 2], 9), [4, 3, 2]);
        assert_eq!(apportion(&[0, 7], 3), [0, 3]);
        assert_eq!(with_at_least_one(vec![0, 5, 0]), [1, 3, 1]);
    }
}

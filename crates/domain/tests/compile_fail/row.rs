use domain::outcome::{Happening, Outcome, RowChange};

fn add(outcome: &mut Outcome, happening: Happening, row: RowChange) {
    let with_row = happening.with_row(row);
    outcome.besides.push(with_row);
}

fn main() {}

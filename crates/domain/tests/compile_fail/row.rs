use domain::outcome::{EventDraft, Outcome, RowChange};

fn add(outcome: &mut Outcome, event_draft: EventDraft, row: RowChange) {
    let with_row = event_draft.with_row(row);
    outcome.besides.push(with_row);
}

fn main() {}

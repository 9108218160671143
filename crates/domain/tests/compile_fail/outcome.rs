use domain::vocabulary::log::EventActor;
use domain::outcome::{EventDraft, Outcome};

fn make(main: EventDraft) -> Outcome {
    let (time, received, read) = (jiff::Timestamp::UNIX_EPOCH, None, None);
    Outcome { actor: EventActor::System, action: "Tick", time, received, read, main, besides: Vec::new() }
}

fn main() {}

use domain::event::EventActor;
use domain::outcome::{Happening, Outcome};

fn make(main: Happening) -> Outcome {
    let time = jiff::Timestamp::UNIX_EPOCH;
    Outcome { actor: EventActor::System, action: "Tick", time, main, besides: Vec::new() }
}

fn main() {}

//! What ends by itself.

use jiff::Timestamp;

use super::Election;
use crate::refusal::Stage;
use crate::rule_pack::RunOff;

/// An end that the service itself brings about, of accreditations that are in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The moment that it follows from; it tells one ending of an election from another.
    pub cause: Timestamp,
    /// What of that which is in force ends.
    pub whom: Whom,
}

/// What of that which is in force ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// All of it: the observation is over.
    Everyone,
    /// What had come into force before the run-off was called: whoever is to observe it is filed again.
    Before(Timestamp),
    /// The same, unless it was confirmed for the run-off.
    UnconfirmedBefore(Timestamp),
}

impl Whom {
    /// Whether nothing stays in force.
    pub fn is_everyone(self) -> bool {
        self == Self::Everyone
    }

    /// Why it ends, in words; none if the observation itself is over.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Everyone => "",
            Self::Before(_) => "A run-off was called, for which everyone is accredited anew.",
            Self::UnconfirmedBefore(_) => "The accreditation was not confirmed for the run-off.",
        }
    }
}

impl Election {
    /// What ends by now, if anything does: everything once the results are published; before that, what the rule pack says
    /// of a run-off that was called.
    pub fn ending(&self, now: Timestamp) -> Option<Ending> {
        if let Some(cause) = self.results_time {
            return Some(Ending { cause, whom: Whom::Everyone });
        }
        let cause = self.run_off_time?;
        let whom = match self.rules.run_off {
            RunOff::CarryOver => return None,
            RunOff::ReConfirm if !self.cutoffs.is_past(Stage::Submission, now) => return None,
            RunOff::ReConfirm => Whom::UnconfirmedBefore(cause),
            RunOff::Refile => Whom::Before(cause),
        };
        Some(Ending { cause, whom })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, election};
    use crate::rule_pack::RulePack;

    const RESULTS: &str = "2019-06-24T06:00:00Z";

    /// An election with a run-off called at that moment, whose submission cutoff is that of the fixture.
    fn called(pack: &str, call: &str) -> Election {
        Election { rules: RulePack::find(pack).expect("bundled"), run_off_time: Some(at(call)), ..election() }
    }

    #[test]
    fn nothing_ends_by_itself_before_the_results_are_published() {
        let now = at(RESULTS);
        assert_eq!(election().ending(now), None);
        let ended = Some(Ending { cause: now, whom: Whom::Everyone });
        assert_eq!(Election { results_time: Some(now), ..election() }.ending(now), ended);
        for pack in ["kz/1", "kz/3", "kz/4"] {
            let over = Election { results_time: Some(now), ..called(pack, "2019-06-01T00:00:00Z") };
            assert_eq!(over.ending(now), ended, "{pack}");
        }
    }

    #[test]
    fn what_becomes_of_the_first_round_s_accreditations_is_what_the_rule_pack_says() {
        let call = "2019-06-01T00:00:00Z";
        let (cause, cutoff) = (at(call), election().cutoffs.submission);
        let after = cutoff + jiff::SignedDuration::from_micros(1);
        for (pack, now, whom) in [
            ("kz/1", after, None),
            ("kz/2", after, None),
            ("kz/3", cause, None),
            ("kz/3", cutoff, None),
            ("kz/3", after, Some(Whom::UnconfirmedBefore(cause))),
            ("kz/4", cause, Some(Whom::Before(cause))),
            ("kz/4", after, Some(Whom::Before(cause))),
        ] {
            assert_eq!(called(pack, call).ending(now), whom.map(|whom| Ending { cause, whom }), "{pack} at {now}");
        }
    }
}

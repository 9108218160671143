//! Which accreditations end automatically: all when the results are published, some because of a run-off.

use jiff::Timestamp;

use super::Election;
use crate::refusal::Stage;
use crate::rule_pack::RunOff;

/// An automatic end of active accreditations, which the service carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The moment that caused it. It distinguishes this end from another one of the same election.
    pub cause: Timestamp,
    /// Which active accreditations end.
    pub scope: EndingScope,
}

/// Which active accreditations end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndingScope {
    /// All of them: the observation is over.
    Everyone,
    /// Those that were active before the run-off was called. People who are to observe it are filed again.
    Before(Timestamp),
    /// Those that were active before the run-off was called and were not confirmed for it.
    UnconfirmedBefore(Timestamp),
}

impl EndingScope {
    /// Whether no accreditation stays active.
    pub fn is_everyone(self) -> bool {
        self == Self::Everyone
    }

    /// The reason that the delegation reads; empty if the observation itself is over.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Everyone => "",
            Self::Before(_) => "A run-off was called, for which everyone is accredited again.",
            Self::UnconfirmedBefore(_) => "The accreditation was not confirmed for the run-off.",
        }
    }
}

impl Election {
    /// The automatic end that is due now. After the results all accreditations end; before that the rule pack says
    /// what a run-off ends. `None` if nothing is due.
    pub fn ending(&self, now: Timestamp) -> Option<Ending> {
        if let Some(cause) = self.results_time {
            return Some(Ending { cause, scope: EndingScope::Everyone });
        }
        let cause = self.run_off_time?;
        let scope = match self.rules.run_off.value {
            RunOff::CarryOver => return None,
            RunOff::ReConfirm if !self.cutoffs.is_past(Stage::Submission, now) => return None,
            RunOff::ReConfirm => EndingScope::UnconfirmedBefore(cause),
            RunOff::Refile => EndingScope::Before(cause),
        };
        Some(Ending { cause, scope })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, election, rules};

    const RESULTS: &str = "2019-06-24T06:00:00Z";

    /// An election with a run-off called at that moment, and the submission cutoff of the fixture.
    fn called(pack: &str, call: &str) -> Election {
        Election { rules: rules(pack), run_off_time: Some(at(call)), ..election() }
    }

    /// Without results or a run-off, rights must not end.
    #[test]
    fn nothing_ends_by_itself_before_the_results_are_published() {
        let now = at(RESULTS);
        assert_eq!(election().ending(now), None);
        let ended = Some(Ending { cause: now, scope: EndingScope::Everyone });
        assert_eq!(Election { results_time: Some(now), ..election() }.ending(now), ended);
        for pack in ["kz-1", "kz-3", "kz-4"] {
            let over = Election { results_time: Some(now), ..called(pack, "2019-06-01T00:00:00Z") };
            assert_eq!(over.ending(now), ended, "{pack}");
        }
    }

    /// The rule pack decides: carry over, confirm until the submission cutoff, or file again at once.
    #[test]
    fn the_rule_pack_decides_what_a_run_off_ends() {
        let call = "2019-06-01T00:00:00Z";
        let (cause, cutoff) = (at(call), election().cutoffs.submission);
        let after = cutoff + jiff::SignedDuration::from_micros(1);
        for (pack, now, scope) in [
            ("kz-1", after, None),
            ("kz-2", after, None),
            ("kz-3", cause, None),
            ("kz-3", cutoff, None),
            ("kz-3", after, Some(EndingScope::UnconfirmedBefore(cause))),
            ("kz-4", cause, Some(EndingScope::Before(cause))),
            ("kz-4", after, Some(EndingScope::Before(cause))),
        ] {
            assert_eq!(called(pack, call).ending(now), scope.map(|scope| Ending { cause, scope }), "{pack} at {now}");
        }
    }
}

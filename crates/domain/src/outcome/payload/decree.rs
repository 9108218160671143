//! The event content of an adopted decree, and of a filter that chose applications for its list.

use super::{Fact, Facts, Recorded};
use crate::decree::{LeftOutReason, Selection};

/// The numbers of an adopted decree. Totals are checked against them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeAdopted {
    /// How many applications it accredited.
    pub accredited: u32,
    /// How many applications it refused.
    pub refused: u32,
    /// How many accreditations it revoked, annulled and reinstated; `None` if it listed no proposals.
    pub changed: Option<[u32; 3]>,
}

/// The names of the three counts of [`DecreeAdopted::changed`], in their order.
const CHANGE_COUNTS: [&str; 3] = ["revoked", "annulled", "reinstated"];

impl Fact for DecreeAdopted {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        self.accredited.put("accredited", facts);
        self.refused.put("refused", facts);
        for (name, count) in CHANGE_COUNTS.into_iter().zip(self.changed.iter().flatten()) {
            count.put(name, facts);
        }
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let count = |name| u32::get(name, recorded);
        let changed = match CHANGE_COUNTS.map(count) {
            [Some(revoked), Some(annulled), Some(reinstated)] => Some([revoked, annulled, reinstated]),
            _ => None,
        };
        Some(Self { accredited: count("accredited")?, refused: count("refused")?, changed })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        [vec!["accredited", "refused"], CHANGE_COUNTS.to_vec()].concat()
    }
}

impl Fact for Selection {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        self.added.put("added", facts);
        self.left.put("left", facts);
        for (reason, count) in &self.left_out {
            count.put(reason.as_str(), facts);
        }
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let left_out = LeftOutReason::ALL.into_iter();
        let left_out = left_out.filter_map(|reason| Some((reason, u32::get(reason.as_str(), recorded)?)));
        Some(Self {
            added: u32::get("added", recorded)?,
            left: u32::get("left", recorded)?,
            left_out: left_out.collect(),
        })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        ["added", "left"].into_iter().chain(LeftOutReason::ALL.map(LeftOutReason::as_str)).collect()
    }
}

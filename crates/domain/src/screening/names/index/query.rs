//! A searched name, prepared to skip quickly the people of an index who cannot have it.

use super::{NameIndex, PARTNERS, ids};
use crate::screening::names::PersonNames;
use crate::screening::names::part::{Part, Skeleton};

/// A set of the searched parts, as one bit for each.
type Parts = u128;

/// A searched name, prepared for the comparison with one index.
pub(super) struct NameQuery<'a> {
    index: &'a NameIndex,
    /// The distinct parts of all spellings, also of those with two neighbours merged.
    parts: Vec<Skeleton<'a>>,
    spellings: Vec<QuerySpelling>,
    /// For each part of the index the searched parts that are similar to it; `None` until it is asked for.
    similar: Vec<Option<Parts>>,
    /// Whether there are more parts than a set can hold. Then nobody is skipped.
    overflows: bool,
}

/// One spelling of the searched name.
struct QuerySpelling {
    parts: Parts,
    /// The number of parts. Equal parts are one bit in the set.
    count: usize,
    joined: Vec<(Parts, usize)>,
}

impl<'a> NameQuery<'a> {
    /// Prepares a name for an index.
    pub(super) fn new(index: &'a NameIndex, names: &'a PersonNames) -> Self {
        let mut query = Self {
            index,
            parts: Vec::new(),
            spellings: Vec::new(),
            similar: vec![None; index.parts.len()],
            overflows: false,
        };
        for spelling in &names.spellings {
            let parts = query.set(&spelling.parts);
            let joined = spelling.joined.iter().map(|joined| (query.set(joined), joined.len())).collect();
            query.spellings.push(QuerySpelling { parts, count: spelling.parts.len(), joined });
        }
        query
    }

    /// The set of these parts.
    fn set(&mut self, parts: &'a [Part]) -> Parts {
        parts.iter().fold(0, |set, part| set | self.bit(part.skeleton()))
    }

    /// The bit of a part, which is added if it is new.
    fn bit(&mut self, part: Skeleton<'a>) -> Parts {
        let same = |known: &Skeleton<'_>| {
            (known.sounds, known.writing, known.article) == (part.sounds, part.writing, part.article)
        };
        let place = self.parts.iter().position(same).unwrap_or_else(|| {
            self.parts.push(part);
            self.parts.len() - 1
        });
        self.overflows |= place >= Parts::BITS as usize;
        1_u128.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0)
    }

    /// Whether a spelling of the index may be the same name. It may be wrong only by allowing too much.
    pub(super) fn may_match(&mut self, spelling: &[u32]) -> bool {
        if self.overflows {
            return true;
        }
        let mut similar = [0; super::super::spelling::PARTS];
        for (similar, id) in similar.iter_mut().zip(ids(spelling)) {
            *similar = self.similar(id);
        }
        let similar = &similar[..spelling.len()];
        self.spellings.iter().any(|sought| {
            let joined = || sought.joined.iter().any(|(parts, count)| pairs_up((*parts, *count), similar));
            pairs_up((sought.parts, sought.count), similar)
                || (sought.count > similar.len() && joined())
                || (sought.count < similar.len() && self.pairs_up_joined(sought, spelling, similar))
        })
    }

    /// The searched parts that are similar to a part of the index.
    fn similar(&mut self, id: u32) -> Parts {
        if let Some(known) = self.similar[id as usize] {
            return known;
        }
        let found = self.similar_to(&self.index.skeleton(id));
        self.similar[id as usize] = Some(found);
        found
    }

    /// The same, computed.
    fn similar_to(&self, part: &Skeleton<'_>) -> Parts {
        let similar = self.parts.iter().enumerate().filter(|(_, own)| own.is_similar(part, PARTNERS));
        similar.fold(0, |set, (place, _)| set | 1 << place)
    }

    /// Whether the spelling pairs up after two of its neighbours are merged.
    fn pairs_up_joined(&self, sought: &QuerySpelling, spelling: &[u32], similar: &[Parts]) -> bool {
        // The merged part can be the partner of one searched part. Every other one needs its partner already.
        let alone = sought.parts & !similar.iter().fold(0, |all, one| all | one);
        if alone.count_ones() > 1 {
            return false;
        }
        (1..similar.len()).any(|place| {
            let mut joined: Vec<Parts> = similar.to_vec();
            joined.remove(place);
            let id = |place: usize| spelling[place] & !super::FIRST;
            let all = joined.len() == sought.count;
            let others_pair = joined.iter().enumerate().all(|(at, one)| at == place - 1 || one & sought.parts != 0);
            if all && !others_pair {
                return false;
            }
            let whole = self.index.part(id(place - 1)).joined(&self.index.part(id(place)));
            joined[place - 1] = self.similar_to(&whole.skeleton());
            pairs_up((sought.parts, sought.count), &joined)
        })
    }
}

/// Whether each part of the shorter of two names has a partner in the longer one.
fn pairs_up((parts, count): (Parts, usize), similar: &[Parts]) -> bool {
    // One part in common with a full name is never enough.
    if count.min(similar.len()) == 1 && count.max(similar.len()) > 1 {
        return false;
    }
    let all = similar.iter().fold(0, |all, one| all | one);
    (count > similar.len() || parts & !all == 0)
        && (count < similar.len() || similar.iter().all(|one| one & parts != 0))
}

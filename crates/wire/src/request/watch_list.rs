//! `WatchListService`.

use domain::policy::Action;
use domain::vocabulary::id::RequestId;
use domain::vocabulary::name::{ElectionName, WatchListEntryName};
use domain::watch_list::ListedPerson;
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use super::{RequestKey, key, named};
use crate::convert::watch_list;
use crate::v1::replace_watch_list_request::Part;
use crate::violations::Violations;
use crate::{rules, v1};

/// More problems than this are not looked for.
const MOST_VIOLATIONS: usize = 100;
/// How many bytes the entries of a list have at the most.
const MOST_BYTES: usize = 32 << 20;

/// Reads the stream of `WatchListService/ReplaceWatchList`, message by message.
#[derive(Debug, Clone)]
pub struct WatchListReader {
    id: RequestId,
    /// Over all messages as re-encoded, the header first.
    digest: Sha256,
    announced: usize,
    count: usize,
    bytes: usize,
    violations: Violations,
}

impl WatchListReader {
    /// Reads the first message: which election, and how many entries follow.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn begin(request: v1::ReplaceWatchListRequest) -> Result<(ElectionName, Self), Violations> {
        let mut violations = rules::check(&request);
        let Some(Part::Header(header)) = request.part else {
            violations.expect("header", "must be the first message of a watch list");
            return violations.finish(|| None);
        };
        let key = key(Action::ReplaceWatchList, &header, &header.request_id, &mut violations);
        let v1::WatchListHeader { request_id: _, parent, entry_count } = header;
        let election = violations.parse(&parent, "header.parent");
        violations.finish(|| {
            let RequestKey { id, hash } = key?;
            let announced = usize::try_from(entry_count).ok()?;
            let digest = Sha256::new_with_prefix(hash);
            let reader = Self { id, digest, announced, count: 0, bytes: 0, violations: Violations::default() };
            Some((election?, reader))
        })
    }

    /// The caller's id of the request.
    pub fn request_id(&self) -> RequestId {
        self.id
    }

    /// How many entries have come.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether so much is wrong that the rest need not be read.
    pub fn gives_up(&self) -> bool {
        self.violations.len() >= MOST_VIOLATIONS || self.count > self.announced || self.bytes > MOST_BYTES
    }

    /// Reads a later message: the next entries. Gives nobody once anything was wrong.
    pub fn read(&mut self, request: v1::ReplaceWatchListRequest) -> Vec<ListedPerson> {
        let Some(Part::Chunk(v1::WatchListChunk { entries })) = &request.part else {
            self.violations.expect("chunk", "must be what follows the header");
            return Vec::new();
        };
        let most = v1::WatchListChunk::MOST_ENTRIES;
        if entries.is_empty() || entries.len() > most {
            self.violations.expect("chunk.entries", format!("must have 1 to {most} items"));
            return Vec::new();
        }
        let encoded = request.encode_to_vec();
        self.bytes += encoded.len();
        self.digest.update((encoded.len() as u64).to_be_bytes());
        self.digest.update(&encoded);
        let Some(Part::Chunk(v1::WatchListChunk { entries })) = request.part else { return Vec::new() };
        let mut people = Vec::with_capacity(entries.len());
        for entry in entries {
            people.extend(self.person(entry));
        }
        if self.violations.is_empty() && !self.gives_up() { people } else { Vec::new() }
    }

    fn person(&mut self, entry: v1::WatchListEntry) -> Option<ListedPerson> {
        // Counted over the whole stream: whoever sends it does not see the messages.
        let path = format!("entries[{}]", self.count);
        self.count += 1;
        if self.violations.len() >= MOST_VIOLATIONS {
            return None;
        }
        let mut violations = rules::check_at(&entry, &path);
        let person = watch_list::person(entry, &path, &mut violations);
        let room = MOST_VIOLATIONS - self.violations.len();
        for violation in violations.into_iter().take(room) {
            self.violations.add(violation.field, violation.description);
        }
        person
    }

    /// By what the request is known, now that all of it has come.
    ///
    /// # Errors
    ///
    /// Everything that was wrong with it, at most 100 problems.
    pub fn finish(self) -> Result<RequestKey, Violations> {
        let Self { id, digest, announced, count, bytes, mut violations } = self;
        if violations.is_empty() && bytes > MOST_BYTES {
            violations.add("entries", format!("must have at most {MOST_BYTES} bytes in all"));
        } else if violations.is_empty() && count != announced {
            violations.add("header.entry_count", "must be the number of entries that follow");
        }
        violations.finish(|| Some(RequestKey { id, hash: digest.finalize().into() }))
    }
}

impl v1::WatchListChunk {
    /// How many entries one message has at the most.
    pub const MOST_ENTRIES: usize = 1000;
}

/// Reads the request of `WatchListService/GetWatchListEntry`.
pub fn get_watch_list_entry(request: v1::GetWatchListEntryRequest) -> Result<WatchListEntryName, Violations> {
    let v1::GetWatchListEntryRequest { name } = &request;
    named(&request, name, "name")
}

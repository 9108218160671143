//! `WatchListService`.

use domain::policy::Action;
use domain::vocabulary::id::RequestId;
use domain::vocabulary::name::{ElectionName, WatchListEntryName};
use domain::watch_list::ListedPerson;
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use super::{RequestKey, read_name, request_key};
use crate::convert::watch_list;
use crate::v1::replace_watch_list_request::Part;
use crate::violations::{MAX_VIOLATIONS, Violations};
use crate::{rules, v1};

/// The most bytes of all entries of a list.
const MAX_BYTES: usize = 32 << 20;

/// Reads the stream of `WatchListService/ReplaceWatchList`, message by message.
#[derive(Debug, Clone)]
pub struct WatchListReader {
    id: RequestId,
    /// The hash of all re-encoded messages so far, the header first.
    digest: Sha256,
    expected_count: usize,
    count: usize,
    bytes: usize,
    violations: Violations,
}

impl WatchListReader {
    /// Reads the first message: the election, and the number of entries that follow.
    ///
    /// # Errors
    ///
    /// The violations of the message.
    pub fn begin(request: v1::ReplaceWatchListRequest) -> Result<(ElectionName, Self), Violations> {
        let mut violations = rules::check(&request);
        let Some(Part::Header(header)) = request.part else {
            violations.add_if_absent("header", "must be set in the first message of a watch list");
            return violations.finish(|| None);
        };
        let key = request_key(Action::ReplaceWatchList, &header, &header.request_id, &mut violations);
        let v1::WatchListHeader { request_id: _, parent, entry_count } = header;
        let election = violations.parse(&parent, "header.parent");
        violations.finish(|| {
            let RequestKey { id, hash } = key?;
            let expected_count = usize::try_from(entry_count).ok()?;
            let digest = Sha256::new_with_prefix(hash);
            let reader = Self { id, digest, expected_count, count: 0, bytes: 0, violations: Violations::default() };
            Some((election?, reader))
        })
    }

    /// The caller's id of the request.
    pub fn request_id(&self) -> RequestId {
        self.id
    }

    /// The number of entries that were read.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether a limit is exceeded, so that the rest need not be read.
    pub fn gives_up(&self) -> bool {
        self.violations.len() >= MAX_VIOLATIONS || self.count > self.expected_count || self.bytes > MAX_BYTES
    }

    /// Reads a later message: the next entries. Returns none once there is a violation.
    pub fn read(&mut self, request: v1::ReplaceWatchListRequest) -> Vec<ListedPerson> {
        let Some(Part::Chunk(v1::WatchListChunk { entries })) = &request.part else {
            self.violations.add_if_absent("chunk", "must be set in every message after the header");
            return Vec::new();
        };
        let max = v1::WatchListChunk::MOST_ENTRIES;
        if entries.is_empty() || entries.len() > max {
            self.violations.add_if_absent("chunk.entries", format!("must have 1 to {max} items"));
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
        // The index counts over the whole stream: the sender does not see how it is split into messages.
        let path = format!("entries[{}]", self.count);
        self.count += 1;
        if self.violations.len() >= MAX_VIOLATIONS {
            return None;
        }
        let mut violations = rules::check_at(&entry, &path);
        let person = watch_list::person(entry, &path, &mut violations);
        let remaining = MAX_VIOLATIONS - self.violations.len();
        for violation in violations.into_iter().take(remaining) {
            self.violations.add(violation.field, violation.description);
        }
        person
    }

    /// The key of the request, once all of it was read.
    ///
    /// # Errors
    ///
    /// The violations of the whole stream, up to [`MAX_VIOLATIONS`].
    pub fn finish(self) -> Result<RequestKey, Violations> {
        let Self { id, digest, expected_count, count, bytes, mut violations } = self;
        if violations.is_empty() && bytes > MAX_BYTES {
            violations.add("entries", format!("must have at most {MAX_BYTES} bytes in all"));
        } else if violations.is_empty() && count != expected_count {
            violations.add("header.entry_count", "must be the number of entries that follow");
        }
        violations.finish(|| Some(RequestKey { id, hash: digest.finalize().into() }))
    }
}

impl v1::WatchListChunk {
    /// The most entries of one message.
    pub const MOST_ENTRIES: usize = 1000;
}

/// Reads the request of `WatchListService/GetWatchListEntry`.
pub fn get_watch_list_entry(request: v1::GetWatchListEntryRequest) -> Result<WatchListEntryName, Violations> {
    let v1::GetWatchListEntryRequest { name } = &request;
    read_name(&request, name, "name")
}

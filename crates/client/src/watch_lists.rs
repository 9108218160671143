//! Uploads watch lists as streams.

use tonic::Request;
use wire::v1;
use wire::v1::replace_watch_list_request::Part;
use wire::v1::watch_list_service_client::WatchListServiceClient;

use crate::documents::DEADLINE;
use crate::{Client, Error};

/// The entries in one message. It stays far below the server's limit, even if each entry has many spellings.
const ENTRIES_PER_MESSAGE: usize = 250;

/// A watch list that replaces the election's present one.
#[derive(Debug, Clone)]
pub struct NewWatchList {
    /// The request id, a UUID that the caller makes. A retry with the same id has no second effect.
    pub request_id: String,
    /// The name of the election, `elections/{election}`.
    pub parent: String,
    /// The people on the list, at most 100,000.
    pub entries: Vec<v1::WatchListEntry>,
}

impl Client {
    /// `WatchListServiceClient.replace_watch_list`: sends the header and the entries. If the connection breaks, it
    /// sends them again from the start.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses the call or cannot be reached.
    pub async fn replace_watch_list(&self, list: NewWatchList) -> Result<v1::WatchList, Error> {
        let NewWatchList { request_id, parent, entries } = list;
        let entry_count = i32::try_from(entries.len()).unwrap_or(i32::MAX);
        let header = v1::WatchListHeader { request_id, parent, entry_count };
        let chunks = entries
            .chunks(ENTRIES_PER_MESSAGE)
            .map(|entries| Part::Chunk(v1::WatchListChunk { entries: entries.to_vec() }));
        let parts: std::sync::Arc<[Part]> = std::iter::once(Part::Header(header)).chain(chunks).collect();
        // The parts hold copies, and a list of 100,000 people is large.
        drop(entries);
        self.call_within(DEADLINE, parts, |channel, request| async move {
            let (metadata, extensions, parts) = request.into_parts();
            let parts =
                (0..parts.len()).map(move |index| v1::ReplaceWatchListRequest { part: Some(parts[index].clone()) });
            let parts = Request::from_parts(metadata, extensions, tokio_stream::iter(parts));
            WatchListServiceClient::new(channel).replace_watch_list(parts).await
        })
        .await
    }
}

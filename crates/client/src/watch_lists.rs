//! Watch lists, streamed in.

use tonic::Request;
use wire::v1;
use wire::v1::replace_watch_list_request::Part;
use wire::v1::watch_list_service_client::WatchListServiceClient;

use crate::documents::DEADLINE;
use crate::{Client, Error};

/// How many entries a message has: far less than what a server reads, also where each entry has many spellings.
const CHUNK: usize = 250;

/// A watch list that is to be put in the place of another one.
#[derive(Debug, Clone)]
pub struct NewWatchList {
    /// A UUID of the caller's.
    pub request_id: String,
    /// `elections/{election}`.
    pub parent: String,
    /// The people, at most 100,000.
    pub entries: Vec<v1::WatchListEntry>,
}

impl Client {
    /// `WatchListServiceClient.replace_watch_list`: sends the header and the entries, again from the start if the connection
    /// breaks.
    ///
    /// # Errors
    ///
    /// The server's refusal, or why it could not be asked.
    pub async fn replace_watch_list(&self, list: NewWatchList) -> Result<v1::WatchList, Error> {
        let NewWatchList { request_id, parent, entries } = list;
        let entry_count = i32::try_from(entries.len()).unwrap_or(i32::MAX);
        let header = v1::WatchListHeader { request_id, parent, entry_count };
        let chunks = entries.chunks(CHUNK).map(|entries| Part::Chunk(v1::WatchListChunk { entries: entries.to_vec() }));
        let parts: std::sync::Arc<[Part]> = std::iter::once(Part::Header(header)).chain(chunks).collect();
        drop(entries);
        self.call_within(DEADLINE, parts, |channel, request| async move {
            let (metadata, extensions, parts) = request.into_parts();
            let parts =
                (0..parts.len()).map(move |place| v1::ReplaceWatchListRequest { part: Some(parts[place].clone()) });
            let parts = Request::from_parts(metadata, extensions, tokio_stream::iter(parts));
            WatchListServiceClient::new(channel).replace_watch_list(parts).await
        })
        .await
    }
}

//! How a file goes out: what it is, then its bytes, as fast as they are read and no slower than is bearable.

use std::pin::Pin;

use documents::FileKey;
use domain::policy::Actor;
use store::CommandError;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status};
use uuid::Uuid;

use super::Api;
use crate::cabinet::PATIENCE;
use crate::status::Failure;

/// How many bytes a message has.
const CHUNK: usize = 256 << 10;

/// What a download answers with.
pub(super) type Parts<P> = Pin<Box<dyn Stream<Item = Result<P, Status>> + Send>>;

/// A file that lies sealed in the vault.
pub(super) struct Kept {
    /// Under what it lies.
    pub(super) id: Uuid,
    /// The place that it is sealed to.
    pub(super) place: String,
    /// SHA-256 of its bytes.
    pub(super) sha256: [u8; 32],
    /// Their length.
    pub(super) size_bytes: i64,
    /// What opens them.
    pub(super) key: [u8; 32],
}

impl Api {
    /// Gives a file out to a reader: first what it is, then its bytes.
    pub(super) async fn give<P: Send + 'static>(
        &self,
        reader: &Actor,
        file: Kept,
        first: P,
        chunk: fn(&[u8]) -> P,
    ) -> Result<Response<Parts<P>>, Status> {
        let Kept { id, place, sha256, size_bytes, key } = file;
        let room = self.cabinet.room(&reader.principal.organization, size_bytes).await;
        let room = room.map_err(|error| Failure::from(CommandError::from(error)))?;
        let bytes = self.cabinet.get(id, place, sha256, FileKey::from_bytes(key)).await.map_err(|error| {
            tracing::error!(%error, "a file cannot be read back");
            Failure::Broken("a document that is kept cannot be read back")
        })?;
        let (parts, stream) = mpsc::channel(2);
        tokio::spawn(async move {
            let _room = room;
            for part in std::iter::once(first).chain(bytes.chunks(CHUNK).map(chunk)) {
                // A caller who goes away is sent nothing more; one who reads nothing loses the stream, and its room is
                // free.
                if parts.send_timeout(Ok(part), PATIENCE).await.is_err() {
                    return;
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }
}

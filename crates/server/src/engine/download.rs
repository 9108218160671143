//! Streams a file from the vault to a reader: one message that describes it, then its bytes.
//!
//! The whole file is opened in memory before the first byte leaves, because its seal covers all
//! of it. So a download reserves memory for its size, and gives it back when the stream ends.
//! `transfer` ends a reader that is too slow.

use std::pin::Pin;
use std::sync::Arc;

use documents::FileKey;
use domain::policy::Action;
use store::CommandError;
use tokio_stream::Stream;
use tonic::body::Body;
use tonic::server::Grpc;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::service_fn;
use uuid::Uuid;
use wire::Message;

use super::{Api, Boxed};
use crate::gate::Admitted;
use crate::status::Failure;
use crate::tls::Peer;
use crate::transfer::Outgoing;

/// The messages of an answer that is streamed.
pub(crate) type MessageStream<P> = Pin<Box<dyn Stream<Item = Result<P, Status>> + Send>>;

/// Who reads a file, and over which connection.
pub(crate) struct FileReader {
    /// The caller, as the gate let it through.
    pub(crate) admitted: Admitted,
    /// The connection. `None` only in tests without TLS.
    pub(crate) peer: Option<Arc<Peer>>,
}

/// A sealed file in the vault, with everything that is needed to open it.
pub(crate) struct StoredFile {
    /// Its id in the vault.
    pub(crate) id: Uuid,
    /// The associated data of the seal. A file that was moved to another id does not open.
    pub(crate) seal_context: String,
    /// SHA-256 of its bytes, compared after it was opened.
    pub(crate) sha256: [u8; 32],
    /// Its length in bytes, which is what it reserves in memory.
    pub(crate) size_bytes: i64,
    /// The key of this file alone. The erasure deletes it, and then nobody can open the file.
    pub(crate) key: [u8; 32],
}

impl FileReader {
    /// Takes the caller of a request.
    ///
    /// # Errors
    ///
    /// INTERNAL if the request did not pass the gate for this action.
    pub(crate) fn from_request<T>(action: Action, request: &tonic::Request<T>) -> Result<Self, Status> {
        let peer = request.extensions().get::<Arc<Peer>>().cloned();
        Ok(Self { admitted: Admitted::from_extensions(action, request.extensions())?, peer })
    }
}

/// Runs a method that answers one message with a stream.
///
/// The types stay, because each method has messages of its own; there are three such methods.
pub(crate) fn stream<Q, P, F>(
    request: http::Request<Body>,
    max_message_bytes: usize,
    call: impl FnMut(Request<Q>) -> F + Send + 'static,
) -> Boxed<'static, http::Response<Body>>
where
    Q: Message + Default + 'static,
    P: Message + 'static,
    F: Future<Output = Result<Response<MessageStream<P>>, Status>> + Send + 'static,
{
    Box::pin(async move {
        let grpc = Grpc::new(ProstCodec::<P, Q>::default());
        let call = service_fn(call);
        grpc.max_decoding_message_size(max_message_bytes).server_streaming(call, request).await
    })
}

impl Api {
    /// Sends a file: first the message that describes it, then its bytes in chunks.
    ///
    /// # Errors
    ///
    /// BUSY if the organization has too many transfers under way. INTERNAL if the vault has no such
    /// file, or another one.
    pub(crate) async fn send_file<P: Send + Unpin + 'static>(
        &self,
        reader: &FileReader,
        file: StoredFile,
        first: P,
        chunk: fn(&[u8]) -> P,
    ) -> Result<Response<MessageStream<P>>, Status> {
        let StoredFile { id, seal_context, sha256, size_bytes, key } = file;
        let size =
            usize::try_from(size_bytes).map_err(|_| Failure::InvariantBroken("a document has a negative size"))?;
        let reservation = self.documents.memory().begin(&reader.admitted.actor.principal.organization, size);
        let reservation = reservation.map_err(|error| Failure::from(CommandError::from(error)))?;
        reservation.grow_to(size).await;
        let key = FileKey::from_bytes(key);
        let bytes = self.documents.get(&reservation, id, seal_context, sha256, key).await.map_err(|error| {
            tracing::error!(%error, "a document cannot be read from the vault");
            Failure::InvariantBroken("a stored document cannot be read from the vault")
        })?;
        let writes = reader.peer.as_ref().map(|peer| peer.writes.clone());
        Ok(Response::new(Box::pin(Outgoing::new(reservation, writes, first, bytes, chunk))))
    }
}

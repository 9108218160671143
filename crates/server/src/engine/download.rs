//! How a file goes out: what it is, then its bytes, as fast as they are read and no slower than is bearable.

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

/// What a download answers with.
pub(crate) type Parts<P> = Pin<Box<dyn Stream<Item = Result<P, Status>> + Send>>;

/// Who reads a file, over which connection.
pub(crate) struct Reader {
    /// As whom.
    pub(crate) admitted: Admitted,
    /// At whose end of the connection.
    pub(crate) peer: Option<Arc<Peer>>,
}

/// A file that lies sealed in the vault.
pub(crate) struct Kept {
    /// Under what it lies.
    pub(crate) id: Uuid,
    /// The place that it is sealed to.
    pub(crate) place: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: [u8; 32],
    /// Their length.
    pub(crate) size_bytes: i64,
    /// What opens them.
    pub(crate) key: [u8; 32],
}

impl Reader {
    /// The caller of a request of a method.
    pub(crate) fn of<T>(action: Action, request: &tonic::Request<T>) -> Result<Self, Status> {
        let peer = request.extensions().get::<Arc<Peer>>().cloned();
        Ok(Self { admitted: Admitted::to(action, request.extensions())?, peer })
    }
}

/// Answers a request with a stream of messages.
pub(crate) fn stream<Q, P, F>(
    request: http::Request<Body>,
    max_message_bytes: usize,
    mut give: impl FnMut(Request<Q>) -> F + Send + 'static,
) -> Boxed<'static, http::Response<Body>>
where
    Q: Message + Default + 'static,
    P: Message + 'static,
    F: Future<Output = Result<Response<Parts<P>>, Status>> + Send + 'static,
{
    Box::pin(async move {
        let grpc = Grpc::new(ProstCodec::<P, Q>::default());
        let give = service_fn(move |request| give(request));
        grpc.max_decoding_message_size(max_message_bytes).server_streaming(give, request).await
    })
}

impl Api {
    /// Gives a file out to a reader: first what it is, then its bytes.
    pub(crate) async fn give<P: Send + Unpin + 'static>(
        &self,
        reader: &Reader,
        file: Kept,
        first: P,
        chunk: fn(&[u8]) -> P,
    ) -> Result<Response<Parts<P>>, Status> {
        let Kept { id, place, sha256, size_bytes, key } = file;
        let size = usize::try_from(size_bytes).map_err(|_| Failure::Broken("a document has a negative size"))?;
        let reservation = self.documents.memory().enter(&reader.admitted.actor.principal.organization, size);
        let reservation = reservation.map_err(|error| Failure::from(CommandError::from(error)))?;
        reservation.grow_to(size).await;
        let key = FileKey::from_bytes(key);
        let bytes = self.documents.get(&reservation, id, place, sha256, key).await.map_err(|error| {
            tracing::error!(%error, "a file cannot be read back");
            Failure::Broken("a document that is kept cannot be read back")
        })?;
        let writes = reader.peer.as_ref().map(|peer| peer.writes.clone());
        Ok(Response::new(Box::pin(Outgoing::new(reservation, writes, first, bytes, chunk))))
    }
}

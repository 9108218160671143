//! How a file comes in: announced by a header, looked at, sealed, and kept in one transaction.

use std::time::Duration;

use documents::{Accepted, Unacceptable};
use domain::outcome::Acting;
use domain::policy::{Actor, Scope};
use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use jiff::Timestamp;
use store::{Command, CommandError, StoreError, Tx};
use tokio::time::timeout;
use tonic::codegen::Bytes;
use tonic::server::Grpc;
use tonic::{Request, Response, Status, Streaming};
use tower::service_fn;
use uuid::Uuid;
use wire::Message;
use wire::codec::PartsCodec;
use wire::method::Encode as _;
use wire::request::RequestKey;
use wire::violations::Violations;

use super::dispatch::Handler;
use super::mutation::{Mutate, Typed, answer, remembered};
use super::{Api, Boxed, Mutation, Resource};
use crate::gate::Admitted;
use crate::status::Failure;
use crate::transfer::{Incoming, IncomingError, Kept, NotKept, ReceivedBytes, Reservation};

/// How long a caller may take over the header.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// A mutation whose message is streamed: first a header, then the file's bytes.
pub(crate) trait Upload: Mutation<Input = Uploaded<Self::Header>> {
    /// A part of the stream.
    type Part: Message + Default + 'static;
    /// What is said before the bytes come.
    type Header: Clone + Send + Sync + 'static;

    /// Reads the first part.
    fn header(part: Self::Part) -> Result<Self::Header, Violations>;

    /// Reads a later part.
    fn chunk(part: Self::Part) -> Result<Vec<u8>, Violations>;

    /// By what a repetition is known.
    fn request_key(header: &Self::Header) -> RequestKey;

    /// The digest and the size that are announced.
    fn announced(header: &Self::Header) -> ([u8; 32], i64);

    /// Whose share of the memory it takes on its way.
    fn organization(header: &Self::Header, actor: &Actor) -> OrganizationCode;

    /// The place that it is sealed to.
    fn place(header: &Self::Header, id: Uuid) -> String;

    /// Whether it may come, or the name of what it has made if it has come before.
    fn admit(
        tx: &mut Tx<'_>,
        by: &Acting<'_>,
        header: &Self::Header,
    ) -> impl Future<Output = Result<Option<String>, CommandError>> + Send;

    /// Looks whether the file is what it should be.
    fn check(header: &Self::Header, bytes: Vec<u8>) -> Result<Accepted, Unacceptable>;
}

/// How the engine runs an upload.
pub(crate) trait UploadHandler {
    /// Its handler.
    const HANDLER: Handler;
}

impl<U: Upload> UploadHandler for U {
    const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| -> Boxed<'static, _> {
        Box::pin(async move {
            let take = service_fn(move |request| {
                let api = api.clone();
                async move { api.take::<U>(request).await }
            });
            let grpc = Grpc::new(PartsCodec::<U::Part>::new());
            grpc.max_decoding_message_size(max_message_bytes).client_streaming(take, request).await
        })
    });
}

/// A file that has come whole and lies sealed in the vault.
pub(crate) struct Uploaded<H> {
    /// What was said before.
    pub(crate) header: H,
    /// Under what it lies.
    pub(crate) id: Uuid,
    /// What the vault has of it.
    pub(crate) kept: Kept,
}

/// What is known before the bytes come: the answer, if it is a repetition, or else the id of something new.
struct Announce<U: Upload> {
    header: U::Header,
    admitted: Admitted,
    now: Timestamp,
}

enum Announced<A> {
    Before(Box<A>),
    New(Uuid),
}

impl<U: Upload> Command for Announce<U> {
    const NAME: &'static str = U::ACTION.method();
    type Output = Announced<U::Answer>;

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let Self { header, admitted, now } = self;
        let (actor, permit) = (&admitted.actor, &admitted.permit);
        let record = remembered(U::ACTION, &U::request_key(header), Vec::new(), actor, tx);
        if let Some((hash, done)) = tx.lookup_request(&record).await? {
            if hash != record.hash {
                return Err(Refusal::RequestIdReused.into());
            }
            return answer::<U>(tx, permit, &done, *now).await.map(Box::new).map(Announced::Before);
        }
        match U::admit(tx, &admitted.reading(*now), header).await? {
            Some(same) => Ok(Announced::Before(Box::new(U::Answer::load(tx, permit, &same, *now).await?))),
            None => Ok(Announced::New(tx.new_uuid(*now))),
        }
    }
}

impl Api {
    /// Takes a file in.
    pub(crate) async fn take<U: Upload>(
        &self,
        request: Request<Streaming<U::Part>>,
    ) -> Result<Response<Bytes>, Status> {
        let admitted = Admitted::to(U::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let received = request.extensions().get::<ReceivedBytes>().cloned();
        let received = received.ok_or(Failure::Broken("an upload whose body is not bounded"))?;
        let mut stream = request.into_inner();
        let header = U::header(first(&mut stream, &received).await?).map_err(Failure::from)?;
        let failed = |error| self.failed(error, &actor, U::ACTION, self.clock.now());
        let announce = Announce::<U> { header: header.clone(), admitted: admitted.clone(), now: self.clock.now() };
        let id = match self.store.read(announce).await.map_err(failed)? {
            Announced::Before(answer) => return Ok(Response::new(answer.to_bytes())),
            Announced::New(id) => id,
        };
        let reservation = self.documents.memory().enter(&U::organization(&header, &actor), size::<U>(&header));
        let reservation = reservation.map_err(|error| Failure::from(CommandError::from(error)))?;
        let bytes = receive::<U>(&mut stream, &header, received, &reservation).await?;
        let now = self.clock.now();
        let input = self.keep::<U>(header, id, bytes, &reservation).await?;
        // It lies in the vault now; only its count as under way remains.
        reservation.release();
        let mutation = Box::new(Typed::<U> { input });
        match self.store.run(Mutate { action: U::ACTION, mutation, admitted, now }).await {
            Ok(answer) => {
                self.committed.notify_one();
                Ok(Response::new(answer.to_bytes()))
            }
            Err(error) => {
                // What may have been committed stays; what nobody ever asks for is swept one day.
                if let CommandError::Refused(_) = error
                    && let Err(error) = self.documents.vault().delete(id).await
                {
                    tracing::warn!(%error, "a refused file stays in the vault for now");
                }
                Err(failed(error))
            }
        }
    }

    /// Looks at a file and puts it into the vault.
    async fn keep<U: Upload>(
        &self,
        header: U::Header,
        id: Uuid,
        bytes: Vec<u8>,
        reservation: &Reservation,
    ) -> Result<U::Input, Status> {
        let (place, announced) = (U::place(&header, id), header.clone());
        let put = self.documents.put(reservation, id, place, move || U::check(&announced, bytes));
        let kept = put.await.map_err(|error| match error {
            NotKept::Unacceptable(error) => Failure::from(Refusal::UnacceptableDocument { problem: error.to_string() }),
            NotKept::Vault(error) => {
                tracing::error!(%error, "the vault failed");
                Failure::from(CommandError::from(StoreError::Busy))
            }
        })?;
        Ok(Uploaded { header, id, kept })
    }
}

/// The first part, if it comes in time. A body that stops because it is too long for a header has none.
async fn first<P: Default>(stream: &mut Streaming<P>, received: &ReceivedBytes) -> Result<P, Status> {
    let part = async {
        tokio::select! {
            biased;
            part = stream.message() => part.map(Option::unwrap_or_default),
            () = received.starved() => Ok(P::default()),
        }
    };
    timeout(IDLE_TIMEOUT, part).await.unwrap_or_else(|_| Err(crate::deadline::exceeded()))
}

/// How many bytes the file has, by its header.
fn size<U: Upload>(header: &U::Header) -> usize {
    usize::try_from(U::announced(header).1).expect("the rules have looked at it")
}

/// The bytes as they were announced: not one more, and no others.
async fn receive<U: Upload>(
    stream: &mut Streaming<U::Part>,
    header: &U::Header,
    received: ReceivedBytes,
    reservation: &Reservation,
) -> Result<Vec<u8>, Status> {
    let announced = size::<U>(header);
    let failed = |error| match error {
        IncomingError::Stream(status) => status,
        IncomingError::TooSlow(slow) => Failure::TooSlow(slow).into(),
        IncomingError::TooMany => differ(format!("{announced} bytes were announced, and more came")),
    };
    let mut incoming = Incoming::begin(received, reservation, announced).await;
    while let Some(part) = incoming.next(stream).await.map_err(failed)? {
        let chunk = U::chunk(part).map_err(Failure::from)?;
        incoming.push(&chunk).map_err(failed)?;
    }
    let (bytes, sha256) = incoming.finish();
    if bytes.len() < announced {
        return Err(differ(format!("{announced} bytes were announced, and {} came", bytes.len())));
    }
    if sha256 != U::announced(header).0 {
        return Err(differ("the bytes that came have another SHA-256 than was announced".to_owned()));
    }
    Ok(bytes)
}

fn differ(problem: String) -> Status {
    Failure::from(Refusal::DigestMismatch { problem }).into()
}

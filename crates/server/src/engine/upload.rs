//! Uploads: mutations whose request is a stream, first a header and then the bytes of a file.
//!
//! 1. The header comes within [`IDLE_TIMEOUT`].
//! 2. A read transaction looks up the request id and asks whether the file may come. So a file
//!    that will be refused is not sent in vain.
//! 3. The transfer reserves memory and receives the bytes; they must be exactly those that the
//!    header announced.
//! 4. The file is checked, sealed with a key of its own, and put into the vault.
//! 5. A write transaction stores the key and the event, as every mutation does.
//!
//! - **Two at once:** each has an id of its own in the vault. The row decides: a repeated
//!   request is answered with the first one's row.
//! - **Dies halfway:** after step 4 the vault has a file that no row names. The job
//!   `jobs::retention::sweep` deletes it a day later.
//! - **Moment:** cutoffs are compared with the end of step 3, when the request was complete.
//!   Checking and storing make nobody late.

use std::time::Duration;

use documents::{Accepted, Unacceptable};
use domain::outcome::CallContext;
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
use super::mutation::{RunMutation, Typed, answer, request_record};
use super::{Api, Boxed, Mutation, Resource};
use crate::gate::Admitted;
use crate::status::Failure;
use crate::transfer::{Incoming, IncomingError, PutError, ReceivedBytes, Reservation, SealedFile};

/// How long the service waits for the header.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// A mutation whose request is a stream: first a header, then the bytes of a file.
pub(crate) trait Upload: Mutation<Input = Uploaded<Self::Header>> {
    /// One message of the stream.
    type Part: Message + Default + 'static;
    /// What the first message says.
    type Header: Clone + Send + Sync + 'static;

    /// Reads the first message.
    fn header(part: Self::Part) -> Result<Self::Header, Violations>;

    /// Reads a later message: some bytes of the file.
    fn chunk(part: Self::Part) -> Result<Vec<u8>, Violations>;

    /// The request id, and a hash of the header. The header has the digest of the bytes, so it
    /// stands for them.
    fn request_key(header: &Self::Header) -> RequestKey;

    /// SHA-256 and size in bytes, as the header announces them.
    fn announced_digest_and_size(header: &Self::Header) -> ([u8; 32], i64);

    /// The organization whose share of the memory the transfer takes.
    fn organization(header: &Self::Header, actor: &Actor) -> OrganizationCode;

    /// The associated data of the seal: the name of the file, so that no other file opens in its
    /// place.
    fn seal_context(header: &Self::Header, id: Uuid) -> String;

    /// Refuses a file that may not come. `Some` is the name of the resource if the same file has
    /// come before.
    fn check_before_upload(
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
        header: &Self::Header,
    ) -> impl Future<Output = Result<Option<String>, CommandError>> + Send;

    /// Checks that the bytes are a file of the announced kind. Runs on a blocking thread.
    fn check(header: &Self::Header, bytes: Vec<u8>) -> Result<Accepted, Unacceptable>;
}

/// Gives every [`Upload`] its handler.
pub(crate) trait UploadHandler {
    /// Runs it with its types, because the messages of a stream are decoded one by one.
    const HANDLER: Handler;
}

impl<U: Upload> UploadHandler for U {
    const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| -> Boxed<'static, _> {
        Box::pin(async move {
            let upload = service_fn(move |request| {
                let api = api.clone();
                async move { api.upload::<U>(request).await }
            });
            let grpc = Grpc::new(PartsCodec::<U::Part>::default());
            grpc.max_decoding_message_size(max_message_bytes).client_streaming(upload, request).await
        })
    });
}

/// A complete file that is sealed in the vault. No row names it yet.
pub(crate) struct Uploaded<H> {
    /// The header.
    pub(crate) header: H,
    /// Its id in the vault.
    pub(crate) id: Uuid,
    /// Its digest, size, type and key.
    pub(crate) sealed: SealedFile,
}

/// Reads what is known before the bytes come. It changes nothing.
struct BeginUpload<U: Upload> {
    /// The header.
    header: U::Header,
    /// The caller, and what the policy allowed it.
    admitted: Admitted,
    /// When the header was read. The upload itself is judged by a later moment.
    now: Timestamp,
}

/// How an upload begins.
enum UploadStart<A> {
    /// The file has come before: this is the answer.
    Repeated(Box<A>),
    /// It is new, and gets this id.
    New(Uuid),
}

impl<U: Upload> Command for BeginUpload<U> {
    const NAME: &'static str = U::ACTION.method();
    type Output = UploadStart<U::Answer>;

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let Self { header, admitted, now } = self;
        let (actor, permit) = (&admitted.actor, &admitted.permit);
        let record = request_record(U::ACTION, &U::request_key(header), Vec::new(), actor, tx);
        if let Some((hash, done)) = tx.lookup_request(&record).await? {
            if hash != record.hash {
                return Err(Refusal::RequestIdReused.into());
            }
            return answer::<U>(tx, permit, &done, *now).await.map(Box::new).map(UploadStart::Repeated);
        }
        match U::check_before_upload(tx, &admitted.reading(*now), header).await? {
            Some(same) => Ok(UploadStart::Repeated(Box::new(U::Answer::load(tx, permit, &same, *now).await?))),
            None => Ok(UploadStart::New(tx.new_uuid(*now))),
        }
    }
}

impl Api {
    /// Receives a file and stores it.
    pub(crate) async fn upload<U: Upload>(
        &self,
        request: Request<Streaming<U::Part>>,
    ) -> Result<Response<Bytes>, Status> {
        let admitted = Admitted::from_extensions(U::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let received = request.extensions().get::<ReceivedBytes>().cloned();
        let received = received.ok_or(Failure::InvariantBroken("an upload has no limit on its body"))?;
        let mut stream = request.into_inner();
        let header = U::header(first_part(&mut stream, &received).await?).map_err(Failure::from)?;
        let failed = |error| self.failure_status(error, &actor, U::ACTION, self.clock.now());
        let begin = BeginUpload::<U> { header: header.clone(), admitted: admitted.clone(), now: self.clock.now() };
        let id = match self.store.read(begin).await.map_err(failed)? {
            UploadStart::Repeated(answer) => return Ok(Response::new(answer.to_bytes())),
            UploadStart::New(id) => id,
        };
        let reservation = self.documents.memory().begin(&U::organization(&header, &actor), size::<U>(&header));
        let reservation = reservation.map_err(|error| Failure::from(CommandError::from(error)))?;
        let bytes = receive::<U>(&mut stream, &header, received, &reservation).await?;
        let now = self.clock.now();
        let input = self.check_and_store::<U>(header, id, bytes, &reservation).await?;
        // The bytes are in the vault, so the memory is free for others. Until the reply the
        // transfer still counts against the limit of its organization.
        reservation.release();
        let mutation = Box::new(Typed::<U> { input });
        match self.store.run(RunMutation { action: U::ACTION, mutation, admitted, now }).await {
            Ok(answer) => {
                self.sequencer_wakeup.notify_one();
                Ok(Response::new(answer.to_bytes()))
            }
            Err(error) => {
                // Only after a refusal is it certain that no row names the file. After any other
                // error the commit may have happened; if it did not, the cleanup job deletes the
                // file.
                if let CommandError::Refused(_) = error
                    && let Err(error) = self.documents.vault().delete(id).await
                {
                    tracing::warn!(%error, "a refused file could not be deleted; the hourly cleanup deletes it");
                }
                Err(failed(error))
            }
        }
    }

    /// Checks a file, seals it and puts it into the vault.
    ///
    /// # Errors
    ///
    /// UNACCEPTABLE_DOCUMENT if it is no such file. BUSY if the vault fails: the client tries
    /// again.
    async fn check_and_store<U: Upload>(
        &self,
        header: U::Header,
        id: Uuid,
        bytes: Vec<u8>,
        reservation: &Reservation,
    ) -> Result<U::Input, Status> {
        let (seal_context, announced) = (U::seal_context(&header, id), header.clone());
        let put = self.documents.put(reservation, id, seal_context, move || U::check(&announced, bytes));
        let sealed = put.await.map_err(|error| match error {
            PutError::Unacceptable(error) => {
                Failure::from(Refusal::UnacceptableDocument { problem: error.to_string() })
            }
            PutError::Vault(error) => {
                tracing::error!(%error, "the vault failed");
                Failure::from(CommandError::from(StoreError::Busy))
            }
        })?;
        Ok(Uploaded { header, id, sealed })
    }
}

/// Reads the first message.
///
/// A header that is too long never becomes complete, because the body stops. Then an empty message
/// is returned, and the check of the header refuses it.
async fn first_part<P: Default>(stream: &mut Streaming<P>, received: &ReceivedBytes) -> Result<P, Status> {
    let part = async {
        tokio::select! {
            biased;
            part = stream.message() => part.map(Option::unwrap_or_default),
            () = received.starved() => Ok(P::default()),
        }
    };
    timeout(IDLE_TIMEOUT, part).await.unwrap_or_else(|_| Err(crate::deadline::exceeded()))
}

/// The size that the header announces, in bytes.
fn size<U: Upload>(header: &U::Header) -> usize {
    usize::try_from(U::announced_digest_and_size(header).1).expect("the rules have looked at it")
}

/// Receives the bytes. They must be as many as announced and have the announced digest.
///
/// # Errors
///
/// DIGEST_MISMATCH if they differ, TRANSFER_TOO_SLOW if the sender is too slow.
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
        IncomingError::TooMany => digest_mismatch(format!("{announced} bytes were announced, and more came")),
    };
    let mut incoming = Incoming::begin(received, reservation, announced).await;
    while let Some(part) = incoming.next(stream).await.map_err(failed)? {
        let chunk = U::chunk(part).map_err(Failure::from)?;
        incoming.push(&chunk).map_err(failed)?;
    }
    let (bytes, sha256) = incoming.finish();
    if bytes.len() < announced {
        return Err(digest_mismatch(format!("{announced} bytes were announced, and {} came", bytes.len())));
    }
    if sha256 != U::announced_digest_and_size(header).0 {
        return Err(digest_mismatch("the bytes that came have another SHA-256 than was announced".to_owned()));
    }
    Ok(bytes)
}

fn digest_mismatch(problem: String) -> Status {
    Failure::from(Refusal::DigestMismatch { problem }).into()
}

//! Writes down every call, so that it can be played again on another build: `cargo xtask replay`. Debug builds only.
//!
//! The directory is named by [`DIRECTORY`]; without it nothing is written. What is written holds whatever was sent, so only
//! tests are recorded. While they are, one call waits for the other, so that what is written in order happened in that order;
//! streams do not wait, because some never end.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use anyhow::Context as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use serde_json::json;
use tokio::sync::OwnedMutexGuard;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Bytes};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tower::{Layer, Service};

use crate::tls::Peer;
use crate::{Clock, SystemClock};

/// The environment variable that names the directory to write to.
const DIRECTORY: &str = "ACCREDITATION_CALLS";
/// The one that says what is told there: the name of a test.
const STORY: &str = "ACCREDITATION_STORY";

/// Lays the recorder around every service; the outermost but for the log.
#[derive(Clone)]
pub(crate) struct RecorderLayer {
    recorder: Arc<Recorder>,
}

struct Recorder {
    file: Mutex<File>,
    /// Whose turn it is.
    turn: Arc<tokio::sync::Mutex<()>>,
    clock: Arc<dyn Clock>,
    system: SystemClock,
}

impl RecorderLayer {
    /// A recorder, if this process was asked to record; `place` tells apart what belongs to other databases.
    pub(crate) fn if_asked(place: &str, clock: &Arc<dyn Clock>) -> anyhow::Result<Option<Self>> {
        let Some(directory) = std::env::var_os(DIRECTORY).filter(|_| cfg!(debug_assertions)) else { return Ok(None) };
        let path = std::path::Path::new(&directory).join(format!("{}.jsonl", std::process::id()));
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = Mutex::new(file.with_context(|| format!("cannot write {}", path.display()))?);
        let (turn, clock) = (Arc::default(), Arc::clone(clock));
        let mut changes = clock.changes();
        let recorder = Arc::new(Recorder { file, turn, clock, system: SystemClock::new() });
        let story = std::env::var(STORY).unwrap_or_default();
        recorder.write(&json!({ "place": place, "story": story, "time": recorder.time(), "at": recorder.at() }));
        let watcher = Arc::clone(&recorder);
        tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                watcher.write(&json!({ "clock": watcher.time(), "at": watcher.at() }));
            }
        });
        Ok(Some(Self { recorder }))
    }
}

impl Recorder {
    /// The domain's time, in microseconds.
    fn time(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    /// The system's time, by which the lines of several servers are put in order.
    fn at(&self) -> i64 {
        self.system.now().as_microsecond()
    }

    /// Only tests record, and a test that replays less than was called would pass: so the process ends.
    fn write(&self, line: &serde_json::Value) {
        let line = format!("{line}\n");
        locked(&self.file).write_all(line.as_bytes()).expect("the directory of calls can be written to");
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S> Layer<S> for RecorderLayer {
    type Service = Recorded<S>;

    fn layer(&self, inner: S) -> Recorded<S> {
        Recorded { inner, recorder: Arc::clone(&self.recorder) }
    }
}

/// Writes every call down once it is over.
#[derive(Clone)]
pub(crate) struct Recorded<S> {
    inner: S,
    recorder: Arc<Recorder>,
}

impl<S> Service<Request<Body>> for Recorded<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let recorder = Arc::clone(&self.recorder);
        Box::pin(async move {
            let method = wire::method(request.uri().path());
            let turn = match method.is_some_and(|one| one.is_client_streaming() || one.is_server_streaming()) {
                true => None,
                false => Some(Arc::clone(&recorder.turn).lock_owned().await),
            };
            let mut call = Call::new(&request, recorder, turn);
            let sent = Arc::clone(&call.sent);
            let response = inner.call(request.map(|body| Body::new(Copied { body, into: sent }))).await?;
            if call.learn(response.headers()) {
                return Ok(response);
            }
            let into = Arc::clone(&call.received);
            Ok(response.map(|body| Body::new(Answered { body: Copied { body, into }, call })))
        })
    }
}

/// A body of which a copy is kept.
struct Copied {
    body: Body,
    into: Arc<Mutex<Vec<u8>>>,
}

impl http_body::Body for Copied {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            locked(&self.into).extend_from_slice(data);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// An answer whose trailers say how the call went.
struct Answered {
    body: Copied,
    call: Call,
}

impl http_body::Body for Answered {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            self.call.learn(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.call.outcome.is_some() && self.body.is_end_stream()
    }
}

/// A call, written down when it is dropped: then it is over, one way or the other.
struct Call {
    recorder: Arc<Recorder>,
    caller: String,
    path: String,
    time: i64,
    sent: Arc<Mutex<Vec<u8>>>,
    received: Arc<Mutex<Vec<u8>>>,
    outcome: Option<(Code, String)>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Call {
    fn new(request: &Request<Body>, recorder: Arc<Recorder>, turn: Option<OwnedMutexGuard<()>>) -> Self {
        let peer = request.extensions().get::<Arc<Peer>>();
        Self {
            caller: peer.map(|peer| peer.identity.uri.clone()).unwrap_or_default(),
            path: request.uri().path().to_owned(),
            time: recorder.time(),
            sent: Arc::default(),
            received: Arc::default(),
            outcome: None,
            _turn: turn,
            recorder,
        }
    }

    /// Takes the outcome from headers or trailers, if it is there.
    fn learn(&mut self, headers: &HeaderMap) -> bool {
        if let Some(status) = Status::from_header_map(headers) {
            let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
            self.outcome = Some((status.code(), reason));
        }
        self.outcome.is_some()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let bytes = |body: &Mutex<Vec<u8>>| BASE64_STANDARD.encode(&*locked(body));
        let (code, reason) = self.outcome.take().unwrap_or((Code::Cancelled, String::new()));
        self.recorder.write(&json!({
            "caller": self.caller,
            "path": self.path,
            "time": self.time,
            "until": self.recorder.at(),
            "sent": bytes(&self.sent),
            "received": bytes(&self.received),
            "code": i32::from(code),
            "reason": reason,
        }));
    }
}

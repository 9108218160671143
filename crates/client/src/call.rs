//! One call: its deadline, its attempts, the pauses between them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use crate::connect::Server;
use crate::status::{Failure, Retry, deadline_passed, translate};
use crate::{Error, Profile, connect};

/// How long a call has, its attempts and pauses included.
const DEADLINE: Duration = Duration::from_secs(30);
const MAX_ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A client of the service. Clones share their connections, and the server that they talk to.
#[derive(Clone, Debug)]
pub struct Client {
    servers: Arc<[Server]>,
    /// The one in use: the first until it does not answer, then the next.
    current: Arc<AtomicUsize>,
}

impl Client {
    /// Reads the profile's files; a connection is made by the first call, and made again when it breaks.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] for a file that cannot be read or used, or a malformed address.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn new(profile: &Profile) -> Result<Self, Error> {
        Ok(Self { servers: Arc::from(connect::servers(profile)?), current: Arc::default() })
    }

    /// The channel to the server in use, for whoever streams by itself: nothing that is sent over it is repeated.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.server(self.current()).channel.clone()
    }

    /// The number of the server to ask now.
    pub(crate) fn current(&self) -> usize {
        self.current.load(Ordering::Relaxed)
    }

    pub(crate) fn server(&self, number: usize) -> &Server {
        &self.servers[number]
    }

    /// Goes on to the server after that one, unless another call has done so already.
    pub(crate) fn leave(&self, number: usize) {
        let next = (number + 1) % self.servers.len();
        let _ = self.current.compare_exchange(number, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// How long one server may take: with another at hand, not all of the time that there is.
    fn patience(&self, deadline: Duration) -> Duration {
        if self.servers.len() > 1 { deadline / 3 } else { deadline }
    }

    /// Sends the same message until there is an answer, a refusal that stands, or no time left.
    pub(crate) async fn call<M, R, F, Fut>(&self, message: M, send: F) -> Result<R, Error>
    where
        M: Clone,
        F: Fn(Channel, Request<M>) -> Fut,
        Fut: Future<Output = Result<Response<R>, Status>>,
    {
        self.call_within(DEADLINE, message, send).await
    }

    /// The same, with a deadline of its own.
    pub(crate) async fn call_within<M, R, F, Fut>(&self, deadline: Duration, message: M, send: F) -> Result<R, Error>
    where
        M: Clone,
        F: Fn(Channel, Request<M>) -> Fut,
        Fut: Future<Output = Result<Response<R>, Status>>,
    {
        let end = Instant::now() + deadline;
        let mut attempts = Attempts::among(self.servers.len());
        loop {
            let number = self.current();
            let server = self.server(number);
            let stop = end.min(Instant::now() + self.patience(deadline));
            let mut request = Request::new(message.clone());
            request.set_timeout(stop.saturating_duration_since(Instant::now()));
            let mut failure = match timeout_at(stop, send(server.channel.clone(), request)).await {
                Ok(Ok(response)) => return Ok(response.into_inner()),
                Ok(Err(status)) => server.failure(&status, deadline),
                Err(_) => deadline_passed(&server.address, deadline),
            };
            if failure.is_of_the_server() {
                self.leave(number);
                if stop < end && failure.retry == Retry::Never {
                    failure.retry = Retry::After(None);
                }
            }
            match attempts.pause_after(&failure) {
                Some(pause) if Instant::now() + pause < end => sleep(pause).await,
                _ => return Err(failure.error),
            }
        }
    }
}

impl Client {
    /// A reply that is no message of its method.
    pub(crate) fn malformed(&self, path: &str, error: &dyn std::error::Error) -> Error {
        let status = Status::internal(format!("the reply to {path} cannot be decoded: {error}"));
        self.server(self.current()).failure(&status, DEADLINE).error
    }
}

impl Server {
    /// What a status means over the connection that there is now.
    pub(crate) fn failure(&self, status: &Status, deadline: Duration) -> Failure {
        translate(&self.address, status, self.link.fate(), deadline)
    }
}

/// The attempts made so far.
#[derive(Debug)]
struct Attempts {
    made: u32,
    most: u32,
    probed: bool,
}

impl Attempts {
    /// Enough to ask every server, and the first of them again.
    fn among(servers: usize) -> Self {
        let servers = u32::try_from(servers).unwrap_or(MAX_ATTEMPTS);
        Self { made: 0, most: MAX_ATTEMPTS.max(servers + 1), probed: false }
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn pause_after(&mut self, failure: &Failure) -> Option<Duration> {
        self.made += 1;
        if self.made >= self.most {
            return None;
        }
        match failure.retry {
            Retry::Never => None,
            Retry::Probe if self.probed => None,
            Retry::Probe => {
                self.probed = true;
                Some(backoff(self.made))
            }
            Retry::After(wish) => Some(backoff(self.made).max(wish.unwrap_or_default())),
        }
    }
}

/// Doubles with every attempt; half of it is left to chance, so that clients cut off together do not return together.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let full = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_PAUSE);
    full.mul_f64(rand::random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(retry: Retry) -> Failure {
        Failure { error: Error::Unreachable { address: String::new(), why: String::new() }, retry }
    }

    #[test]
    fn there_are_five_attempts() {
        let mut attempts = Attempts::among(1);
        let pauses = std::iter::from_fn(|| attempts.pause_after(&failure(Retry::After(None)))).count();
        assert_eq!(pauses, 4);
    }

    #[test]
    fn a_probe_is_made_once_and_what_stands_is_not_repeated() {
        let mut attempts = Attempts::among(1);
        assert!(attempts.pause_after(&failure(Retry::Probe)).is_some());
        assert!(attempts.pause_after(&failure(Retry::Probe)).is_none());
        assert!(Attempts::among(1).pause_after(&failure(Retry::Never)).is_none());
    }

    #[test]
    fn the_pause_grows_and_heeds_the_server() {
        assert!(backoff(1) <= FIRST_PAUSE * 2);
        assert!(backoff(3) >= FIRST_PAUSE * 4);
        assert!(backoff(40) <= LONGEST_PAUSE);
        let wish = Duration::from_secs(20);
        assert_eq!(Attempts::among(1).pause_after(&failure(Retry::After(Some(wish)))), Some(wish));
    }
}

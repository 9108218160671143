//! One call: its deadline, its attempts, the pauses between them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use crate::link::Link;
use crate::status::{Failure, Retry, deadline_passed, translate};
use crate::{Error, Profile, connect};

/// How long a call has, its attempts and pauses included.
const DEADLINE: Duration = Duration::from_secs(30);
const MAX_ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A client of the service. Clones share one connection.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
    link: Arc<Link>,
    address: Arc<str>,
}

impl Client {
    /// Reads the profile's files; the connection is made by the first call, and made again when it breaks.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] for a file that cannot be read or used, or a malformed address.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn new(profile: &Profile) -> Result<Self, Error> {
        let (channel, link) = connect::channel(profile)?;
        Ok(Self { channel, link, address: Arc::from(profile.address.as_str()) })
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What a status means over the connection that there is now.
    pub(crate) fn failure(&self, status: &Status, deadline: Duration) -> Failure {
        translate(&self.address, status, self.link.fate(), deadline)
    }

    /// Sends the same message until there is an answer, a refusal that stands, or no time left.
    pub(crate) async fn call<M, R, F, Fut>(&self, message: M, send: F) -> Result<R, Error>
    where
        M: Clone,
        F: Fn(Channel, Request<M>) -> Fut,
        Fut: Future<Output = Result<Response<R>, Status>>,
    {
        let end = Instant::now() + DEADLINE;
        let mut attempts = Attempts::default();
        loop {
            let mut request = Request::new(message.clone());
            request.set_timeout(end.saturating_duration_since(Instant::now()));
            let failure = match timeout_at(end, send(self.channel.clone(), request)).await {
                Ok(Ok(response)) => return Ok(response.into_inner()),
                Ok(Err(status)) => self.failure(&status, DEADLINE),
                Err(_) => deadline_passed(&self.address, DEADLINE),
            };
            match attempts.pause_after(&failure) {
                Some(pause) if Instant::now() + pause < end => sleep(pause).await,
                _ => return Err(failure.error),
            }
        }
    }
}

/// The attempts made so far.
#[derive(Debug, Default)]
struct Attempts {
    made: u32,
    probed: bool,
}

impl Attempts {
    /// How long to wait before the next attempt, if there is to be one.
    fn pause_after(&mut self, failure: &Failure) -> Option<Duration> {
        self.made += 1;
        if self.made >= MAX_ATTEMPTS {
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
        let mut attempts = Attempts::default();
        let pauses = std::iter::from_fn(|| attempts.pause_after(&failure(Retry::After(None)))).count();
        assert_eq!(pauses, 4);
    }

    #[test]
    fn a_probe_is_made_once_and_what_stands_is_not_repeated() {
        let mut attempts = Attempts::default();
        assert!(attempts.pause_after(&failure(Retry::Probe)).is_some());
        assert!(attempts.pause_after(&failure(Retry::Probe)).is_none());
        assert!(Attempts::default().pause_after(&failure(Retry::Never)).is_none());
    }

    #[test]
    fn the_pause_grows_and_heeds_the_server() {
        assert!(backoff(1) <= FIRST_PAUSE * 2);
        assert!(backoff(3) >= FIRST_PAUSE * 4);
        assert!(backoff(40) <= LONGEST_PAUSE);
        let wish = Duration::from_secs(20);
        assert_eq!(Attempts::default().pause_after(&failure(Retry::After(Some(wish)))), Some(wish));
    }
}

//! Follows an event log across reconnects, restarts and servers, without losing or repeating an event.
//!
//! Each event comes with a cursor. A new stream starts after the last cursor, so it does not matter when a stream ends.
//! A caller that stores the cursor with what it did can also continue after its own restart.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tonic::{Request, Streaming};
use wire::v1;

use crate::call::backoff;
use crate::connect::Server;
use crate::status::{Failure, Retry, deadline_passed};
use crate::{Client, Error};

/// The most time that a server may take to start the stream.
const START_TIMEOUT: Duration = Duration::from_secs(10);
/// The number of failures in a row after which the pause between attempts no longer grows.
const MAX_BACKOFF_FAILURES: u32 = 6;

/// Follows the log of an election. It returns every event once, in the order of the log.
pub struct Watch {
    client: Client,
    /// The name of the election.
    parent: String,
    /// The cursor of the last event that was returned.
    cursor: Vec<u8>,
    /// The open stream, with the index of its server.
    stream: Option<(usize, Streaming<v1::WatchEventsResponse>)>,
    /// Failures since the last event.
    failures: u32,
}

impl Client {
    /// Follows the log of `elections/{election}` after the event of a cursor, or from the first event if it is empty.
    #[must_use]
    pub fn watch(&self, parent: &str, cursor: Vec<u8>) -> Watch {
        Watch { client: self.clone(), parent: parent.to_owned(), cursor, stream: None, failures: 0 }
    }
}

impl Watch {
    /// Waits for the next event, without a limit. Calls `on_failure` for every failure after which it tries again.
    ///
    /// # Errors
    ///
    /// Fails if another attempt cannot help: at a refusal such as CURSOR_EXPIRED, or if the certificate is refused.
    pub async fn next(&mut self, mut on_failure: impl FnMut(&Error)) -> Result<v1::WatchEventsResponse, Error> {
        loop {
            let failure = match self.advance().await {
                Ok(Some(response)) => {
                    self.failures = 0;
                    self.cursor.clone_from(&response.cursor);
                    return Ok(response);
                }
                // Servers end each stream after some time. The next one can start without a pause.
                Ok(None) => continue,
                Err(failure) => failure,
            };
            self.stream = None;
            // The service ends a stream with this reason on purpose. That is no failure, so the pause does not grow.
            let has_ended_in_order = failure.error.reason() == Some("STREAM_ENDED");
            self.failures = if has_ended_in_order { 0 } else { self.failures + 1 };
            match failure.retry {
                Retry::Never => return Err(failure.error),
                Retry::Probe if self.failures > 1 => return Err(failure.error),
                Retry::Probe | Retry::After(_) => {}
            }
            if !has_ended_in_order {
                on_failure(&failure.error);
            }
            sleep(backoff(self.failures.min(MAX_BACKOFF_FAILURES))).await;
        }
    }

    /// The cursor of the last event. With it, another watch goes on after that event.
    pub fn cursor(&self) -> &[u8] {
        &self.cursor
    }

    /// Reads from the stream, which is started if there is none; `None` at its end.
    async fn advance(&mut self) -> Result<Option<v1::WatchEventsResponse>, Failure> {
        let number = self.stream.as_ref().map_or(self.client.current(), |(number, _)| *number);
        let server = self.client.server(number);
        let advanced = async {
            let (_, stream) = match &mut self.stream {
                Some(open) => open,
                None => self.stream.insert((number, start_stream(server, &self.parent, &self.cursor).await?)),
            };
            stream.message().await.map_err(|status| server.failure(&status, START_TIMEOUT))
        };
        let message = advanced.await.inspect_err(|failure| {
            if failure.is_of_the_server() {
                self.client.leave(number);
            }
        })?;
        if message.is_none() {
            self.stream = None;
        }
        Ok(message)
    }
}

/// Starts a stream on a server.
async fn start_stream(
    server: &Server,
    parent: &str,
    cursor: &[u8],
) -> Result<Streaming<v1::WatchEventsResponse>, Failure> {
    let request = v1::WatchEventsRequest { parent: parent.to_owned(), cursor: cursor.to_owned() };
    let mut stub = v1::transparency_service_client::TransparencyServiceClient::new(server.channel.clone());
    match timeout(START_TIMEOUT, stub.watch_events(Request::new(request))).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(server.failure(&status, START_TIMEOUT)),
        Err(_) => Err(Failure { retry: Retry::After(None), ..deadline_passed(&server.address, START_TIMEOUT) }),
    }
}

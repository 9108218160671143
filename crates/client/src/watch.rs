//! A watch that goes on: across reconnects, restarts and servers, from the last event on.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tonic::{Request, Streaming};
use wire::v1;

use crate::call::backoff;
use crate::connect::Server;
use crate::status::{Failure, Retry, deadline_passed};
use crate::{Client, Error};

/// How long a server may take to begin.
const BEGINNING: Duration = Duration::from_secs(10);
/// After so many failures in a row the pause no longer grows.
const LONGEST: u32 = 6;

/// Follows an election's log. Every event comes once, in the order of the log.
pub struct Watch {
    client: Client,
    parent: String,
    cursor: Vec<u8>,
    /// With the number of its server.
    stream: Option<(usize, Streaming<v1::WatchEventsResponse>)>,
    failures: u32,
}

impl Client {
    /// Follows the log of `elections/{election}`, after the event that the cursor stands for or from the first.
    #[must_use]
    pub fn watch(&self, parent: &str, cursor: Vec<u8>) -> Watch {
        Watch { client: self.clone(), parent: parent.to_owned(), cursor, stream: None, failures: 0 }
    }
}

impl Watch {
    /// The next event, however long it takes. `trouble` is told of every failure after which it tries again.
    ///
    /// # Errors
    ///
    /// A refusal that stands, such as CURSOR_EXPIRED, or a certificate that is refused.
    pub async fn next(&mut self, mut trouble: impl FnMut(&Error)) -> Result<v1::WatchEventsResponse, Error> {
        loop {
            let failure = match self.advance().await {
                Ok(Some(response)) => {
                    self.failures = 0;
                    self.cursor.clone_from(&response.cursor);
                    return Ok(response);
                }
                // The stream ended as a stream does; there is nothing to wait for.
                Ok(None) => continue,
                Err(failure) => failure,
            };
            self.stream = None;
            let in_order = failure.error.reason() == Some("STREAM_ENDED");
            self.failures = if in_order { 0 } else { self.failures + 1 };
            match failure.retry {
                Retry::Never => return Err(failure.error),
                Retry::Probe if self.failures > 1 => return Err(failure.error),
                Retry::Probe | Retry::After(_) => {}
            }
            if !in_order {
                trouble(&failure.error);
            }
            sleep(backoff(self.failures.min(LONGEST))).await;
        }
    }

    /// Stands for the last event received.
    pub fn cursor(&self) -> &[u8] {
        &self.cursor
    }

    async fn advance(&mut self) -> Result<Option<v1::WatchEventsResponse>, Failure> {
        let number = self.stream.as_ref().map_or(self.client.current(), |(number, _)| *number);
        let server = self.client.server(number);
        let advanced = async {
            let (_, stream) = match &mut self.stream {
                Some(open) => open,
                None => self.stream.insert((number, begin(server, &self.parent, &self.cursor).await?)),
            };
            stream.message().await.map_err(|status| server.failure(&status, BEGINNING))
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

async fn begin(server: &Server, parent: &str, cursor: &[u8]) -> Result<Streaming<v1::WatchEventsResponse>, Failure> {
    let request = v1::WatchEventsRequest { parent: parent.to_owned(), cursor: cursor.to_owned() };
    let mut stub = v1::transparency_service_client::TransparencyServiceClient::new(server.channel.clone());
    match timeout(BEGINNING, stub.watch_events(Request::new(request))).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(server.failure(&status, BEGINNING)),
        Err(_) => Err(Failure { retry: Retry::After(None), ..deadline_passed(&server.address, BEGINNING) }),
    }
}

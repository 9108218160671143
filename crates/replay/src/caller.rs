//! Calls, and how long an answer is waited for.

use std::time::Duration;

use stories::raw::Caller;
use tokio::time::timeout;
use tonic::Status;

/// How long a whole call may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How long a message that is expected may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a stream is watched for messages that nobody expects.
const AFTERWARDS: Duration = Duration::from_millis(200);

/// What came back.
pub struct Answer {
    pub messages: Vec<Vec<u8>>,
    /// How the call ended; none if the stream was left open.
    pub status: Option<Status>,
}

/// Calls a method, and reads at least as many messages as are expected, if they come.
pub async fn call(caller: &Caller, path: &str, messages: Vec<Vec<u8>>, expected: usize) -> anyhow::Result<Answer> {
    let mut answer = Answer { messages: Vec::new(), status: None };
    let mut stream = match caller.call(path, messages, LIMIT).await? {
        Ok(stream) => stream,
        Err(status) => return Ok(Answer { status: Some(status), ..answer }),
    };
    loop {
        let patience = if answer.messages.len() < expected { PATIENCE } else { AFTERWARDS };
        match timeout(patience, stream.message()).await {
            Ok(Ok(Some(message))) => answer.messages.push(message),
            Ok(Ok(None)) => answer.status = Some(Status::ok("")),
            Ok(Err(status)) => answer.status = Some(status),
            Err(_) => return Ok(answer),
        }
        if answer.status.is_some() {
            return Ok(answer);
        }
    }
}

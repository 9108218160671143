//! Makes a call and counts the bytes and rows of its answer.

use std::time::Duration;

use prost_reflect::{DynamicMessage, MethodDescriptor};
use stories::raw::Caller;
use tonic::Status;

use crate::request::Request;

/// The deadline of a call. It is long, because only the CPU of a call is limited.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// The size of an answer.
pub struct Answer {
    /// Number of bytes. 0 for an error.
    pub bytes: usize,
    /// Number of items in its lists.
    pub rows: usize,
}

/// Calls a method. An error of the server is an empty answer.
pub async fn call(caller: &Caller, path: &str, request: &Request, method: &MethodDescriptor) -> anyhow::Result<Answer> {
    let called = caller.call(path, request.parts.clone(), CALL_TIMEOUT).await?;
    let read = async {
        let mut parts = called?;
        let (mut bytes, mut rows) = (0, 0);
        // A stream may stay open. After a second without a message, the rest of it does not belong to this call.
        while let Ok(Some(part)) =
            tokio::time::timeout(Duration::from_secs(1), parts.message()).await.unwrap_or(Ok(None))
        {
            bytes += part.len();
            let part = DynamicMessage::decode(method.output(), &part[..]);
            rows += part.map_or(0, |part| rows_of(&part));
        }
        Ok::<_, Status>(Answer { bytes, rows })
    };
    Ok(read.await.unwrap_or(Answer { bytes: 0, rows: 0 }))
}

/// Number of items in the lists of a message, without nested lists.
fn rows_of(message: &DynamicMessage) -> usize {
    message.fields().filter_map(|(_, value)| value.as_list().map(<[_]>::len)).sum()
}

//! What a call gives back, counted.

use std::time::Duration;

use prost_reflect::{DynamicMessage, MethodDescriptor};
use stories::raw::Caller;
use tonic::Status;

use crate::message::Message;

/// No answer takes longer than this; the measure is what it cost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
pub struct Answer {
    /// How many bytes, without those of an error.
    pub bytes: usize,
    /// How many items its lists have.
    pub rows: usize,
}

/// Calls a method; an error of the service is an answer too.
pub async fn call(caller: &Caller, path: &str, message: &Message, method: &MethodDescriptor) -> anyhow::Result<Answer> {
    let called = caller.call(path, message.parts.clone(), PATIENCE).await?;
    let read = async {
        let mut parts = called?;
        let (mut bytes, mut rows) = (0, 0);
        // A stream that stays open is not waited for: what follows is not this call's.
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

/// The items of a message's own lists.
fn rows_of(message: &DynamicMessage) -> usize {
    message.fields().filter_map(|(_, value)| value.as_list().map(<[_]>::len)).sum()
}

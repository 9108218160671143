//! How documents come in and go out: with bounded memory, in fair turns, and at a minimum rate.
//!
//! [`MemoryPool`] bounds how many bytes of documents are in memory, [`RateMeter`] ends transfers that are too slow, and
//! [`DocumentPipeline`] checks, seals and opens what has come in or is to go out. ADR 21 has the reasons.

mod fair_mutex;
mod fair_queue;
mod incoming;
mod ledger;
mod outgoing;
mod pipeline;
mod pool;
mod rate;
#[cfg(test)]
mod simulation;
mod vault;

pub(crate) use incoming::{Incoming, IncomingError, ReceivedBytes, UploadBodyLayer};
pub(crate) use outgoing::Outgoing;
pub(crate) use pipeline::{DocumentPipeline, Kept, NotKept};
pub(crate) use pool::{MAX_TRANSFERS, MemoryPool, Reservation};
pub(crate) use rate::{Rate, RateMeter, TooSlow};

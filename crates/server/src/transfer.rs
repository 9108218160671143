//! Transfers of documents: bounded memory, fair turns between organizations, and a minimum rate.
//!
//! A few slow clients must not keep the others from their uploads, and many large documents must
//! not fill the memory.
//!
//! - [`MemoryPool`] bounds how many bytes of documents are in memory. A transfer that gets no memory
//!   waits, in fair turns.
//! - [`RateMeter`] ends transfers that are too slow, so that everybody who waits gets memory in
//!   the end.
//! - [`DocumentPipeline`] checks, seals and opens documents, one at a time.
//! - [`Incoming`] and [`Outgoing`] are one upload and one download.
//!
//! `simulation` plays many transfers with a clock of its own. ADR 26 has the reasons for the
//! numbers.

mod allocator;
mod fair_mutex;
mod fair_queue;
mod incoming;
mod outgoing;
mod pipeline;
mod pool;
mod rate;
#[cfg(test)]
mod simulation;
mod vault;

pub(crate) use incoming::{Incoming, IncomingError, ReceivedBytes, UploadBodyLayer};
pub(crate) use outgoing::Outgoing;
pub(crate) use pipeline::{DocumentPipeline, PutError, SealedFile};
pub(crate) use pool::{MAX_TRANSFERS, MemoryPool, Reservation};
pub(crate) use rate::{Rate, RateMeter, TooSlow};

//! Legal holds, erasure after retention, and the data that is stored about one
//! person.

pub(crate) mod erasure;
pub(crate) mod legal_hold;
pub(crate) mod subject;

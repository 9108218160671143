//! `RetentionService`: legal holds, and what is stored about one person.
//!
//! The erasure itself is a job, `jobs::retention`.

pub(crate) mod create_legal_hold;
pub(crate) mod export_subject;
pub(crate) mod release_legal_hold;

use crate::engine::list::list;
pub(crate) use create_legal_hold::CreateLegalHold;
pub(crate) use export_subject::ExportSubject;
pub(crate) use release_legal_hold::ReleaseLegalHold;
use wire::convert;

list!(
    ListLegalHolds,
    ListLegalHoldsRequest,
    ListLegalHoldsResponse { legal_holds },
    list_legal_holds,
    |tx, by, election, page| tx.list_legal_holds(election, page),
    |last| last.name.id,
    |one| convert::retention::to_message(one)
);

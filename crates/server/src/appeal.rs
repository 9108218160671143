//! `AppealService`: appeals against refusals, revocations and annulments.
//!
//! The commission decides them. People who took part in the first decision take no part in this
//! one.

pub(crate) mod decide_appeal;
pub(crate) mod file_appeal;

use crate::engine::get::get;
use crate::engine::list::list;
pub(crate) use decide_appeal::DecideAppeal;
use domain::vocabulary::name::AppealName;
pub(crate) use file_appeal::FileAppeal;
use wire::convert;
use wire::v1;

get!(GetAppeal, AppealName, GetAppealRequest, v1::Appeal, get_appeal);

list!(
    ListAppeals,
    ListAppealsRequest,
    ListAppealsResponse { appeals },
    list_appeals,
    |tx, by, election, page| tx.list_appeals(by.permit, election, page),
    |last| last.name.id,
    |one| convert::appeal::to_message(one, by.permit.view())
);

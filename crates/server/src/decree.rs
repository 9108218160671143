//! `DecreeService`: drafts of decrees, their lists, their adoption and their scans.
//!
//! A draft lists recommended applications and open proposals. Its adoption decides all of them
//! at once.

pub(crate) mod add_decree_items;
pub(crate) mod adopt_decree;
pub(crate) mod attach_decree_scan;
pub(crate) mod create_decree;
pub(crate) mod download_decree_scan;
pub(crate) mod remove_decree_items;
pub(crate) mod render_decree_list;
pub(crate) mod send_back_application;
pub(crate) mod update_decree;

use crate::engine::get::get;
use crate::engine::list::list;
pub(crate) use add_decree_items::AddDecreeItems;
pub(crate) use adopt_decree::AdoptDecree;
pub(crate) use attach_decree_scan::AttachDecreeScan;
pub(crate) use create_decree::CreateDecree;
use domain::vocabulary::name::DecreeName;
pub(crate) use download_decree_scan::DownloadDecreeScan;
pub(crate) use remove_decree_items::RemoveDecreeItems;
pub(crate) use render_decree_list::RenderDecreeList;
pub(crate) use send_back_application::SendBackApplication;
pub(crate) use update_decree::UpdateDecree;
use wire::convert;
use wire::v1;

get!(GetDecree, DecreeName, GetDecreeRequest, v1::Decree, get_decree);

list!(
    ListDecrees,
    ListDecreesRequest,
    ListDecreesResponse { decrees },
    list_decrees,
    |tx, by, election, page| tx.list_decrees(by.permit, election, page),
    |last| last.name.number,
    |one| convert::decree::to_message(one)
);

//! The methods about decree.

pub(crate) mod add_decree_items;
pub(crate) mod adopt_decree;
pub(crate) mod attach_decree_scan;
pub(crate) mod create_decree;
pub(crate) mod download_decree_scan;
pub(crate) mod remove_decree_items;
pub(crate) mod render_decree_list;
pub(crate) mod send_back_application;
pub(crate) mod update_decree;

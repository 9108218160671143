//! The methods about watch_list.

pub(crate) mod replace_watch_list;
pub(crate) mod watch_lists;

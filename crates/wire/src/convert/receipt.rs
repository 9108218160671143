//! Receipts.

use domain::event::LogName;
use domain::id::EventId;
use jiff::Timestamp;

use super::time::timestamp;
use crate::v1;

/// What a mutation left behind.
pub fn to_message(log: &LogName, event: EventId, leaf_hash: [u8; 32], time: Timestamp) -> v1::Receipt {
    v1::Receipt {
        log: log.to_string(),
        event_id: event.to_string(),
        leaf_hash: leaf_hash.to_vec(),
        event_time: Some(timestamp(time)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_log_event_and_leaf() {
        let log = LogName::Election("kz-2019".parse().expect("a code"));
        let time = "2019-06-03T12:00:00Z".parse().expect("a timestamp");
        let receipt = to_message(&log, EventId(uuid::Uuid::from_u128(1)), [7; 32], time);
        assert_eq!(receipt.log, "elections/kz-2019");
        assert_eq!(receipt.event_id, "00000000-0000-0000-0000-000000000001");
        assert_eq!(receipt.leaf_hash, [7; 32]);
        assert_eq!(receipt.event_time.map(|time| time.seconds), Some(1_559_563_200));
        assert_eq!(to_message(&LogName::Registry, EventId(uuid::Uuid::nil()), [7; 32], time).log, "registry");
    }
}

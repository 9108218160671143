//! How many entries each log has, as this server knows it.
//!
//! Hundreds of watches wait for a log to grow. If each asked the database, they would be its
//! main load. So one job asks once a second and publishes the sizes, and the watches wait here.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

/// The number of entries by the name of the log.
type Sizes = Arc<BTreeMap<String, i64>>;

/// The receiver, for watches.
#[derive(Clone)]
pub(crate) struct LogSizes(watch::Receiver<Sizes>);

/// The sender, for the job that reads the sizes.
pub(crate) struct LogSizesSender(watch::Sender<Sizes>);

/// Makes both ends. No size is known yet.
pub(crate) fn channel() -> (LogSizesSender, LogSizes) {
    let (sender, receiver) = watch::channel(Sizes::default());
    (LogSizesSender(sender), LogSizes(receiver))
}

impl LogSizes {
    /// The number of entries of a log, 0 if it is not known. Marks it as seen: only a later change
    /// wakes [`LogSizes::changed`].
    pub(crate) fn size(&mut self, log: &str) -> i64 {
        self.0.borrow_and_update().get(log).copied().unwrap_or(0)
    }

    /// Waits until any log has grown. If the job has ended, the server is shutting down, and this
    /// never returns.
    pub(crate) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

impl LogSizesSender {
    /// Publishes the sizes, and wakes the watches if one has changed. Gives whether the size of
    /// `log` has changed.
    pub(crate) fn publish(&self, sizes: BTreeMap<String, i64>, log: &str) -> bool {
        let grew = self.0.borrow().get(log) != sizes.get(log);
        // Only a change wakes the watches. Otherwise all of them would wake every second.
        self.0.send_if_modified(|known| {
            let changed = **known != sizes;
            *known = Arc::new(sizes);
            changed
        });
        grew
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_woken_by_growth_alone() {
        let (known, mut logs) = channel();
        let sizes = |size| BTreeMap::from([("registry".to_owned(), 1), ("elections/e1".to_owned(), size)]);
        assert!(known.publish(sizes(3), "registry"));
        assert_eq!(logs.size("elections/e1"), 3);
        assert!(!known.publish(sizes(3), "registry"));
        assert!(!logs.0.has_changed().expect("it lives"));
        assert!(known.publish(sizes(4), "elections/e1"));
        logs.changed().await;
        assert_eq!((logs.size("elections/e1"), logs.size("elections/e2")), (4, 0));
    }
}

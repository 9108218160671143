//! How far each log has come, as this server knows it: whoever follows one waits here and asks no database.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

type Sizes = Arc<BTreeMap<String, i64>>;

/// What those who follow a log hold.
#[derive(Clone)]
pub(crate) struct Logs(watch::Receiver<Sizes>);

/// What the job that looks at the logs holds.
pub(crate) struct Known(watch::Sender<Sizes>);

/// Both ends; nothing is known yet.
pub(crate) fn new() -> (Known, Logs) {
    let (sender, receiver) = watch::channel(Sizes::default());
    (Known(sender), Logs(receiver))
}

impl Logs {
    /// How many entries a log has, as far as is known; a change after this wakes [`Logs::changed`].
    pub(crate) fn size(&mut self, log: &str) -> i64 {
        self.0.borrow_and_update().get(log).copied().unwrap_or(0)
    }

    /// Returns when a log has grown. Without the job that looks nothing grows, and the server is about to end.
    pub(crate) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

impl Known {
    /// Takes what was seen, wakes everyone if anything grew, and says whether this log did.
    pub(crate) fn see(&self, sizes: BTreeMap<String, i64>, log: &str) -> bool {
        let grew = self.0.borrow().get(log) != sizes.get(log);
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
        let (known, mut logs) = new();
        let sizes = |size| BTreeMap::from([("registry".to_owned(), 1), ("elections/e1".to_owned(), size)]);
        assert!(known.see(sizes(3), "registry"));
        assert_eq!(logs.size("elections/e1"), 3);
        assert!(!known.see(sizes(3), "registry"));
        assert!(!logs.0.has_changed().expect("it lives"));
        assert!(known.see(sizes(4), "elections/e1"));
        logs.changed().await;
        assert_eq!((logs.size("elections/e1"), logs.size("elections/e2")), (4, 0));
    }
}

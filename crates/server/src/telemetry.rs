//! The log of the process: JSON lines on stderr, one for each request.
//!
//! It has no personal data. Organizations and principals are named by their codes, and errors of
//! the database are logged without values.

mod request_log;

pub use request_log::{RequestLog, RequestLogLayer};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Writes the process's log to stderr as JSON lines, from `info` up or as `RUST_LOG` says. A second
/// call changes nothing.
pub fn init() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Captures the log, so that tests can check what is logged and that it names nobody.
#[cfg(test)]
pub(crate) mod captured {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use serde_json::Value;
    use tracing::subscriber::DefaultGuard;

    /// What this thread has logged since [`captured`].
    #[derive(Clone, Default)]
    pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        /// The lines so far, each as JSON.
        pub(crate) fn lines(&self) -> Vec<Value> {
            let bytes = self.0.lock().expect("no panic while it was held").clone();
            let text = String::from_utf8(bytes).expect("logs are UTF-8");
            text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic while it was held").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Captures the log of the current thread while the guard lives.
    pub(crate) fn captured() -> (Captured, DefaultGuard) {
        let captured = Captured::default();
        let writer = captured.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || writer.clone())
            .finish();
        (captured, tracing::subscriber::set_default(subscriber))
    }
}

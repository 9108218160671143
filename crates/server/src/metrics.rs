//! Metrics, for Prometheus to collect from the loopback port.
//!
//! `docs/operations.md` lists them. Names and labels are part of dashboards and alerts, so they
//! change only with a note in the changelog.
//!
//! No label has personal data, and none has a text that a caller chose: each new value would be
//! one more series, and a caller could fill the memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use store::{Observer, Transaction};

/// The buckets of all histograms, in seconds. The last one is the default limit of a request.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
/// Labels of a request.
struct Request {
    method: String,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
/// Label of a duration: no code, because that would multiply the buckets.
struct Method {
    method: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
/// Label of a transaction: the method, or what a job does.
struct Name {
    transaction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
/// Label of an operation of the vault.
struct Operation {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
/// Label of a log. There is one for each election, and the registry.
struct Log {
    log: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
/// Label of the build: a gauge that is always 1, as usual in Prometheus.
struct Version {
    version: &'static str,
}

/// All metrics of one process.
pub struct Metrics {
    /// Everything that is registered, with names and help texts.
    registry: Registry,
    /// Requests that have ended.
    requests: Family<Request, Counter>,
    /// How long requests took.
    durations: Family<Method, Histogram, fn() -> Histogram>,
    /// How long transactions took, with all of their runs.
    transactions: Family<Name, Histogram, fn() -> Histogram>,
    /// How often transactions ran again after a conflict.
    repeated: Family<Name, Counter>,
    /// How long operations of the vault took.
    vault: Family<Operation, Histogram, fn() -> Histogram>,
    /// Open connections of clients.
    connections: Gauge,
    watches: Gauge,
    /// The size of each log.
    log_entries: Family<Log, Gauge>,
    /// Committed events without a position. It grows if no sequencer runs.
    pending: Gauge,
    /// Positions that this server has given.
    sequenced: Counter,
    /// Open connections to the database.
    database_connections: Gauge,
    database_idle: Gauge,
    /// Bytes that transfers of documents have reserved.
    transfer_memory: Gauge,
    /// Transfers that wait for memory. It stays high if the clients are slow.
    transfers_waiting: Gauge,
}

/// Values that are read when the metrics are collected.
pub struct Measured {
    /// How many watches are open.
    pub watches: u32,
    /// How many connections to the database are open, and how many of them idle.
    pub database: (u32, usize),
    /// How many bytes are reserved for transfers of documents, and how many transfers wait for
    /// memory.
    pub transfers: (usize, usize),
}

impl Metrics {
    /// All metrics at zero.
    pub fn new() -> Arc<Self> {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let mut metrics = Self {
            registry: Registry::with_prefix("accreditd"),
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            transactions: Family::new_with_constructor(histogram),
            repeated: Family::default(),
            vault: Family::new_with_constructor(histogram),
            connections: Gauge::default(),
            watches: Gauge::default(),
            log_entries: Family::default(),
            pending: Gauge::default(),
            sequenced: Counter::default(),
            database_connections: Gauge::default(),
            database_idle: Gauge::default(),
            transfer_memory: Gauge::default(),
            transfers_waiting: Gauge::default(),
        };
        let build: Family<Version, Gauge> = Family::default();
        build.get_or_create(&Version { version: env!("CARGO_PKG_VERSION") }).set(1);
        metrics.register(build);
        Arc::new(metrics)
    }

    /// Registers the metrics with their help texts. Counters get the suffix `_total`.
    fn register(&mut self, build: Family<Version, Gauge>) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests that have ended, by method and gRPC code", self.requests.clone());
        registry.register(
            "request_duration_seconds",
            "How long requests took; a watch takes as long as it is open",
            self.durations.clone(),
        );
        registry.register(
            "transaction_duration_seconds",
            "How long transactions took, by method or by what a job does",
            self.transactions.clone(),
        );
        registry.register(
            "transaction_repetitions",
            "How often transactions ran again because somebody else had changed what they had read",
            self.repeated.clone(),
        );
        registry.register(
            "vault_duration_seconds",
            "How long the vault of documents took, by what it did",
            self.vault.clone(),
        );
        registry.register("connections", "Connections of callers that are open", self.connections.clone());
        registry.register("watches", "Watches that are open", self.watches.clone());
        registry.register("log_entries", "Entries of a transparency log", self.log_entries.clone());
        registry.register("events_pending", "Committed events that have no position yet", self.pending.clone());
        registry.register("events_sequenced", "Positions that this server has given", self.sequenced.clone());
        registry.register(
            "database_connections",
            "Connections to the database that are open",
            self.database_connections.clone(),
        );
        registry.register(
            "database_connections_idle",
            "Connections to the database that nobody uses",
            self.database_idle.clone(),
        );
        registry.register(
            "transfer_memory_bytes",
            "Memory that documents on their way have reserved",
            self.transfer_memory.clone(),
        );
        registry.register("transfers_waiting", "Documents that wait for memory", self.transfers_waiting.clone());
        registry.register("build_info", "The version that runs", build);
    }

    /// Counts a request that has ended. `method` is one of the API, or one word for all others.
    pub(crate) fn request(&self, method: &str, code: &'static str, duration: Duration) {
        self.requests.get_or_create(&Request { method: method.to_owned(), code }).inc();
        self.durations.get_or_create(&Method { method: method.to_owned() }).observe(duration.as_secs_f64());
    }

    /// Records how long an operation of the vault took.
    pub(crate) fn vault(&self, operation: &'static str, duration: Duration) {
        self.vault.get_or_create(&Operation { operation }).observe(duration.as_secs_f64());
    }

    /// Sets the sizes of the logs, and how many events wait for a position.
    pub(crate) fn set_log_sizes(&self, sizes: &BTreeMap<String, i64>, pending: i64) {
        for (log, size) in sizes {
            self.log_entries.get_or_create(&Log { log: log.clone() }).set(*size);
        }
        self.pending.set(pending);
    }

    /// Counts positions that this server has given.
    pub(crate) fn sequenced(&self, count: u64) {
        self.sequenced.inc_by(count);
    }

    /// Sets how many connections of clients are open.
    pub(crate) fn connections(&self, open: usize) {
        self.connections.set(gauge(open));
    }

    /// All metrics as text, with values that are read now.
    pub(crate) fn text(&self, measured: Measured) -> String {
        let Measured { watches, database, transfers } = measured;
        self.watches.set(watches.into());
        self.database_connections.set(database.0.into());
        self.database_idle.set(gauge(database.1));
        self.transfer_memory.set(gauge(transfers.0));
        self.transfers_waiting.set(gauge(transfers.1));
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes all that is written to it");
        classic(&text)
    }
}

impl Observer for Metrics {
    fn ended(&self, transaction: Transaction) {
        let Transaction { name, writes, runs, duration } = transaction;
        let label = Name { transaction: name };
        self.transactions.get_or_create(&label).observe(duration.as_secs_f64());
        self.repeated.get_or_create(&label).inc_by(u64::from(runs.saturating_sub(1)));
        tracing::debug!(transaction = name, writes, runs, duration_ms = duration.as_millis(), "transaction");
    }
}

/// Turns OpenMetrics into the older text format, which every collector reads.
///
/// There the help and the type of a counter have its full name, with `_total`.
fn classic(open_metrics: &str) -> String {
    let is_counter = |name: &str| open_metrics.contains(&format!("# TYPE {name} counter\n"));
    let mut text = String::with_capacity(open_metrics.len());
    for line in open_metrics.lines().filter(|line| *line != "# EOF") {
        let described = ["# HELP ", "# TYPE "].iter().find_map(|word| Some((*word, line.strip_prefix(word)?)));
        match described.and_then(|(word, rest)| Some((word, rest.split_once(' ')?))) {
            Some((word, (name, rest))) if is_counter(name) => text.push_str(&format!("{word}{name}_total {rest}")),
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// A count as the value of a gauge.
fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_in_the_text() {
        let metrics = Metrics::new();
        metrics.request("RegistryService/WhoAmI", "OK", Duration::from_millis(3));
        metrics.set_log_sizes(&BTreeMap::from([("registry".to_owned(), 7)]), 2);
        metrics.sequenced(5);
        let name = "DecreeService/AdoptDecree";
        metrics.ended(Transaction { name, writes: true, runs: 3, duration: Duration::from_millis(7) });
        metrics.vault("put", Duration::from_millis(1));
        metrics.connections(4);
        let text = metrics.text(Measured { watches: 3, database: (16, 12), transfers: (65_536, 1) });
        for line in [
            "# TYPE accreditd_requests_total counter",
            "# TYPE accreditd_connections gauge",
            "accreditd_requests_total{method=\"RegistryService/WhoAmI\",code=\"OK\"} 1",
            "accreditd_request_duration_seconds_bucket{le=\"0.005\",method=\"RegistryService/WhoAmI\"} 1",
            "accreditd_transaction_duration_seconds_count{transaction=\"DecreeService/AdoptDecree\"} 1",
            "accreditd_transaction_repetitions_total{transaction=\"DecreeService/AdoptDecree\"} 2",
            "accreditd_vault_duration_seconds_count{operation=\"put\"} 1",
            "accreditd_log_entries{log=\"registry\"} 7",
            "accreditd_events_pending 2",
            "accreditd_events_sequenced_total 5",
            "accreditd_connections 4",
            "accreditd_watches 3",
            "accreditd_database_connections 16",
            "accreditd_database_connections_idle 12",
            "accreditd_transfer_memory_bytes 65536",
            "accreditd_transfers_waiting 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}

//! What is counted and measured, for whoever collects it from the loopback port.

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

/// Seconds; the last is the longest that any request may take.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Method {
    method: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Name {
    transaction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Log {
    log: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

/// Every metric; no label holds anything of a person, and none a name that a caller chose.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Method, Histogram, fn() -> Histogram>,
    transactions: Family<Name, Histogram, fn() -> Histogram>,
    repeated: Family<Name, Counter>,
    vault: Family<Operation, Histogram, fn() -> Histogram>,
    connections: Gauge,
    watches: Gauge,
    log_entries: Family<Log, Gauge>,
    pending: Gauge,
    sequenced: Counter,
    database_connections: Gauge,
    database_idle: Gauge,
    transfer_memory: Gauge,
    transfers_waiting: Gauge,
}

/// What is measured at the moment when it is asked for.
pub struct Measured {
    /// How many watches are open.
    pub watches: u32,
    /// How many connections to the database are open, and how many of them idle.
    pub database: (u32, usize),
    /// How many bytes are reserved for documents on their way, and how many of these wait for memory.
    pub transfers: (usize, usize),
}

impl Metrics {
    /// All of them, at nothing.
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

    /// A request has ended. `method` must be one of the API's, or a word for all others.
    pub(crate) fn request(&self, method: &str, code: &'static str, duration: Duration) {
        self.requests.get_or_create(&Request { method: method.to_owned(), code }).inc();
        self.durations.get_or_create(&Method { method: method.to_owned() }).observe(duration.as_secs_f64());
    }

    /// The vault has done something.
    pub(crate) fn vault(&self, operation: &'static str, duration: Duration) {
        self.vault.get_or_create(&Operation { operation }).observe(duration.as_secs_f64());
    }

    /// How far the logs have come.
    pub(crate) fn logs(&self, sizes: &BTreeMap<String, i64>, pending: i64) {
        for (log, size) in sizes {
            self.log_entries.get_or_create(&Log { log: log.clone() }).set(*size);
        }
        self.pending.set(pending);
    }

    /// This server has given positions.
    pub(crate) fn sequenced(&self, count: u64) {
        self.sequenced.inc_by(count);
    }

    /// How many connections of callers are open.
    pub(crate) fn connections(&self, open: usize) {
        self.connections.set(gauge(open));
    }

    /// Everything, as text, with what is measured now.
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

/// From OpenMetrics to the text format that every collector reads: there a counter is described by its full name.
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
        metrics.logs(&BTreeMap::from([("registry".to_owned(), 7)]), 2);
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

//! The composition: read the keys, open the store, start the jobs, serve, drain.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use documents::Location;
use domain::election::cutoff::check_time_zones;
use domain::policy::{Permit, Scope};
use store::{Command, CommandError, Store, Tx};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use crate::deadline::DeadlineLayer;
use crate::decree::render_decree_list::MOST_DECREE_LISTS;
use crate::engine::Api;
use crate::gate::GateLayer;
use crate::init::read_key_file;
use crate::jobs;
use crate::logs;
use crate::metrics::{Measured, Metrics};
use crate::request_limits::RequestLimitsLayer;
use crate::telemetry::RequestLogLayer;
use crate::tls::{Acceptor, Anchors, ReadTrust, TrustReloader};
use crate::transfer::{DocumentPipeline, MAX_TRANSFERS, UploadBodyLayer};
use crate::watch_list::replace_watch_list;
use crate::watches::Watches;
use crate::{Clock, Config, health};

/// How many bytes of a request are taken before anybody reads them. A sender 250 ms away sends half a megabyte a second with
/// it, which is more than the rate that an upload has to keep.
const STREAM_WINDOW: u32 = 128 << 10;

/// Reads every file that a configuration names, as a start would, without a database.
pub fn check(config: &Config) -> anyhow::Result<()> {
    check_time_zones()?;
    read_key_file(&config.key_file)?;
    // A directory is made when the server starts; the credentials of a bucket can be wrong before.
    if let location @ Location::S3(_) = config.location()? {
        DocumentPipeline::open(&location, Metrics::new()).context("documents")?;
    }
    Acceptor::new(config, Arc::new(Anchors::new())).map(drop)
}

/// Serves until SIGTERM or SIGINT, then lets requests in flight end. `ready` is told the address.
pub async fn run(config: Config, clock: Arc<dyn Clock>, ready: oneshot::Sender<SocketAddr>) -> anyhow::Result<()> {
    check_time_zones()?;
    let keys = read_key_file(&config.key_file)?;
    let outside = Arc::new(read_key_file(&config.key_file)?);
    anyhow::ensure!(outside.id() == keys.id(), "the key file changed while it was read");
    let database = config.database()?;
    let store = Store::open(&database, keys, config.limits.database_connections).await;
    let metrics = Metrics::new();
    let store = store.with_context(|| format!("cannot open {database}"))?.observed_by(metrics.clone());
    let documents =
        DocumentPipeline::open(&config.location()?, metrics.clone()).context("cannot open the vault of documents")?;
    let anchors = Arc::new(Anchors::new());
    anchors.replace(&store.read(ReadTrust).await?.0)?;
    let acceptor = Acceptor::new(&config, anchors.clone())?;
    let listen = |address| async move {
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
    };
    let (listener, health_listener) = (listen(config.listen).await?, listen(config.health_listen).await?);

    let shutdown = CancellationToken::new();
    let (known, logs) = logs::new();
    let api = Api {
        store,
        keys: outside,
        clock,
        committed: Arc::default(),
        presented: Arc::default(),
        released: Arc::default(),
        registry_changed: Arc::default(),
        trust: Arc::new(TrustReloader::new(anchors, acceptor.clone())),
        log_grew: Arc::default(),
        metrics,
        logs,
        watches: Watches::new(&config.limits, &shutdown),
        documents: Arc::new(documents),
        watch_list_uploads: Arc::new(Semaphore::new(replace_watch_list::MOST_UPLOADS)),
        decree_lists: Arc::new(Semaphore::new(MOST_DECREE_LISTS)),
    };
    jobs::start(&api, known, &shutdown);
    let probe = Probe { api: api.clone() };
    tokio::spawn(health::serve(health_listener, probe, shutdown.clone()));
    tokio::spawn(watch_signals(acceptor.clone(), api.documents.clone(), shutdown.clone())?);

    let address = listener.local_addr().context("the listener has no address")?;
    tracing::info!(%address, "serving");
    let _ = ready.send(address);
    serve(&config, api, acceptor, listener, shutdown).await
}

async fn serve(
    config: &Config,
    api: Api,
    acceptor: Arc<Acceptor>,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let limits = &config.limits;
    let incoming = acceptor.incoming(listener, shutdown.clone());
    let router = Server::builder()
        .layer(RequestLogLayer::new(api.metrics.clone()))
        .layer(DeadlineLayer::new(limits.request_timeout(), limits.upload_timeout()))
        .layer(GateLayer::new(api.store.clone()))
        .layer(RequestLimitsLayer::new(limits.max_message_bytes))
        .layer(UploadBodyLayer)
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        // An upload that waits for memory holds up no other call of its connection.
        .initial_stream_window_size(Some(STREAM_WINDOW))
        .initial_connection_window_size(Some(2 * MAX_TRANSFERS * STREAM_WINDOW))
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_header_list_size(16 << 10)
        .max_concurrent_streams(limits.max_concurrent_streams)
        .max_connection_age(limits.connection_age())
        .add_routes(api.routes(limits));
    let served = router.serve_with_incoming_shutdown(incoming, shutdown.clone().cancelled_owned());
    let drained = async {
        shutdown.cancelled().await;
        tokio::time::sleep(limits.drain()).await;
    };
    tokio::select! {
        ended = served => ended.context("serving failed"),
        () = drained => {
            tracing::warn!("requests in flight did not end in time and were cut off");
            Ok(())
        }
    }
}

/// SIGHUP reads the server's certificate and the bucket's credentials again; SIGTERM and SIGINT end the service.
fn watch_signals(
    acceptor: Arc<Acceptor>,
    documents: Arc<DocumentPipeline>,
    shutdown: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = hangup.recv() => reload(&acceptor, &documents),
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
            }
        }
        tracing::info!("draining");
        shutdown.cancel();
    })
}

/// Reads both again, each whatever becomes of the other: one may be renewed while the other is broken.
fn reload(acceptor: &Acceptor, documents: &DocumentPipeline) {
    match acceptor.reload() {
        Ok(()) => tracing::info!("the server's certificate was read again"),
        Err(error) => tracing::error!(%error, "the server's certificate cannot be used; the old one stays"),
    }
    match documents.vault().reload_credentials() {
        Ok(true) => tracing::info!("the bucket's credentials were read again and have changed"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the bucket's credentials cannot be read; the old ones stay"),
    }
}

/// Whether the service can do its work: a write that reaches the disk, with the log and the key that it needs.
struct Probe {
    api: Api,
}

#[tonic::async_trait]
impl health::Probe for Probe {
    async fn check(&self) -> Result<(), String> {
        self.api.store.run(Heartbeat).await.map_err(|error| error.to_string())
    }

    fn metrics(&self) -> String {
        let measured = Measured {
            watches: self.api.watches.count(),
            database: self.api.store.connections(),
            transfers: self.api.documents.memory().usage(),
        };
        self.api.metrics.text(measured)
    }
}

struct Heartbeat;

impl Command for Heartbeat {
    const NAME: &'static str = "heartbeat";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        Ok(tx.heartbeat(&Permit::for_the_service()).await?)
    }
}

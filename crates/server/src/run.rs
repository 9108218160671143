//! Starts the service, serves, and stops it.
//!
//! Everything that can fail is opened before the first request is accepted: keys, database,
//! vault, certificate, ports. So a wrong configuration stops the start, and no client sees it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use documents::Location;
use domain::policy::{Permit, Scope};
use domain::rule_pack::RulePackFile;
use store::{Command, CommandError, Store, Tx};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use crate::deadline::DeadlineLayer;
use crate::decree::render_decree_list::MAX_DECREE_LISTS;
use crate::engine::{Api, Boxed};
use crate::gate::GateLayer;
use crate::init::read_key_file;
use crate::jobs;
use crate::log_sizes;
use crate::metrics::{Measured, Metrics};
use crate::request_limits::RequestLimitsLayer;
use crate::telemetry::RequestLogLayer;
use crate::tls::{Acceptor, Anchors, ReadTrust, TrustReloader};
use crate::transfer::{DocumentPipeline, MAX_TRANSFERS, UploadBodyLayer};
use crate::watch_limiter::WatchLimiter;
use crate::watch_list::replace_watch_list;
use crate::{Clock, Config, health};

/// The HTTP/2 window of a stream: how many bytes a client may send before the service reads them.
///
/// A sender 250 ms away reaches half a megabyte a second with it. That is more than the minimum
/// rate of an upload.
const STREAM_WINDOW: u32 = 128 << 10;

/// Checks a configuration as `accreditd config check` does: reads every file that it names. It
/// opens no database and no port.
pub fn check(config: &Config) -> anyhow::Result<()> {
    read_key_file(&config.key_file)?;
    // A directory is made when the server starts. The credentials of a bucket can be checked now.
    if let location @ Location::S3(_) = config.location()? {
        DocumentPipeline::open(&location, Metrics::new()).context("documents")?;
    }
    Acceptor::new(config, Arc::new(Anchors::new())).map(drop)
}

/// Logs if cutoffs by a rule pack would be wrong. The service computes none by it then. The others go on, so that one pack
/// cannot stop every server.
fn warn_of_time_zone(pack: &RulePackFile) {
    let rules = pack.rules();
    if let Err(error) = rules.time_zone.value.check() {
        tracing::error!(rule_pack = %rules.id, %error, "no cutoff can be computed by this rule pack");
    }
}

/// Serves until SIGTERM or SIGINT, then lets requests in flight end.
///
/// `ready` gets the address when the server accepts connections. `clock` is the clock of the
/// system, or one that a rehearsal sets.
///
/// # Errors
///
/// Whatever stops the start. Later errors are logged and end no server.
pub fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    ready: oneshot::Sender<SocketAddr>,
) -> Boxed<'static, anyhow::Result<()>> {
    Box::pin(async move {
        let keys = read_key_file(&config.key_file)?;
        // A second copy: the store owns the first one, and watch lists are sealed keys_for_lists of the
        // store.
        let keys_for_lists = Arc::new(read_key_file(&config.key_file)?);
        anyhow::ensure!(keys_for_lists.id() == keys.id(), "the key file changed while it was read");
        let database = config.database()?;
        let store = Store::open(&database, keys, config.limits.database_connections.get()).await;
        let metrics = Metrics::new();
        let store = store.with_context(|| format!("cannot open {database}"))?.observed_by(metrics.clone());
        match store.read(ReadRulePacks).await {
            Ok(packs) => packs.iter().for_each(warn_of_time_zone),
            Err(error) => tracing::error!(%error, "the rule packs cannot be read; elections under them are refused"),
        }
        let documents = DocumentPipeline::open(&config.location()?, metrics.clone())
            .context("cannot open the vault of documents")?;
        let anchors = Arc::new(Anchors::new());
        anchors.replace(&store.read(ReadTrust).await?.0)?;
        let acceptor = Acceptor::new(&config, anchors.clone())?;
        let listen = |address| async move {
            TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
        };
        // Both ports are bound before a job starts: a second server with the same file must do nothing.
        let (listener, health_listener) = (listen(config.listen).await?, listen(config.health_listen).await?);

        let shutdown = CancellationToken::new();
        let (log_sizes_sender, log_sizes) = log_sizes::channel();
        let api = Api {
            store,
            keys: keys_for_lists,
            clock,
            sequencer_wakeup: Arc::default(),
            screening_wakeup: Arc::default(),
            retention_wakeup: Arc::default(),
            trust_wakeup: Arc::default(),
            trust: Arc::new(TrustReloader::new(anchors, acceptor.clone())),
            log_sizes_wakeup: Arc::default(),
            metrics,
            log_sizes,
            watches: WatchLimiter::new(&config.limits, &shutdown),
            documents: Arc::new(documents),
            watch_list_uploads: Arc::new(Semaphore::new(replace_watch_list::MAX_UPLOADS)),
            decree_lists: Arc::new(Semaphore::new(MAX_DECREE_LISTS)),
        };
        jobs::start(&api, log_sizes_sender, &shutdown);
        let probe = Probe { api: api.clone() };
        tokio::spawn(health::serve(health_listener, probe, shutdown.clone()));
        tokio::spawn(watch_signals(acceptor.clone(), api.documents.clone(), shutdown.clone())?);

        let address = listener.local_addr().context("the listener has no address")?;
        tracing::info!(%address, "serving");
        let _ = ready.send(address);
        serve(&config, api, acceptor, listener, shutdown).await
    })
}

/// Runs the server until it has drained.
///
/// The order of the layers matters, the outermost first:
///
/// 1. The request log sees every answer, also those of the other layers.
/// 2. The deadline starts before anything waits.
/// 3. The gate refuses callers before their message is read.
/// 4. The limits refuse a message before it is decoded.
/// 5. The body of an upload is read only as there is memory.
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
        .layer(RequestLimitsLayer::new(limits.max_message_bytes.get()))
        .layer(UploadBodyLayer)
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        // Room for more than all transfers of one organization, so that waiting uploads stop no
        // other call.
        .initial_stream_window_size(Some(STREAM_WINDOW))
        .initial_connection_window_size(Some(2 * MAX_TRANSFERS * STREAM_WINDOW))
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_header_list_size(16 << 10)
        .max_concurrent_streams(limits.max_concurrent_streams.get())
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

/// Waits for signals. SIGHUP reloads the certificate and the credentials; SIGTERM and SIGINT begin
/// the shutdown.
///
/// The handlers are installed before this returns, so no signal is lost during the start.
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
        tracing::info!("shutting down: requests in flight may end");
        shutdown.cancel();
    })
}

/// Reloads the certificate and the credentials, each on its own: one may be broken while the other
/// is renewed.
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

/// Reads the rule packs, to check this machine by them.
struct ReadRulePacks;

impl Command for ReadRulePacks {
    const NAME: &'static str = "read rule packs";
    type Output = Vec<RulePackFile>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.all_rule_packs().await?.into_iter().map(|pack| pack.file).collect())
    }
}

/// Health as this service means it: a write transaction commits.
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

/// Writes to the database without changing what it holds. It fails where a real call would fail.
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

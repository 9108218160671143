//! The loopback port: `grpc.health.v1` for probes, and `/metrics` over HTTP/1.1 for Prometheus.
//!
//! It has no TLS, because programs that probe and collect have no certificate. Therefore the
//! configuration allows a loopback address only.
//!
//! Health is checked again on every call. A cached answer could say "healthy" about a database
//! that is gone.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::routing::get;
use http::header;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::service::Routes;
use tonic::transport::server::{Server, TcpIncoming};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// The content type of `/metrics`.
const METRICS_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// A check that takes longer counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request may take, and how long `accreditd health` waits. Longer than [`CHECK_TIMEOUT`], so that it gets the
/// answer of a check that took too long.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(7);

/// What the port reports.
#[tonic::async_trait]
pub trait Probe: Send + Sync + 'static {
    /// Checks whether requests can be served. The error says why not; it is logged and has no
    /// personal data.
    async fn check(&self) -> Result<(), String>;

    /// All metrics, in the text format of Prometheus.
    fn metrics(&self) -> String;
}

/// Answers the health protocol by a probe.
struct Answers<P>(Arc<P>);

#[tonic::async_trait]
impl<P: Probe> Health for Answers<P> {
    /// Only the server as a whole is checked. In the protocol it has the empty name.
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        if !request.get_ref().service.is_empty() {
            return Err(Status::not_found("only the server as a whole is checked: leave the service empty"));
        }
        let checked = tokio::time::timeout(CHECK_TIMEOUT, self.0.check()).await;
        let status = match checked.unwrap_or_else(|_| Err("the check took too long".to_owned())) {
            Ok(()) => ServingStatus::Serving,
            Err(problem) => {
                tracing::error!(problem, "not healthy: {problem}");
                ServingStatus::NotServing
            }
        };
        Ok(Response::new(HealthCheckResponse { status: status.into() }))
    }

    type WatchStream = BoxStream<HealthCheckResponse>;

    /// Not offered: a watch would need a check that runs by itself.
    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("call Check as often as you need to know"))
    }
}

/// Serves the loopback port until shutdown.
///
/// The limits are small: a probe and a collector need few connections.
pub async fn serve(listener: TcpListener, probe: impl Probe, shutdown: CancellationToken) -> anyhow::Result<()> {
    let probe = Arc::new(probe);
    let collected = probe.clone();
    let metrics = move || async move { ([(header::CONTENT_TYPE, METRICS_FORMAT)], collected.metrics()) };
    let health = Routes::new(HealthServer::new(Answers(probe))).into_axum_router();
    Server::builder()
        .accept_http1(true)
        .timeout(PROBE_TIMEOUT)
        .max_concurrent_streams(8)
        .max_connection_age(Duration::from_secs(60))
        .add_routes(health.route("/metrics", get(metrics)).into())
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), shutdown.cancelled_owned())
        .await
        .context("the health probe's server failed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tonic::transport::{Channel, Endpoint};
    use tonic_health::pb::health_client::HealthClient;

    #[derive(Clone, Default)]
    struct Switch(Arc<AtomicBool>);

    #[tonic::async_trait]
    impl Probe for Switch {
        async fn check(&self) -> Result<(), String> {
            if self.0.load(Ordering::SeqCst) { Ok(()) } else { Err("the database does not answer".to_owned()) }
        }

        fn metrics(&self) -> String {
            "up 1\n".to_owned()
        }
    }

    async fn served() -> (SocketAddr, Switch, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (switch, shutdown) = (Switch::default(), CancellationToken::new());
        tokio::spawn(serve(listener, switch.clone(), shutdown.clone()));
        (address, switch, shutdown)
    }

    fn client(address: SocketAddr) -> HealthClient<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        HealthClient::new(endpoint.connect_lazy())
    }

    async fn status(client: &mut HealthClient<Channel>) -> ServingStatus {
        client.check(HealthCheckRequest::default()).await.expect("an answer").into_inner().status()
    }

    #[tokio::test]
    async fn health_is_looked_at_on_every_call() {
        let (log, _guard) = crate::telemetry::captured::captured();
        let (address, switch, _shutdown) = served().await;
        let mut client = client(address);
        assert_eq!(status(&mut client).await, ServingStatus::NotServing);
        assert!(log.lines().iter().any(|line| line["problem"] == "the database does not answer"));
        switch.0.store(true, Ordering::SeqCst);
        assert_eq!(status(&mut client).await, ServingStatus::Serving);
        switch.0.store(false, Ordering::SeqCst);
        assert_eq!(status(&mut client).await, ServingStatus::NotServing);
    }

    #[tokio::test]
    async fn metrics_are_read_over_plain_http() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (address, _switch, _shutdown) = served().await;
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
        let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains(METRICS_FORMAT), "{answer}");
        assert!(answer.contains("up 1"), "{answer}");
    }

    #[tokio::test]
    async fn watches_and_unknown_services_are_refused() {
        let (address, _switch, _shutdown) = served().await;
        let mut client = client(address);
        let status = client.watch(HealthCheckRequest::default()).await.expect_err("refused");
        assert_eq!(status.code(), tonic::Code::Unimplemented);
        let status = client.check(HealthCheckRequest { service: "x".to_owned() }).await.expect_err("unknown");
        assert_eq!(status.code(), tonic::Code::NotFound);
    }
}

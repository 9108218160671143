//! `accreditd health`: asks a running server whether it is healthy.
//!
//! It is a part of the program and not of the library: only the program needs a gRPC client.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use server::health::PROBE_TIMEOUT;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// Asks the server at a loopback address whether it is healthy.
///
/// # Errors
///
/// Why it is not, or that nothing answers.
pub(crate) async fn probe(address: SocketAddr) -> anyhow::Result<()> {
    ensure!(address.port() != 0, "health_listen has port 0: a probe needs to know the port");
    let channel = Endpoint::from_shared(format!("http://{address}"))?
        .connect_timeout(PROBE_TIMEOUT)
        .timeout(PROBE_TIMEOUT)
        .connect()
        .await
        .with_context(|| format!("nothing answers at {address}"))?;
    let reply = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
    let status = reply.with_context(|| format!("the probe at {address} failed"))?.into_inner().status();
    ensure!(status == ServingStatus::Serving, "{}: the server's log says why", status.as_str_name());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use tokio::net::TcpListener;
    use tokio_util::sync::CancellationToken;

    use super::*;

    /// A server whose health is a switch.
    #[derive(Clone, Default)]
    struct Switch(Arc<AtomicBool>);

    #[tonic::async_trait]
    impl server::health::Probe for Switch {
        async fn check(&self) -> Result<(), String> {
            if self.0.load(Ordering::SeqCst) { Ok(()) } else { Err("the database does not answer".to_owned()) }
        }

        fn metrics(&self) -> String {
            String::new()
        }
    }

    #[tokio::test]
    async fn only_a_server_that_is_there_and_healthy_is_healthy() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (switch, shutdown) = (Switch::default(), CancellationToken::new());
        let server = tokio::spawn(server::health::serve(listener, switch.clone(), shutdown.clone()));
        let error = probe(address).await.expect_err("not healthy");
        assert!(error.to_string().starts_with("NOT_SERVING"), "{error}");
        switch.0.store(true, Ordering::SeqCst);
        probe(address).await.expect("healthy");

        shutdown.cancel();
        let _ = tokio::time::timeout(Duration::from_secs(5), server).await;
        let error = probe(address).await.expect_err("gone");
        assert!(error.to_string().contains(&address.to_string()), "{error}");
        probe(([127, 0, 0, 1], 0).into()).await.expect_err("no port");
    }
}

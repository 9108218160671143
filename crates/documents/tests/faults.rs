//! How a vault behaves when the bucket's server fails, loses responses, or has no trusted certificate.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use documents::{Credentials, Location, S3Settings, Vault, VaultError};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

/// The id of the document in all tests here.
const ID: Uuid = Uuid::from_u128(7);
/// A transient error: the request is repeated.
const BUSY: &str = "HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\n\r\n";
/// The object does not exist.
const MISSING: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
/// The credentials are rejected, without a code, as in the response to a HEAD.
const FORBIDDEN: &str = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
/// The object exists already, so the condition of the PUT is false.
const TAKEN: &str = "HTTP/1.1 412 Precondition Failed\r\ncontent-length: 0\r\n\r\n";
/// The object, with the bytes `sealed`.
const SEALED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsealed";
/// Closes the connection without a response.
const LOST: &str = "";
/// Closes the connection before the end of the body.
const TORN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 600\r\n\r\nsealed";

/// Starts a server that gives these responses, one for each connection. Returns its URL and the methods of the
/// requests.
async fn scripted(script: &'static [&'static str]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answer in script {
            let (stream, _) = listener.accept().await.unwrap();
            requests.push(respond(stream, answer).await);
        }
        requests
    });
    (endpoint, server)
}

/// Reads one request, and writes the response. Returns the method of the request.
async fn respond(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let mut request = vec![0; 8192];
    let mut length = 0;
    while !request[..length].windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut request[length..]).await.unwrap();
        assert!(read > 0, "the request is whole");
        length += read;
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    String::from_utf8_lossy(&request[..length]).split(' ').next().unwrap().to_owned()
}

/// A vault in a bucket at this endpoint. Its credentials are files in the directory.
fn vault(directory: &Path, endpoint: &str, trusted_roots: Option<&str>) -> Result<Vault, VaultError> {
    let file = |name: &str, content: &str| {
        fs::write(directory.join(name), content).unwrap();
        Some(directory.join(name))
    };
    let settings = S3Settings {
        endpoint: Some(endpoint.to_owned()),
        trusted_roots: trusted_roots.and_then(|roots| file("roots.pem", roots)),
        allow_http_on_loopback: true,
        credentials: Credentials {
            access_key_id_file: file("id", "AKIAIOSFODNN7EXAMPLE"),
            secret_access_key_file: file("secret", "secret"),
            ..Credentials::default()
        },
        ..S3Settings::default()
    };
    Vault::open(&Location::parse("s3://documents", directory, &settings).unwrap())
}

#[tokio::test]
async fn a_busy_server_gets_three_attempts() {
    let directory = tempfile::tempdir().unwrap();
    let (endpoint, server) = scripted(&[BUSY, TORN, SEALED]).await;
    let got = vault(directory.path(), &endpoint, None).unwrap().get(ID).await.unwrap();
    assert_eq!(got.as_deref(), Some(&b"sealed"[..]));
    assert_eq!(server.await.unwrap(), ["GET", "GET", "GET"]);

    let (endpoint, server) = scripted(&[BUSY, BUSY, BUSY]).await;
    let refused = vault(directory.path(), &endpoint, None).unwrap().get(ID).await;
    assert!(matches!(refused, Err(VaultError::UnexpectedResponse { status: 503, .. })), "{refused:?}");
    assert_eq!(server.await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_put_whose_response_was_lost_succeeds_if_the_bytes_are_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let (endpoint, server) = scripted(&[MISSING, LOST, TAKEN, SEALED]).await;
    vault(directory.path(), &endpoint, None).unwrap().put(ID, b"sealed".to_vec()).await.unwrap();
    assert_eq!(server.await.unwrap(), ["HEAD", "PUT", "PUT", "GET"]);

    let (endpoint, server) = scripted(&[MISSING, LOST, TAKEN, SEALED]).await;
    let refused = vault(directory.path(), &endpoint, None).unwrap().put(ID, b"others".to_vec()).await;
    assert!(matches!(refused, Err(VaultError::Exists(ID))), "{refused:?}");
    assert_eq!(server.await.unwrap().len(), 4);

    // At the first attempt the id is in use: somebody else has stored it.
    let (endpoint, server) = scripted(&[MISSING, TAKEN]).await;
    let refused = vault(directory.path(), &endpoint, None).unwrap().put(ID, b"sealed".to_vec()).await;
    assert!(matches!(refused, Err(VaultError::Exists(ID))), "{refused:?}");
    assert_eq!(server.await.unwrap(), ["HEAD", "PUT"]);
}

#[tokio::test]
async fn rejected_credentials_are_read_again_once() {
    let directory = tempfile::tempdir().unwrap();
    // The files have not changed: the request is not repeated.
    let (endpoint, server) = scripted(&[FORBIDDEN]).await;
    let denied = vault(directory.path(), &endpoint, None).unwrap().get(ID).await;
    assert!(matches!(denied, Err(VaultError::Denied { .. })), "{denied:?}");
    assert_eq!(server.await.unwrap(), ["GET"]);

    // They have changed, and are rejected too.
    let (endpoint, server) = scripted(&[FORBIDDEN, FORBIDDEN]).await;
    let opened = vault(directory.path(), &endpoint, None).unwrap();
    fs::write(directory.path().join("secret"), "another").unwrap();
    assert!(matches!(opened.get(ID).await, Err(VaultError::Denied { .. })));
    assert_eq!(server.await.unwrap(), ["GET", "GET"]);

    // The response to the first PUT was lost, and the credentials expired before the second.
    let (endpoint, server) = scripted(&[MISSING, LOST, FORBIDDEN, TAKEN, SEALED]).await;
    let opened = vault(directory.path(), &endpoint, None).unwrap();
    fs::write(directory.path().join("secret"), "the newest").unwrap();
    let put = opened.put(ID, b"sealed".to_vec()).await;
    assert!(matches!(put, Err(VaultError::Credentials(_))), "two words are no secret: {put:?}");
    server.abort();

    let (endpoint, server) = scripted(&[MISSING, LOST, FORBIDDEN, TAKEN, SEALED]).await;
    let opened = vault(directory.path(), &endpoint, None).unwrap();
    fs::write(directory.path().join("secret"), "newest").unwrap();
    opened.put(ID, b"sealed".to_vec()).await.unwrap();
    assert_eq!(server.await.unwrap(), ["HEAD", "PUT", "PUT", "PUT", "GET"]);
}

#[tokio::test]
async fn a_server_without_a_trusted_certificate_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // The handshake fails with a client that does not trust this certificate.
            if let Ok(stream) = acceptor.accept(stream).await {
                respond(stream, SEALED).await;
            }
        }
    });
    let trusting = vault(directory.path(), &endpoint, Some(&certified.cert.pem())).unwrap();
    assert_eq!(trusting.get(ID).await.unwrap().as_deref(), Some(&b"sealed"[..]));
    let distrusting = vault(directory.path(), &endpoint, Some(&other.cert.pem())).unwrap();
    let refused = distrusting.get(ID).await.unwrap_err();
    assert!(matches!(&refused, VaultError::Unreachable(reason) if reason.contains("certificate")), "{refused}");
    assert!(vault(directory.path(), &endpoint, Some("no certificate")).is_err());
    server.abort();
}

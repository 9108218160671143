//! The promises of a vault, tested with a directory and with an S3 server that verifies signatures.

#[path = "contract/server.rs"]
mod server;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use documents::{Credentials, FileKey, Location, MAX_BYTES, S3Settings, Vault, VaultError};
use jiff::Timestamp;
use server::{AccessKey, Server};
use uuid::Uuid;

/// A new id. All of them have the same last digits, which choose the subdirectory.
fn id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64 | 0x1234)
}

/// Checks everything that a vault promises.
async fn check_contract(vault: &Vault) {
    vault.probe().await.unwrap();
    let (first, second) = (id(), id());
    assert_eq!(vault.get(first).await.unwrap(), None);
    vault.delete(first).await.unwrap();
    vault.put(first, b"sealed".to_vec()).await.unwrap();
    vault.put(second, Vec::new()).await.unwrap();
    assert_eq!(vault.get(first).await.unwrap().as_deref(), Some(&b"sealed"[..]));
    assert_eq!(vault.get(second).await.unwrap().as_deref(), Some(&b""[..]));

    let again = vault.put(first, b"another".to_vec()).await;
    assert!(matches!(again, Err(VaultError::Exists(id)) if id == first), "{again:?}");
    assert_eq!(vault.get(first).await.unwrap().as_deref(), Some(&b"sealed"[..]));

    let mut ids = vault.list(Timestamp::MAX).await.unwrap();
    ids.sort();
    assert_eq!(ids, [first, second]);
    assert_eq!(vault.list("2020-01-01T00:00:00Z".parse().unwrap()).await.unwrap(), [] as [Uuid; 0]);

    for _ in 0..2 {
        vault.delete(first).await.unwrap();
        assert_eq!(vault.get(first).await.unwrap(), None);
    }
    vault.delete(second).await.unwrap();
    assert_eq!(vault.list(Timestamp::MAX).await.unwrap(), [] as [Uuid; 0]);
    check_sizes(vault).await;
}

/// The largest document is stored and read back; a larger one is refused.
async fn check_sizes(vault: &Vault) {
    let key = FileKey::generate();
    let sealed = key.seal("here", &vec![7; MAX_BYTES]);
    let largest = id();
    vault.put(largest, sealed.clone()).await.unwrap();
    let kept = vault.get(largest).await.unwrap().unwrap();
    assert!(key.open("here", &kept).unwrap().iter().all(|byte| *byte == 7));
    assert!(kept == sealed, "the bytes are those that were stored");
    vault.delete(largest).await.unwrap();
    let refused = vault.put(id(), vec![0; MAX_BYTES + 1024]).await;
    assert!(matches!(refused, Err(VaultError::TooLarge(_))), "{refused:?}");
}

/// A vault in a directory whose parents do not exist yet.
fn directory(path: &Path) -> Vault {
    let location = Location::parse("dir:kept/documents", path, &S3Settings::default()).unwrap();
    Vault::open(&location).unwrap()
}

#[tokio::test]
async fn a_directory_passes_the_contract() {
    let temporary = tempfile::tempdir().unwrap();
    check_contract(&directory(temporary.path())).await;
}

#[tokio::test]
async fn a_removed_subdirectory_is_created_again() {
    let temporary = tempfile::tempdir().unwrap();
    let vault = directory(temporary.path());
    let id = id();
    vault.put(id, b"sealed".to_vec()).await.unwrap();
    vault.delete(id).await.unwrap();
    fs::remove_dir(temporary.path().join("kept/documents/34")).unwrap();
    vault.put(id, b"sealed".to_vec()).await.unwrap();
    assert_eq!(vault.get(id).await.unwrap().as_deref(), Some(&b"sealed"[..]));
}

#[tokio::test]
async fn files_are_private_and_leftovers_of_a_crash_are_removed() {
    let temporary = tempfile::tempdir().unwrap();
    let vault = directory(temporary.path());
    let id = id();
    vault.put(id, b"sealed".to_vec()).await.unwrap();
    let root = temporary.path().join("kept/documents");
    let file = root.join("34").join(id.simple().to_string());
    for (path, mode) in [(root.as_path(), 0o700), (&root.join("34"), 0o700), (&file, 0o600)] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
    // As a power failure leaves it while a document is written.
    let left = file.with_extension("0123456789abcdef.unfinished");
    fs::write(&left, b"sea").unwrap();
    assert_eq!(vault.list("2020-01-01T00:00:00Z".parse().unwrap()).await.unwrap(), [] as [Uuid; 0]);
    assert!(left.exists(), "a younger file may still be written");
    assert_eq!(vault.list(Timestamp::MAX).await.unwrap(), [id]);
    assert!(!left.exists());
    // Larger than any document that the service writes.
    fs::File::create(&file).unwrap().set_len(1 << 30).unwrap();
    assert!(matches!(vault.get(id).await, Err(VaultError::TooLarge(_))));
}

#[tokio::test]
async fn one_of_many_concurrent_puts_of_an_id_succeeds() {
    let temporary = tempfile::tempdir().unwrap();
    let vault = std::sync::Arc::new(directory(temporary.path()));
    let id = id();
    let puts: Vec<_> = (0..16_u8)
        .map(|writer| {
            let vault = vault.clone();
            tokio::spawn(async move { vault.put(id, vec![writer; 100_000]).await })
        })
        .collect();
    let mut kept = 0;
    for put in puts {
        match put.await.unwrap() {
            Ok(()) => kept += 1,
            Err(error) => assert!(matches!(error, VaultError::Exists(_)), "{error}"),
        }
    }
    assert_eq!(kept, 1);
    let bytes = vault.get(id).await.unwrap().unwrap();
    assert!(bytes.len() == 100_000 && bytes.iter().all(|byte| *byte == bytes[0]), "whole, and of one writer");
}

#[tokio::test]
async fn a_bucket_passes_the_contract() {
    let server = Server::start();
    for location in ["s3://documents", "s3://documents/elections/2019"] {
        check_contract(&server.vault(location)).await;
    }
}

#[tokio::test]
async fn a_list_has_all_pages_and_only_the_prefix_of_the_vault() {
    let server = Server::start();
    let (vault, other) = (server.vault("s3://documents/a"), server.vault("s3://documents/b"));
    other.put(id(), b"of another".to_vec()).await.unwrap();
    let put: std::collections::BTreeSet<_> = (0..1005).map(|_| id()).collect();
    for id in &put {
        vault.put(*id, b"sealed".to_vec()).await.unwrap();
    }
    let listed = vault.list(Timestamp::MAX).await.unwrap();
    assert_eq!(listed.len(), put.len());
    assert_eq!(listed.into_iter().collect::<std::collections::BTreeSet<_>>(), put);
}

#[tokio::test]
async fn errors_name_what_is_wrong_with_the_bucket() {
    let server = Server::start();
    let missing = server.vault("s3://elsewhere");
    assert!(matches!(missing.probe().await, Err(VaultError::NoBucket(name)) if name == "elsewhere"));
    assert!(matches!(missing.put(id(), Vec::new()).await, Err(VaultError::NoBucket(_))));
    assert!(matches!(missing.get(id()).await, Err(VaultError::NoBucket(_))));

    let key = |id: &str| AccessKey { id: id.into(), secret: "not-its-secret".into(), session_token: None };
    for (key, reason, wrong_file) in [
        (key("AKIAIOSFODNN7EXAMPLE"), "InvalidAccessKeyId", "id"),
        (key(&server.key.id), "SignatureDoesNotMatch", "secret"),
    ] {
        let files = server.key_files(&key);
        let vault = server.vault_from("s3://documents", &files);
        let probed = vault.probe().await.unwrap_err();
        for error in [probed, vault.get(id()).await.unwrap_err(), vault.put(id(), Vec::new()).await.unwrap_err()] {
            check_denied(&error, reason, &files.path(wrong_file));
            assert!(!error.to_string().contains("not-its-secret"));
        }
        assert!(!format!("{vault:?}").contains("not-its-secret"));
    }
}

/// The error has this code, names this file, and says what to do.
fn check_denied(error: &VaultError, reason: &str, file: &Path) {
    assert!(matches!(error, VaultError::Denied { code, .. } if code == reason), "{error}");
    let text = error.to_string();
    assert!(text.contains(&file.display().to_string()) && text.contains("write valid credentials"), "{text}");
}

#[tokio::test]
async fn expired_credentials_are_replaced_from_their_files() {
    let mut server = Server::start();
    let (old, new) = (server.issue_session(), server.issue_session());
    let files = server.key_files(&old);
    let vault = server.vault_from("s3://documents", &files);
    let (first, second) = (id(), id());
    vault.put(first, b"first".to_vec()).await.unwrap();

    server.expire(&old);
    let listed = vault.list(Timestamp::MAX).await.unwrap_err();
    for error in [listed, vault.get(first).await.unwrap_err(), vault.put(second, Vec::new()).await.unwrap_err()] {
        check_denied(&error, "ExpiredToken", &files.path("token"));
    }

    files.write(&new);
    vault.put(second, b"second".to_vec()).await.unwrap();
    assert_eq!(vault.get(first).await.unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(vault.get(second).await.unwrap().as_deref(), Some(&b"second"[..]));

    // A token that belongs to another key, as after files that were replaced by halves.
    let next = server.issue_session();
    server.expire(&new);
    files.write(&AccessKey { session_token: new.session_token, ..next.clone() });
    check_denied(&vault.get(first).await.unwrap_err(), "InvalidToken", &files.path("token"));
    files.write(&next);
    vault.delete(first).await.unwrap();
}

#[tokio::test]
async fn requests_that_are_under_way_at_an_expiry_all_succeed() {
    let mut server = Server::start();
    let (old, new) = (server.issue_session(), server.issue());
    let files = server.key_files(&old);
    let vault = std::sync::Arc::new(server.vault_from("s3://documents", &files));
    let id = id();
    vault.put(id, b"sealed".to_vec()).await.unwrap();
    server.expire(&old);
    files.write(&new);
    let gets: Vec<_> = (0..16)
        .map(|_| {
            let vault = vault.clone();
            tokio::spawn(async move { vault.get(id).await })
        })
        .collect();
    for get in gets {
        assert_eq!(get.await.unwrap().unwrap().as_deref(), Some(&b"sealed"[..]));
    }
}

#[tokio::test]
async fn a_reload_takes_new_credentials_before_the_old_ones_end() {
    let mut server = Server::start();
    let (old, new) = (server.issue(), server.issue());
    let files = server.key_files(&old);
    let vault = server.vault_from("s3://documents", &files);
    assert!(!vault.reload_credentials().unwrap(), "nothing has changed");
    files.write(&new);
    assert!(vault.reload_credentials().unwrap());
    // Without the files, only a reload that has already happened can help.
    fs::remove_file(files.path("id")).unwrap();
    server.remove(&old);
    vault.probe().await.unwrap();
    server.remove(&new);
    let error = vault.probe().await.unwrap_err().to_string();
    assert!(error.contains(&files.path("id").display().to_string()), "{error}");
}

#[tokio::test]
async fn an_unreachable_server_is_reported_soon() {
    let server = Server::start();
    let vault = server.vault("s3://documents");
    drop(server);
    let start = std::time::Instant::now();
    assert!(matches!(vault.probe().await, Err(VaultError::Unreachable(_))));
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn incomplete_or_unsafe_settings_are_refused() {
    let settings = S3Settings { endpoint: Some("https://127.0.0.1".into()), ..S3Settings::default() };
    let plain = S3Settings { endpoint: Some("http://127.0.0.1".into()), ..S3Settings::default() };
    let distant =
        S3Settings { endpoint: Some("http://192.0.2.1".into()), allow_http_on_loopback: true, ..S3Settings::default() };
    let keyless = S3Settings {
        credentials: Credentials { access_key_id_file: Some("/nowhere".into()), ..Credentials::default() },
        allow_http_on_loopback: true,
        ..plain.clone()
    };
    for (settings, says) in
        [(settings, "trusted_roots"), (plain, "https"), (distant, "loopback"), (keyless, "cannot read /nowhere")]
    {
        let location = Location::parse("s3://documents", Path::new("/"), &settings).unwrap();
        let error = Vault::open(&location).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

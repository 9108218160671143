//! The program as a script sees it: exit codes, and data on stdout alone.

use std::path::Path;
use std::process::{Command, Output};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

fn accredit(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_accredit"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("ACCREDIT_PROFILE")
        .env("ACCREDIT_CONFIG", directory.join("config.toml"))
        .output()
        .expect("the program is there")
}

fn check(directory: &Path, arguments: &[&str], code: i32, says: &str) {
    let output = accredit(directory, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
    assert!(stderr.contains(says), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}: data on stdout");
}

/// A profile whose service is not there.
fn configure(directory: &Path) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::default().signed_by(&key, &authority).expect("a certificate");
    // Port 9 of the loopback address: nothing of ours ever listens there.
    let config = "[profiles.odihr]\naddress = '127.0.0.1:9'\nserver_ca = 'ca.pem'\ncertificate = 'odihr.pem'\n\
                  private_key = 'odihr.key'\n";
    for (name, text) in [
        ("ca.pem", authority.pem()),
        ("odihr.pem", certificate.pem()),
        ("odihr.key", key.serialize_pem()),
        ("config.toml", config.to_owned()),
    ] {
        std::fs::write(directory.join(name), text).expect("the directory is ours");
    }
}

#[test]
fn what_is_wrong_on_this_side() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    check(directory, &["whoami"], 7, "config.toml");
    configure(directory);
    check(directory, &["whoami", "--profile", "mfa"], 7, "with one of: odihr");
    check(directory, &["whoami", "--address", "cec:7443"], 2, "expected all of --address");
    check(directory, &["elect"], 2, "unrecognized subcommand");
    check(directory, &["decree", "adopt", "elections/e1/decrees/1"], 2, "--etag");
    check(directory, &["application", "file", "elections/e1/missions/osce", "--from", "no.json"], 7, "no.json");
    std::fs::remove_file(directory.join("odihr.key")).expect("it was there");
    check(directory, &["whoami"], 7, "odihr.key");
}

#[test]
fn a_service_that_is_not_there() {
    let directory = tempfile::tempdir().expect("a directory");
    configure(directory.path());
    let id = "0b6a1f0e-0000-4000-8000-000000000001";
    check(directory.path(), &["whoami"], 6, "cannot reach 127.0.0.1:9");
    check(directory.path(), &["election", "open", "e1", "--request-id", id], 6, id);
}

#[test]
fn help_documents_the_exit_codes() {
    let output = accredit(Path::new("."), &["--help"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("Exit codes:"));
}

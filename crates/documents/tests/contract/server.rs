//! The S3 server of the tests, a child process.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use documents::{Credentials, Location, S3Settings, Vault};

/// Names a Python that has Moto; `cargo xtask test` sets it.
const PYTHON: &str = "DOCUMENTS_PYTHON";

/// A running server, gone when it is dropped.
pub struct Server {
    process: Child,
    directory: tempfile::TempDir,
    endpoint: String,
    region: String,
    /// The one key that it knows.
    pub access_key_id: String,
    secret_access_key: String,
}

impl Server {
    /// Starts one. Without a Python that has Moto the test fails: nothing else would notice that S3 is not tested.
    pub fn start() -> Self {
        let python = python();
        // From the documents crate's own tests, or from those of a crate beside the crates.
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let places = ["tests/s3_server.py", "../crates/documents/tests/s3_server.py"].map(|place| here.join(place));
        let script = places.iter().find(|place| place.exists()).expect("the script is in the source");
        let mut command = Command::new(&python);
        command.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("cannot start {}: {error}", python.display()));
        let output = BufReader::new(process.stdout.take().unwrap());
        let line = output.lines().map_while(Result::ok).find(|line| line.starts_with('{'));
        let line = line.unwrap_or_else(|| panic!("no Moto in {}: run `cargo xtask test` once", python.display()));
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let (endpoint, region) = (text("endpoint"), text("region"));
        let (access_key_id, secret_access_key) = (text("access_key_id"), text("secret_access_key"));
        Self { process, directory: tempfile::tempdir().unwrap(), endpoint, region, access_key_id, secret_access_key }
    }

    /// A vault in it, with the right key.
    pub fn vault(&self, location: &str) -> Vault {
        Vault::open(&self.place(location)).unwrap()
    }

    /// A vault in it, with any key.
    pub fn vault_as(&self, location: &str, id: &str, secret: &str) -> Vault {
        Vault::open(&self.location(location, id, secret)).unwrap()
    }

    /// A location in it, with the right key.
    pub fn place(&self, location: &str) -> Location {
        self.location(location, &self.access_key_id, &self.secret_access_key)
    }

    fn location(&self, location: &str, id: &str, secret: &str) -> Location {
        // Each vault has files of its own.
        let directory = tempfile::tempdir_in(self.directory.path()).unwrap().keep();
        let file = |name: &str, content: &str| {
            let path = directory.join(name);
            fs::write(&path, format!("{content}\n")).unwrap();
            Some(path)
        };
        let settings = S3Settings {
            endpoint: Some(self.endpoint.clone()),
            region: Some(self.region.clone()),
            allow_http_on_loopback: true,
            credentials: Credentials {
                access_key_id_file: file("id", id),
                secret_access_key_file: file("secret", secret),
                ..Credentials::default()
            },
            ..S3Settings::default()
        };
        Location::parse(location, Path::new("/"), &settings).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is our child, and it keeps nothing.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python that is named, or the one that `cargo xtask test` has left beside the tests.
fn python() -> PathBuf {
    if let Some(named) = std::env::var_os(PYTHON) {
        return named.into();
    }
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).expect("a test is in target/debug/deps");
    target.join("tools/python/bin/python")
}

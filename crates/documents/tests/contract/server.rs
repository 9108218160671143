//! The S3 server of the tests, a child process.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use documents::{Credentials, Location, S3Settings, Vault};

/// Names a Python that has Moto; `cargo xtask test` sets it.
const PYTHON: &str = "DOCUMENTS_PYTHON";

/// A running server, gone when it is dropped.
pub struct Server {
    process: Child,
    answers: BufReader<ChildStdout>,
    directory: tempfile::TempDir,
    endpoint: String,
    region: String,
    /// A key that the server knows from its start.
    pub key: AccessKey,
}

/// An access key as the server issued it, or as a test made it up.
#[derive(Clone)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
    pub session_token: Option<String>,
}

/// The files that a vault reads its access key from.
pub struct KeyFiles {
    directory: PathBuf,
}

impl KeyFiles {
    /// Replaces what the files hold, as an operator does.
    pub fn write(&self, key: &AccessKey) {
        let write = |name: &str, value: &str| fs::write(self.directory.join(name), format!("{value}\n")).unwrap();
        write("id", &key.id);
        write("secret", &key.secret);
        write("token", key.session_token.as_deref().unwrap_or_default());
    }

    /// The path of `id`, `secret` or `token`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Server {
    /// Starts one. Without a Python that has Moto the test fails: nothing else would notice that S3 is not tested.
    pub fn start() -> Self {
        let python = python();
        // The same file is used by the documents crate's own tests and by those of a crate beside the crates.
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let candidates = ["tests/s3_server.py", "../crates/documents/tests/s3_server.py"].map(|path| here.join(path));
        let script = candidates.iter().find(|path| path.exists()).expect("the script is in the source");
        let mut command = Command::new(&python);
        command.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("cannot start {}: {error}", python.display()));
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let line = (&mut answers).lines().map_while(Result::ok).find(|line| line.starts_with('{'));
        let line = line.unwrap_or_else(|| panic!("no Moto in {}: run `cargo xtask test` once", python.display()));
        let started: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| started[name].as_str().unwrap().to_owned();
        let (endpoint, region, key) = (text("endpoint"), text("region"), access_key(&started));
        Self { process, answers, directory: tempfile::tempdir().unwrap(), endpoint, region, key }
    }

    /// A vault in it, with a key that the server knows.
    pub fn vault(&self, location: &str) -> Vault {
        Vault::open(&self.location(location)).unwrap()
    }

    /// A vault in it, with the key that the files hold.
    pub fn vault_from(&self, location: &str, files: &KeyFiles) -> Vault {
        Vault::open(&self.location_from(location, files)).unwrap()
    }

    /// A location in it, with a key that the server knows.
    pub fn location(&self, location: &str) -> Location {
        self.location_from(location, &self.key_files(&self.key))
    }

    /// New files that hold this key.
    pub fn key_files(&self, key: &AccessKey) -> KeyFiles {
        let files = KeyFiles { directory: tempfile::tempdir_in(self.directory.path()).unwrap().keep() };
        files.write(key);
        files
    }

    /// A new key with a session token.
    pub fn issue_session(&mut self) -> AccessKey {
        access_key(&self.command("issue-session"))
    }

    /// A new key without a session token.
    pub fn issue(&mut self) -> AccessKey {
        access_key(&self.command("issue"))
    }

    /// From now on the session of this key has expired.
    pub fn expire(&mut self, key: &AccessKey) {
        self.command(&format!("expire {}", key.id));
    }

    /// From now on the server does not know this key.
    pub fn remove(&mut self, key: &AccessKey) {
        self.command(&format!("remove {}", key.id));
    }

    /// Sends a command of `s3_server.py`, and returns its answer.
    fn command(&mut self, command: &str) -> serde_json::Value {
        writeln!(self.process.stdin.as_ref().unwrap(), "{command}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the server answered {line:?} to `{command}`"))
    }

    /// The settings of the server, with the credentials of these files. The token file is empty for a permanent key.
    pub fn location_from(&self, location: &str, files: &KeyFiles) -> Location {
        let settings = S3Settings {
            endpoint: Some(self.endpoint.clone()),
            region: Some(self.region.clone()),
            allow_http_on_loopback: true,
            credentials: Credentials {
                access_key_id_file: Some(files.path("id")),
                secret_access_key_file: Some(files.path("secret")),
                session_token_file: Some(files.path("token")),
            },
            ..S3Settings::default()
        };
        Location::parse(location, Path::new("/"), &settings).unwrap()
    }
}

/// Reads the answer to a command that issues a key.
fn access_key(answer: &serde_json::Value) -> AccessKey {
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    AccessKey {
        id: text("access_key_id").unwrap(),
        secret: text("secret_access_key").unwrap(),
        session_token: text("session_token"),
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Otherwise it would outlive a test that panics.
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

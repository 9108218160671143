//! Stores documents as files in a directory.
//!
//! Everything that must survive a power failure is synced twice: the file itself, and the directory with its name. It
//! needs a file system on which `fsync` works and hard links exist.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

use super::{MAX_SEALED, VaultError};

/// The extension of a file that is still being written. After a crash, [`Directory::list`] removes such files.
const UNFINISHED: &str = "unfinished";

/// Files named by their ids, in 256 subdirectories, so that no directory gets too long to read.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
    /// Which subdirectories are known to survive a power failure. Syncing their parent for each document is slow.
    created: Arc<[AtomicBool; 256]>,
}

/// `action` ends up in a sentence: "cannot open /path: permission denied".
fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> VaultError {
    let path = path.display().to_string();
    move |source| VaultError::Io { action, path, source }
}

impl Directory {
    /// Opens the directory, and creates it and its parents if they do not exist.
    pub fn open(root: &Path) -> Result<Self, VaultError> {
        let created = Arc::new([const { AtomicBool::new(false) }; 256]);
        let directory = Self { root: root.to_path_buf(), created };
        let mut missing: Vec<_> =
            root.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
        while let Some(path) = missing.pop() {
            create_directory(path)?;
        }
        Ok(directory)
    }

    /// See [`super::Vault::put`].
    pub async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        self.run_blocking(move |directory| directory.put_blocking(id, &bytes)).await
    }

    /// See [`super::Vault::get`].
    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        self.run_blocking(move |directory| directory.get_blocking(id)).await
    }

    /// See [`super::Vault::delete`].
    pub async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        self.run_blocking(move |directory| directory.delete_blocking(id)).await
    }

    /// See [`super::Vault::list`].
    pub async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        self.run_blocking(move |directory| directory.list_blocking(before)).await
    }

    /// See [`super::Vault::probe`]. Writes and syncs a file: a read-only or full disk would pass a mere look.
    pub async fn probe(&self) -> Result<(), VaultError> {
        self.run_blocking(|directory| {
            let path = directory.root.join(format!("probe.{UNFINISHED}"));
            // Another server may write the same file at the same time. That does no harm.
            let opened = File::options().write(true).create(true).truncate(false).mode(0o600).open(&path);
            let written = opened.and_then(|mut file| file.write_all(b"probe").and_then(|()| file.sync_all()));
            written.map_err(io_error("write", &path))
        })
        .await
    }

    /// Runs disk access on a blocking thread, so that a slow disk delays no other request.
    async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let directory = self.clone();
        let result = tokio::task::spawn_blocking(move || work(&directory)).await;
        result.expect("nothing here panics, and a blocking task that runs is not cancelled")
    }

    /// The last two digits choose the subdirectory. The first ones of a UUID of version 7 are the time, so all recent
    /// documents would be in one subdirectory.
    fn path(&self, id: Uuid) -> PathBuf {
        let name = id.simple().to_string();
        self.root.join(&name[30..]).join(name)
    }

    /// Creates the subdirectory of a document if this process has not done so yet, or if somebody has removed it.
    fn create_parent(&self, id: Uuid, parent: &Path) -> Result<(), VaultError> {
        let created = &self.created[usize::from(id.as_bytes()[15])];
        if !created.load(Ordering::Relaxed) || !parent.is_dir() {
            create_directory(parent)?;
            created.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Writes a file under another name, syncs it, and links it to its name: so a name always has whole bytes. At last
    /// it syncs the directory, without which the name could be lost in a power failure.
    fn put_blocking(&self, id: Uuid, bytes: &[u8]) -> Result<(), VaultError> {
        let path = self.path(id);
        let parent = path.parent().expect("a document's path is below a directory");
        self.create_parent(id, parent)?;
        // A random name, so that neither a leftover of a crash nor another put of the same id is in the way.
        let unfinished = path.with_extension(format!("{}.{UNFINISHED}", random_suffix()));
        write_new_file(&unfinished, bytes).map_err(io_error("write", &unfinished))?;
        // A link never replaces an existing file. A rename would.
        let linked = fs::hard_link(&unfinished, &path);
        fs::remove_file(&unfinished).map_err(io_error("remove", &unfinished))?;
        linked.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => VaultError::Exists(id),
            _ => io_error("link", &path)(error),
        })?;
        sync_directory(parent)
    }

    /// Reads a file. Stops at the limit, so that a large file that somebody put there cannot exhaust the memory.
    fn get_blocking(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        let path = self.path(id);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(io_error("open", &path))?,
        };
        let mut bytes = Vec::new();
        let read = file.take(MAX_SEALED as u64 + 1).read_to_end(&mut bytes);
        read.map_err(io_error("read", &path))?;
        if bytes.len() > MAX_SEALED { Err(VaultError::TooLarge(id)) } else { Ok(Some(bytes)) }
    }

    /// Deletes a file, and syncs the directory: otherwise a power failure could bring the file back.
    fn delete_blocking(&self, id: Uuid) -> Result<(), VaultError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed.map_err(io_error("remove", &path))?,
        }
        sync_directory(path.parent().expect("a document's path is below a directory"))
    }

    /// Lists the ids of files, and removes unfinished ones. Other files are not ours, and are left alone.
    fn list_blocking(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        let mut ids = Vec::new();
        for directory in list_entries(&self.root)?.into_iter().filter(|path| path.is_dir()) {
            for path in list_entries(&directory)? {
                if !was_modified_before(&path, before)? {
                    continue;
                }
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if name.ends_with(UNFINISHED) {
                    remove_if_exists(&path)?;
                } else if let Ok(id) = Uuid::try_parse(name) {
                    ids.push(id);
                }
            }
        }
        Ok(ids)
    }
}

/// Creates a directory that only its owner may enter, and makes sure that it survives a power failure.
fn create_directory(path: &Path) -> Result<(), VaultError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        created => created.map_err(io_error("create", path))?,
    }
    // Also if another process has created it: that one may not have synced it yet.
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}

/// Writes a file that only its owner may read, and syncs it. Fails if it exists.
fn write_new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // On a full disk the unfinished file must not use up space. The first error is the one to report.
        let _ = fs::remove_file(path);
    }
    written
}

/// Distinguishes unfinished files of the same id.
fn random_suffix() -> String {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's generator does not fail once it is seeded");
    hex::encode(bytes)
}

/// Makes the names in a directory survive a power failure.
fn sync_directory(directory: &Path) -> Result<(), VaultError> {
    File::open(directory).and_then(|file| file.sync_all()).map_err(io_error("sync", directory))
}

/// The paths in a directory.
fn list_entries(path: &Path) -> Result<Vec<PathBuf>, VaultError> {
    let entries = fs::read_dir(path).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    entries.map_err(io_error("list", path))
}

/// Whether a file was last modified before this time. False if somebody deletes it meanwhile.
fn was_modified_before(path: &Path, time: Timestamp) -> Result<bool, VaultError> {
    match fs::metadata(path).and_then(|metadata| metadata.modified()) {
        // A file of unknown age must not be removed.
        Ok(modified) => Ok(Timestamp::try_from(modified).is_ok_and(|modified| modified < time)),
        // It was deleted after it was listed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error("read the time of", path)(error)),
    }
}

/// Another server may have removed it first.
fn remove_if_exists(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(io_error("remove", path)),
    }
}

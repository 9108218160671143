//! A vault in a directory.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

use super::{MAX_SEALED, VaultError};

/// The ending of a file that is not yet a document.
const UNFINISHED: &str = "unfinished";

/// Files named by their ids, in 256 directories.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
    /// Which of the directories are known to be there after a power cut.
    made: Arc<[AtomicBool; 256]>,
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> VaultError {
    let path = path.display().to_string();
    move |source| VaultError::Io { action, path, source }
}

impl Directory {
    /// Opens the directory, and makes it if there is none.
    pub fn open(root: &Path) -> Result<Self, VaultError> {
        let made = Arc::new([const { AtomicBool::new(false) }; 256]);
        let directory = Self { root: root.to_path_buf(), made };
        let mut missing: Vec<_> =
            root.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
        while let Some(path) = missing.pop() {
            make(path)?;
        }
        Ok(directory)
    }

    pub async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        self.blocking(move |directory| directory.put_now(id, &bytes)).await
    }

    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        self.blocking(move |directory| directory.get_now(id)).await
    }

    pub async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        self.blocking(move |directory| directory.delete_now(id)).await
    }

    pub async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        self.blocking(move |directory| directory.list_now(before)).await
    }

    pub async fn probe(&self) -> Result<(), VaultError> {
        self.blocking(|directory| {
            let path = directory.root.join(format!("probe.{UNFINISHED}"));
            // Another server may be at the same file: that it can be written is what counts.
            let opened = File::options().write(true).create(true).truncate(false).mode(0o600).open(&path);
            let written = opened.and_then(|mut file| file.write_all(b"probe").and_then(|()| file.sync_all()));
            written.map_err(failed("write", &path))
        })
        .await
    }

    /// Runs what touches the disk where it may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let directory = self.clone();
        let result = tokio::task::spawn_blocking(move || work(&directory)).await;
        result.expect("nothing here panics, and a blocking task that runs is not cancelled")
    }

    /// By the id's last digits: those of a version 7 begin with the time, and would all be in one directory.
    fn path(&self, id: Uuid) -> PathBuf {
        let name = id.simple().to_string();
        self.root.join(&name[30..]).join(name)
    }

    /// Makes the directory that a document is in, once; again if somebody has removed it.
    fn make_parent(&self, id: Uuid, parent: &Path) -> Result<(), VaultError> {
        let made = &self.made[usize::from(id.as_bytes()[15])];
        if !made.load(Ordering::Relaxed) || !parent.is_dir() {
            make(parent)?;
            made.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn put_now(&self, id: Uuid, bytes: &[u8]) -> Result<(), VaultError> {
        let path = self.path(id);
        let parent = path.parent().expect("a document's path is below a directory");
        self.make_parent(id, parent)?;
        // A name of its own, so that what a crash left, or another put of the same id, is never in the way.
        let unfinished = path.with_extension(format!("{}.{UNFINISHED}", random()));
        write(&unfinished, bytes).map_err(failed("write", &unfinished))?;
        // A link, unlike a renaming, never replaces what is there.
        let linked = fs::hard_link(&unfinished, &path);
        fs::remove_file(&unfinished).map_err(failed("remove", &unfinished))?;
        linked.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => VaultError::Exists(id),
            _ => failed("name", &path)(error),
        })?;
        sync(parent)
    }

    fn get_now(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        let path = self.path(id);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed("open", &path))?,
        };
        let mut bytes = Vec::new();
        let read = file.take(MAX_SEALED as u64 + 1).read_to_end(&mut bytes);
        read.map_err(failed("read", &path))?;
        if bytes.len() > MAX_SEALED { Err(VaultError::TooLarge(id)) } else { Ok(Some(bytes)) }
    }

    fn delete_now(&self, id: Uuid) -> Result<(), VaultError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed.map_err(failed("remove", &path))?,
        }
        sync(path.parent().expect("a document's path is below a directory"))
    }

    fn list_now(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        let mut ids = Vec::new();
        for directory in entries(&self.root)?.into_iter().filter(|path| path.is_dir()) {
            for path in entries(&directory)? {
                if !is_before(&path, before)? {
                    continue;
                }
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if name.ends_with(UNFINISHED) {
                    remove_if_there(&path)?;
                } else if let Ok(id) = Uuid::try_parse(name) {
                    ids.push(id);
                }
            }
        }
        Ok(ids)
    }
}

/// Makes a directory that only its owner may enter, so that it is still there after a power cut.
fn make(path: &Path) -> Result<(), VaultError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.map_err(failed("make", path))?,
    }
    // Also if another has made it: that one may not have come to this line before it lost its power.
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        _ => sync(Path::new(".")),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // On a full disk, what could not be finished should not keep the space. The error to tell is the first one.
        let _ = fs::remove_file(path);
    }
    written
}

/// What two files of one id differ by until they are named.
fn random() -> String {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's generator does not fail once it is seeded");
    hex::encode(bytes)
}

fn sync(directory: &Path) -> Result<(), VaultError> {
    File::open(directory).and_then(|file| file.sync_all()).map_err(failed("sync", directory))
}

fn entries(path: &Path) -> Result<Vec<PathBuf>, VaultError> {
    let entries = fs::read_dir(path).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    entries.map_err(failed("list", path))
}

fn is_before(path: &Path, time: Timestamp) -> Result<bool, VaultError> {
    match fs::metadata(path).and_then(|metadata| metadata.modified()) {
        // A time that cannot be told is no reason to remove anything.
        Ok(modified) => Ok(Timestamp::try_from(modified).is_ok_and(|modified| modified < time)),
        // Deleted while we look.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("look at", path)(error)),
    }
}

fn remove_if_there(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(failed("remove", path)),
    }
}

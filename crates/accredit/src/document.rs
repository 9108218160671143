//! `accredit document`: passport pages, photos, pledges and letters.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use client::Client;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, new_file};
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::{Session, new_id};
use crate::terminal::words::{parse, time, word};

/// The most bytes that a document may have, as the API says.
const MOST_BYTES: u64 = 20 << 20;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Uploads documents of a draft, a returned or an accredited application; what is there already is not sent again.
    ///
    /// An application is submitted with the documents that it declares: `application file` and `application update` declare
    /// and upload in one go, and this uploads what did not get through.
    Upload {
        /// The application's full name.
        application: String,
        /// What it is and where: passport-page, photo, pledge, nomination-letter or note-verbale.
        #[arg(value_name = "KIND=FILE", value_parser = kind_and_file, required = true)]
        documents: Vec<(v1::DocumentKind, PathBuf)>,
    },
    /// Lists what was uploaded for an application.
    List {
        /// The application's full name.
        application: String,
    },
    /// Saves a document to a file. Who reads it, when and what for is recorded.
    Save {
        /// The document's full name.
        document: String,
        /// What it is read for; an auditor reads this.
        #[arg(long)]
        purpose: String,
        /// Where to; nothing that is there is overwritten.
        file: PathBuf,
    },
    /// Lists who read which document, when and why, newest first; for auditors.
    Reads {
        /// The election's code or name.
        election: String,
        /// Only of this application's documents.
        #[arg(long, value_name = "APPLICATION", default_value = "")]
        of: String,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Upload { application, documents } => {
                let scans = Scan::read_all(&documents)?;
                upload(&session.client, &application, &scans).await.map_err(|error| error.told(session))?;
                list(session, application).await
            }
            Self::List { application } => list(session, application).await,
            Self::Save { document, purpose, file } => save(session, document, purpose, &file).await,
            Self::Reads { election, of } => {
                let parent = full_name("elections", &election);
                let request = v1::ListDocumentReadsRequest { parent, application: of, ..Default::default() };
                let document_reads = session.client.all_document_reads(request).await?;
                let page = v1::ListDocumentReadsResponse { document_reads, ..Default::default() };
                session.screen.list(&page, &page.document_reads)
            }
        }
    }
}

async fn list(session: &Session, parent: String) -> Result<(), Failure> {
    let list = session.client.list_documents(v1::ListDocumentsRequest { parent }).await?;
    session.screen.list(&list, &list.documents)
}

async fn save(session: &Session, name: String, purpose: String, path: &Path) -> Result<(), Failure> {
    // The file first: what cannot be kept need not be read.
    let mut file = new_file(path)?;
    let read = session.client.download_document(v1::DownloadDocumentRequest { name, purpose }).await;
    let written = match read {
        Ok(read) => file.write_all(&read.bytes).map_err(|error| Failure::file(path, error)).map(|()| read.document),
        Err(error) => Err(error.into()),
    };
    match written {
        Ok(document) => session.screen.show(&document),
        Err(failure) => {
            // An empty or cut file is no document.
            let _ = std::fs::remove_file(path);
            Err(failure)
        }
    }
}

/// `KIND=FILE`.
pub fn kind_and_file(text: &str) -> Result<(v1::DocumentKind, PathBuf), String> {
    let (kind, path) = text.split_once('=').ok_or("not KIND=FILE")?;
    Ok((parse(kind)?, PathBuf::from(path)))
}

/// A document's file.
#[derive(Clone, PartialEq)]
pub struct Scan {
    file: PathBuf,
    /// As an application declares it.
    pub declared: v1::Document,
    bytes: Arc<[u8]>,
}

impl Scan {
    /// Reads a file.
    pub fn read(kind: v1::DocumentKind, path: &Path) -> Result<Self, Failure> {
        let size = std::fs::metadata(path).map_err(|error| Failure::file(path, error))?.len();
        if size > MOST_BYTES {
            let problem = format!("{size} bytes; a document has at most {MOST_BYTES}: scan it at 300 dpi or less");
            return Err(Failure::file(path, problem));
        }
        let bytes = std::fs::read(path).map_err(|error| Failure::file(path, error))?;
        Ok(Self { file: path.to_owned(), declared: client::declare(kind, &bytes), bytes: bytes.into() })
    }

    /// Its bytes.
    pub fn bytes(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// Reads several.
    pub fn read_all(files: &[(v1::DocumentKind, PathBuf)]) -> Result<Vec<Self>, Failure> {
        files.iter().map(|(kind, path)| Self::read(*kind, path)).collect()
    }
}

/// A document that was not uploaded, and why.
pub struct NotUploaded {
    /// Which.
    pub file: PathBuf,
    /// Why.
    pub error: client::Error,
}

impl NotUploaded {
    /// Says on the screen which file it is; the failure says the rest.
    pub fn told(self, session: &Session) -> Failure {
        session.screen.note(&format!("{} was not uploaded", self.file.display()));
        self.error.into()
    }
}

/// Uploads documents of an application, until one is not taken.
pub async fn upload(client: &Client, application: &str, scans: &[Scan]) -> Result<(), NotUploaded> {
    for Scan { file, declared, bytes } in scans {
        let header = v1::UploadHeader {
            request_id: new_id().to_string(),
            parent: application.to_owned(),
            document: Some(declared.clone()),
        };
        let sent = client.upload_document(header, Arc::clone(bytes)).await;
        sent.map_err(|error| NotUploaded { file: file.clone(), error })?;
    }
    Ok(())
}

impl Resource for v1::Document {
    const HEADINGS: &'static [&'static str] = &["KIND", "BYTES", "TYPE", "UPLOADED", "DOCUMENT"];

    fn cells(&self) -> Vec<String> {
        vec![
            word::<v1::DocumentKind>(self.kind).to_owned(),
            self.kept_size_bytes.to_string(),
            self.media_type.clone(),
            time(self.upload_time),
            self.name.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default().and("document", &self.name).and("kind", word::<v1::DocumentKind>(self.kind));
        let facts = facts.and("type", &self.media_type).and("bytes", self.kept_size_bytes);
        let facts = facts.and("SHA-256", hex::encode(&self.kept_sha256));
        let facts = facts.and("SHA-256 as uploaded", hex::encode(&self.sha256));
        let facts = facts.and("uploaded", time(self.upload_time)).and("erased", time(self.erase_time));
        facts.and_receipt(self.receipt.as_ref())
    }
}

impl Resource for v1::DocumentRead {
    const HEADINGS: &'static [&'static str] = &["TIME", "READER", "PURPOSE", "KIND", "DOCUMENT"];

    fn cells(&self) -> Vec<String> {
        vec![
            time(self.read_time),
            self.reader.clone(),
            self.purpose.clone(),
            word::<v1::DocumentKind>(self.kind).to_owned(),
            self.document.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        Self::HEADINGS.iter().zip(self.cells()).fold(Facts::default(), |facts, (label, cell)| facts.and(*label, cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_declared_by_digest_and_size_and_one_too_large_is_not_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("photo.jpg");
        std::fs::write(&path, "abc").expect("ours");
        let scan = Scan::read(v1::DocumentKind::Photo, &path).map(|scan| scan.declared).expect("the file is there");
        assert_eq!(scan.size_bytes, 3);
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(&scan.sha256), digest);
        let large = std::fs::File::create(&path).expect("ours");
        large.set_len(MOST_BYTES + 1).expect("a sparse file");
        assert!(Scan::read(v1::DocumentKind::Photo, &path).is_err());
    }

    #[test]
    fn a_kind_and_a_file() {
        let (kind, path) = kind_and_file("passport-page=a=b.pdf").expect("both");
        assert_eq!((kind, path.to_str()), (v1::DocumentKind::PassportPage, Some("a=b.pdf")));
        assert!(kind_and_file("photo").is_err());
        assert!(kind_and_file("selfie=a.jpg").is_err());
    }
}

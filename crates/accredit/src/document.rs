//! `accredit document`: passport pages, photos, pledges and letters of an application.
//!
//! An application declares each document by kind, size and digest. The bytes are uploaded separately, so a lost
//! connection costs one file and not the application.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use client::Client;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{create_private_file, full_name};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::{enum_label, parse_enum};
use crate::terminal::session::{Session, new_id};
use crate::terminal::time::format_time;

/// The largest document that the service accepts, in bytes. The proto of `UploadDocument` states it.
const MAX_DOCUMENT_BYTES: u64 = 20 << 20;

/// The subcommands of `accredit document`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Uploads documents of a draft, a returned or an accredited application. What the service already has is not sent
    /// again.
    ///
    /// An application can be submitted once all documents that it declares are uploaded. `application file` and
    /// `application update` declare and upload in one step. Use this command for documents whose upload failed.
    ///
    /// A file must be a PDF, JPEG or PNG of at most 20 MiB and 25 million pixels. A photo must be a portrait of at
    /// least 300 x 400 pixels.
    Upload {
        /// The application's full name.
        application: String,
        /// The kind and the file. KIND is passport-page, photo, pledge, nomination-letter or note-verbale.
        #[arg(value_name = "KIND=FILE", value_parser = parse_kind_and_file, required = true)]
        documents: Vec<(v1::DocumentKind, PathBuf)>,
    },
    /// Lists the uploaded documents of an application.
    ///
    /// The list has sizes, types and digests, but not the content.
    List {
        /// The application's full name.
        application: String,
    },
    /// Saves a document to a file.
    ///
    /// The service records who reads it, when and for what purpose.
    ///
    /// An existing file is never overwritten. If the download fails, the new file is deleted.
    Save {
        /// The document's full name.
        document: String,
        /// The purpose of reading it. Auditors read this.
        #[arg(long)]
        purpose: String,
        /// The file to write. It must not exist yet.
        file: PathBuf,
    },
    /// Lists who read which document, when and why, the newest first; for auditors.
    ///
    /// The list has one row for each download, with its purpose. Reading the list of documents is no download.
    Reads {
        /// The election's code or name.
        election: String,
        /// Lists only documents of this application.
        #[arg(long, value_name = "APPLICATION", default_value = "")]
        of: String,
    },
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Upload { application, documents } => {
                let documents = LocalDocument::read_all(&documents)?;
                upload(&session.client, &application, &documents).await.map_err(|error| error.report(session))?;
                list(session, application).await
            }
            Self::List { application } => list(session, application).await,
            Self::Save { document, purpose, file } => download(session, document, purpose, &file).await,
            Self::Reads { election, of } => {
                let parent = full_name("elections", &election);
                let request = v1::ListDocumentReadsRequest { parent, application: of, ..Default::default() };
                let document_reads = session.client.all_document_reads(request).await?;
                let page = v1::ListDocumentReadsResponse { document_reads, ..Default::default() };
                session.printer.print_list(&page, &page.document_reads)
            }
        }
    }
}

/// Prints the documents of an application.
async fn list(session: &Session, parent: String) -> Result<(), Failure> {
    let list = session.client.list_documents(v1::ListDocumentsRequest { parent }).await?;
    session.printer.print_list(&list, &list.documents)
}

/// Downloads a document into a new file.
async fn download(session: &Session, name: String, purpose: String, path: &Path) -> Result<(), Failure> {
    // The file is created first. Every download is recorded, so one that cannot be stored must not be asked for.
    let mut file = create_private_file(path)?;
    let read = session.client.download_document(v1::DownloadDocumentRequest { name, purpose }).await;
    let written = match read {
        Ok(read) => file.write_all(&read.bytes).map_err(|error| Failure::file(path, error)).map(|()| read.document),
        Err(error) => Err(error.into()),
    };
    match written {
        Ok(document) => session.printer.print(&document),
        Err(failure) => {
            // An empty or incomplete file must not look like a document.
            let _ = std::fs::remove_file(path);
            Err(failure)
        }
    }
}

/// Parses `KIND=FILE`.
pub fn parse_kind_and_file(text: &str) -> Result<(v1::DocumentKind, PathBuf), String> {
    let (kind, path) = text.split_once('=').ok_or("expected KIND=FILE, as in photo=photo.jpg")?;
    Ok((parse_enum(kind)?, PathBuf::from(path)))
}

/// A document file on this machine, with what the application declares about it.
#[derive(Clone, PartialEq)]
pub struct LocalDocument {
    /// The path, for messages.
    file: PathBuf,
    /// The kind, size and digest that an application declares.
    pub declared: v1::Document,
    /// The content. It is shared because a retried upload sends it again.
    bytes: Arc<[u8]>,
}

impl LocalDocument {
    /// Reads a file and computes its digest.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or is larger than the service accepts.
    pub fn read(kind: v1::DocumentKind, path: &Path) -> Result<Self, Failure> {
        let size = std::fs::metadata(path).map_err(|error| Failure::file(path, error))?.len();
        if size > MAX_DOCUMENT_BYTES {
            let problem =
                format!("{size} bytes; expected at most {MAX_DOCUMENT_BYTES}: scan it again at 300 dpi or less");
            return Err(Failure::file(path, problem));
        }
        let bytes = std::fs::read(path).map_err(|error| Failure::file(path, error))?;
        Ok(Self { file: path.to_owned(), declared: client::declare(kind, &bytes), bytes: bytes.into() })
    }

    /// The content of the file.
    pub fn bytes(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// Reads several files. Nothing is uploaded if one of them fails.
    pub fn read_all(files: &[(v1::DocumentKind, PathBuf)]) -> Result<Vec<Self>, Failure> {
        files.iter().map(|(kind, path)| Self::read(*kind, path)).collect()
    }
}

/// The document whose upload failed, and why.
pub struct UploadFailure {
    /// The path of the file.
    pub file: PathBuf,
    /// The error of the service or of the connection.
    pub error: client::Error,
}

impl UploadFailure {
    /// Prints the name of the file, and returns the failure for the rest of the message.
    pub fn report(self, session: &Session) -> Failure {
        session.printer.message(&format!("{} was not uploaded", self.file.display()));
        self.error.into()
    }
}

/// Uploads documents of an application, one after the other. Stops at the first one that fails.
pub async fn upload(client: &Client, application: &str, documents: &[LocalDocument]) -> Result<(), UploadFailure> {
    for LocalDocument { file, declared, bytes } in documents {
        let header = v1::UploadHeader {
            // Each upload is a change of its own. The same file again is recognized by its digest.
            request_id: new_id().to_string(),
            parent: application.to_owned(),
            document: Some(declared.clone()),
        };
        let sent = client.upload_document(header, Arc::clone(bytes)).await;
        sent.map_err(|error| UploadFailure { file: file.clone(), error })?;
    }
    Ok(())
}

impl Printable for v1::Document {
    const HEADINGS: &'static [&'static str] = &["KIND", "BYTES", "TYPE", "UPLOADED", "DOCUMENT"];

    fn cells(&self) -> Vec<String> {
        vec![
            enum_label::<v1::DocumentKind>(self.kind).to_owned(),
            self.kept_size_bytes.to_string(),
            self.media_type.clone(),
            format_time(self.upload_time),
            self.name.clone(),
        ]
    }

    fn details(&self) -> Details {
        let details =
            Details::default().with("document", &self.name).with("kind", enum_label::<v1::DocumentKind>(self.kind));
        let details = details.with("type", &self.media_type).with("bytes", self.kept_size_bytes);
        let details = details.with("SHA-256", hex::encode(&self.kept_sha256));
        let details = details.with("SHA-256 as uploaded", hex::encode(&self.sha256));
        let details =
            details.with("uploaded", format_time(self.upload_time)).with("erased", format_time(self.erase_time));
        details.with_receipt(self.receipt.as_ref())
    }
}

impl Printable for v1::DocumentRead {
    const HEADINGS: &'static [&'static str] = &["TIME", "READER", "PURPOSE", "KIND", "DOCUMENT"];

    fn cells(&self) -> Vec<String> {
        vec![
            format_time(self.read_time),
            self.reader.clone(),
            self.purpose.clone(),
            enum_label::<v1::DocumentKind>(self.kind).to_owned(),
            self.document.clone(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sparse file stands for the large one. It must be refused by its size alone, before it is read into memory.
    #[test]
    fn a_file_is_declared_by_digest_and_size_and_a_large_one_is_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("photo.jpg");
        std::fs::write(&path, "abc").expect("ours");
        let local =
            LocalDocument::read(v1::DocumentKind::Photo, &path).map(|local| local.declared).expect("the file is there");
        assert_eq!(local.size_bytes, 3);
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(&local.sha256), digest);
        let large = std::fs::File::create(&path).expect("ours");
        large.set_len(MAX_DOCUMENT_BYTES + 1).expect("a sparse file");
        assert!(LocalDocument::read(v1::DocumentKind::Photo, &path).is_err());
    }

    /// Only the first `=` separates, because a file name may contain others.
    #[test]
    fn kind_and_file_are_parsed() {
        let (kind, path) = parse_kind_and_file("passport-page=a=b.pdf").expect("both");
        assert_eq!((kind, path.to_str()), (v1::DocumentKind::PassportPage, Some("a=b.pdf")));
        assert!(parse_kind_and_file("photo").is_err());
        assert!(parse_kind_and_file("selfie=a.jpg").is_err());
    }
}

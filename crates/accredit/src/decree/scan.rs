//! `accredit decree attach-scan` and `accredit decree scan`: the scan of the signed decree.
//!
//! The scan is stored byte for byte. A later scan is added to the earlier ones, and the last one counts.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use wire::v1;

use crate::document::LocalDocument;
use crate::terminal::failure::Failure;
use crate::terminal::input::create_private_file;
use crate::terminal::session::Session;

/// The example at the end of `decree attach-scan --help`.
const ABOUT_ATTACH: &str = "\
Example:
  accredit decree attach-scan elections/kz-president-2019/decrees/1 signed.pdf";

/// The options of `decree attach-scan`.
#[derive(Debug, Args)]
#[command(after_help = ABOUT_ATTACH)]
pub struct Attach {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    /// The scan of the signed decree, a PDF file.
    file: PathBuf,
}

impl Attach {
    /// Uploads the scan.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let scan = LocalDocument::read(v1::DocumentKind::Unspecified, &self.file)?;
        let header = v1::DecreeScanHeader {
            request_id: session.request_id(),
            name: self.decree,
            sha256: scan.declared.sha256.clone(),
            size_bytes: scan.declared.size_bytes,
        };
        session.printer.print(&session.client.attach_decree_scan(header, scan.bytes()).await?)
    }
}

/// The example at the end of `decree scan --help`.
const ABOUT_SAVE: &str = "\
Example:
  accredit decree scan elections/kz-president-2019/decrees/1 --out signed.pdf";

/// The options of `decree scan`.
#[derive(Debug, Args)]
#[command(after_help = ABOUT_SAVE)]
pub struct Save {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    /// The file to write. It must not exist yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Save {
    /// Downloads the scan into a new file.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { decree: name, out } = self;
        let bytes = session.client.download_decree_scan(v1::DownloadDecreeScanRequest { name }).await?;
        let mut file = create_private_file(&out)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_all());
        written.map_err(|error| Failure::file(&out, error))?;
        session.printer.message(&format!("{} bytes of application/pdf, written to {}", bytes.len(), out.display()));
        Ok(())
    }
}

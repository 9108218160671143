//! `accredit decree attach-scan` and `accredit decree scan`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use wire::v1;

use crate::document::Scan;
use crate::terminal::failure::Failure;
use crate::terminal::input::new_file;
use crate::terminal::session::Session;

/// What `--help` says of attaching.
const ABOUT_ATTACH: &str = "\
Example:
  accredit decree attach-scan elections/kz-president-2019/decrees/1 signed.pdf";

#[derive(Debug, Args)]
#[command(after_help = ABOUT_ATTACH)]
pub struct Attach {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    /// The scan of the signed paper, a PDF.
    file: PathBuf,
}

impl Attach {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let scan = Scan::read(v1::DocumentKind::Unspecified, &self.file)?;
        let header = v1::DecreeScanHeader {
            request_id: session.request_id(),
            name: self.decree,
            sha256: scan.declared.sha256.clone(),
            size_bytes: scan.declared.size_bytes,
        };
        session.screen.show(&session.client.attach_decree_scan(header, scan.bytes()).await?)
    }
}

/// What `--help` says of reading.
const ABOUT_SAVE: &str = "\
Example:
  accredit decree scan elections/kz-president-2019/decrees/1 --out signed.pdf";

#[derive(Debug, Args)]
#[command(after_help = ABOUT_SAVE)]
pub struct Save {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    /// Where to; nothing that is there is overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Save {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { decree: name, out } = self;
        let bytes = session.client.download_decree_scan(v1::DownloadDecreeScanRequest { name }).await?;
        let mut file = new_file(&out)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_all());
        written.map_err(|error| Failure::file(&out, error))?;
        session.screen.note(&format!("{} bytes of application/pdf, written to {}", bytes.len(), out.display()));
        Ok(())
    }
}

//! `accredit decree update`: corrects a draft.
//!
//! A correction changes the etag, so nobody can adopt the draft as it was before.

use clap::{ArgGroup, Args};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::session::Session;

/// The example at the end of `decree update --help`.
const ABOUT: &str = "\
Example:
  accredit decree update elections/kz-president-2019/decrees/1 --session-date 2019-05-14";

/// The options of `decree update`.
#[derive(Debug, Args)]
#[command(
    after_help = ABOUT,
    group = ArgGroup::new("changes")
        .required(true)
        .multiple(true)
        .args(["number", "session_date", "chair", "secretary"])
)]
pub struct Update {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    /// The official number of the decree.
    #[arg(long)]
    number: Option<String>,
    /// The day of the commission's session.
    #[arg(long, value_name = "YYYY-MM-DD")]
    session_date: Option<String>,
    /// The name of the Chair who signs.
    #[arg(long)]
    chair: Option<String>,
    /// The name of the Secretary who signs.
    #[arg(long)]
    secretary: Option<String>,
    /// The etag of the draft as you read it. Without it, the draft is changed as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Update {
    /// Replaces the named values and keeps all others.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { decree: name, number, session_date, chair, secretary, etag } = self;
        let read = session.client.get_decree(v1::GetDecreeRequest { name: name.clone() }).await?;
        let etag = etag.unwrap_or(read.etag);
        // Only these four fields are sent. Otherwise a repeated call with the same request id would be another request.
        let decree = v1::Decree {
            decree_number: number.unwrap_or(read.decree_number),
            session_date: session_date.unwrap_or(read.session_date),
            chair: chair.unwrap_or(read.chair),
            secretary: secretary.unwrap_or(read.secretary),
            ..Default::default()
        };
        let request = v1::UpdateDecreeRequest { request_id: session.request_id(), name, etag, decree: Some(decree) };
        session.printer.print(&session.client.update_decree(request).await?)
    }
}

//! `accredit decree update`.

use clap::{ArgGroup, Args};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::session::Session;

/// What `--help` says of correcting.
const ABOUT: &str = "\
Example:
  accredit decree update elections/kz-president-2019/decrees/1 --session-date 2019-05-14";

#[derive(Debug, Args)]
#[command(
    after_help = ABOUT,
    group = ArgGroup::new("changes").required(true).multiple(true).args(["number", "session_date", "chair", "secretary"])
)]
pub struct Update {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    /// The decree's official number.
    #[arg(long)]
    number: Option<String>,
    /// The day of the session.
    #[arg(long, value_name = "YYYY-MM-DD")]
    session_date: Option<String>,
    /// Who signs as Chair.
    #[arg(long)]
    chair: Option<String>,
    /// Who signs as Secretary.
    #[arg(long)]
    secretary: Option<String>,
    /// The etag of the draft as you read it; without it, of the draft as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Update {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { decree: name, number, session_date, chair, secretary, etag } = self;
        let read = session.client.get_decree(v1::GetDecreeRequest { name: name.clone() }).await?;
        let etag = etag.unwrap_or(read.etag);
        // Nothing else of what was read goes along: repeated with its etag and request id, it is the same request.
        let decree = v1::Decree {
            decree_number: number.unwrap_or(read.decree_number),
            session_date: session_date.unwrap_or(read.session_date),
            chair: chair.unwrap_or(read.chair),
            secretary: secretary.unwrap_or(read.secretary),
            ..Default::default()
        };
        let request = v1::UpdateDecreeRequest { request_id: session.request_id(), name, etag, decree: Some(decree) };
        session.screen.show(&session.client.update_decree(request).await?)
    }
}

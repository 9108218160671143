//! `accredit review`: the commission's reviewers.

use clap::{ArgGroup, Args, Subcommand};
use prost_types::Timestamp;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, question};
use crate::terminal::session::Session;
use crate::terminal::words::parse_time;

mod of;
mod queue;

use self::of::{Of, WAITING};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Claims the application that has waited longest (cec.reviewer).
    Next {
        /// The election's code or name.
        election: String,
        #[command(flatten)]
        of: Of,
    },
    /// Lists what waits for review, in the order of the queue, with what is due when in the capital's time.
    Queue(queue::Queue),
    /// Claims one application (cec.reviewer).
    Claim {
        /// The application's full name.
        application: String,
    },
    /// Asks the delegation about fields; the application keeps its place in the queue (cec.reviewer).
    Return(Return),
    /// Clears what was found under one code with a reason (cec.reviewer).
    Clear(Clear),
    /// Recommends to accredit, or to refuse with a ground; another person decides (cec.reviewer).
    Recommend(Recommend),
    /// Puts back an application that you hold; it keeps its place in the queue (cec.reviewer).
    Release {
        /// The application's full name.
        application: String,
        /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Takes an application over from the reviewer who holds it (cec.reviewer).
    TakeOver(ChangeOfHands),
    /// Leaves an application to others: you decide on it no more, with whichever certificate (cec.reviewer, cec.adopter).
    Recuse(ChangeOfHands),
}

#[derive(Debug, Args)]
pub struct ChangeOfHands {
    /// The application's full name.
    application: String,
    /// Why; the commission keeps it.
    #[arg(long)]
    reason: String,
    /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
}

#[derive(Debug, Args)]
pub struct Return {
    /// The application's full name.
    application: String,
    /// What is asked about which field, as in person.birth_date=mismatch:the passport says 1970; may be repeated.
    /// Reasons: missing, illegible, mismatch, expired, unclear.
    #[arg(long = "question", value_name = "FIELD=REASON[:TEXT]", value_parser = question, required = true)]
    questions: Vec<v1::Question>,
    /// When the commission goes on without an answer, as in 2019-06-07T18:00:00+06:00.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    due: Timestamp,
    /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
}

#[derive(Debug, Args)]
pub struct Clear {
    /// The application's full name.
    application: String,
    /// The code, as in PASSPORT_EXPIRES_EARLY; every finding of this code is cleared.
    #[arg(long, value_name = "CODE")]
    finding: String,
    /// Why it does not stand in the way.
    #[arg(long)]
    reason: String,
    /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("verdict").required(true).args(["accredit", "refuse"]))]
pub struct Recommend {
    /// The application's full name.
    application: String,
    /// Recommends to accredit.
    #[arg(long)]
    accredit: bool,
    /// Recommends to refuse on this ground, as in incomplete-documents; `election show` lists them with their texts.
    #[arg(long, value_name = "GROUND", requires = "text")]
    refuse: Option<String>,
    /// What it is about the person, in words, as the delegation will read it.
    #[arg(long, conflicts_with = "accredit")]
    text: Option<String>,
    /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let application = match self {
            Self::Queue(queue) => return queue.run(session).await,
            Self::Next { election, of } => next(session, &full_name("elections", &election), &of).await?,
            Self::Claim { application: name } => {
                let request = v1::ClaimApplicationRequest { request_id: session.request_id(), name };
                session.client.claim_application(request).await?
            }
            Self::Return(back) => back.run(session).await?,
            Self::Clear(clear) => clear.run(session).await?,
            Self::Recommend(recommend) => recommend.run(session).await?,
            Self::Release { application: name, etag } => {
                let etag = session.application_etag(etag, &name, "put back").await?;
                let request = v1::ReleaseApplicationRequest { request_id: session.request_id(), name, etag };
                session.client.release_application(request).await?
            }
            Self::TakeOver(change) => {
                let ChangeOfHands { application: name, reason, etag } = change;
                let etag = session.application_etag(etag, &name, "take over").await?;
                let request = v1::TakeOverApplicationRequest { request_id: session.request_id(), name, etag, reason };
                session.client.take_over_application(request).await?
            }
            Self::Recuse(change) => {
                let ChangeOfHands { application: name, reason, etag } = change;
                let etag = session.application_etag(etag, &name, "leave to others").await?;
                let request = v1::RecuseApplicationRequest { request_id: session.request_id(), name, etag, reason };
                session.client.recuse_application(request).await?
            }
        };
        session.screen.show(&application)
    }
}

/// When the filters pick nobody, what waits without them is told; when nothing waits at all, the service says so.
async fn next(session: &Session, election: &str, of: &Of) -> Result<v1::Application, Failure> {
    let (request_id, parent) = (session.request_id(), election.to_owned());
    let request = v1::ClaimNextApplicationRequest { request_id, parent, filter: of.filter(None) };
    let error = match session.client.claim_next_application(request).await {
        Ok(application) => return Ok(application),
        Err(error) => error,
    };
    if error.reason() == Some("QUEUE_EMPTY")
        && let Some(passed_over) = of.passed_over(session, election, WAITING).await?
    {
        return Err(Failure::NothingPicked(passed_over));
    }
    Err(error.into())
}

impl Return {
    async fn run(self, session: &Session) -> Result<v1::Application, Failure> {
        let etag = session.application_etag(self.etag, &self.application, "ask the delegation about").await?;
        let request = v1::RaiseQuestionsRequest {
            request_id: session.request_id(),
            name: self.application,
            etag,
            questions: self.questions,
            due_time: Some(self.due),
        };
        Ok(session.client.raise_questions(request).await?)
    }
}

impl Clear {
    async fn run(self, session: &Session) -> Result<v1::Application, Failure> {
        let verb = format!("clear {} of", self.finding);
        let etag = session.application_etag(self.etag, &self.application, &verb).await?;
        let request = v1::ClearFindingRequest {
            request_id: session.request_id(),
            name: self.application,
            etag,
            code: self.finding,
            reason: self.reason,
        };
        let code = request.code.clone();
        let application = session.client.clear_finding(request).await?;
        session.screen.note(&cleared(&application.findings, &code));
        Ok(application)
    }
}

/// How many findings of a code were cleared last, and what each was about: all that are open are cleared together.
fn cleared(findings: &[v1::Finding], code: &str) -> String {
    let moment = |found: &v1::Finding| found.clear_time.map(|time| (time.seconds, time.nanos));
    let of_code = || findings.iter().filter(|found| found.code == code);
    let last = of_code().filter_map(moment).max();
    let about = of_code().filter(|found| last.is_some() && moment(found) == last).map(|found| {
        let fields = || found.fields.join(", ");
        format!("about {}", if found.related.is_empty() { fields() } else { found.related.clone() })
    });
    let about: Vec<_> = about.collect();
    format!("cleared {}: {}", about.len(), about.join("; "))
}

impl Recommend {
    async fn run(self, session: &Session) -> Result<v1::Application, Failure> {
        let (verdict, verb) = match self.refuse {
            None => (v1::Verdict::Accredit, "recommend to accredit"),
            Some(_) => (v1::Verdict::Refuse, "recommend to refuse"),
        };
        let text = self.text.unwrap_or_default();
        let refusal = self.refuse.map(|ground| v1::Refusal { ground, text, ..Default::default() });
        let etag = session.application_etag(self.etag, &self.application, verb).await?;
        let request = v1::RecommendApplicationRequest {
            request_id: session.request_id(),
            name: self.application,
            etag,
            verdict: verdict.into(),
            refusal,
            ..Default::default()
        };
        Ok(session.client.recommend_application(request).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cleared_last_is_counted_and_named() {
        let found = |code: &str, related: &str, seconds: Option<i64>| v1::Finding {
            code: code.to_owned(),
            fields: vec!["person.passport.number".to_owned()],
            related: related.to_owned(),
            clear_time: seconds.map(|seconds| Timestamp { seconds, nanos: 5 }),
            ..Default::default()
        };
        let findings = [
            found("DUPLICATE_DOCUMENT", "a", Some(1)),
            found("DUPLICATE_DOCUMENT", "b", Some(2)),
            found("DUPLICATE_DOCUMENT", "c", Some(2)),
            found("DUPLICATE_PERSON", "d", Some(2)),
            found("MRZ_MISMATCH", "", Some(3)),
            found("WATCH_LIST", "e", None),
        ];
        assert_eq!(cleared(&findings, "DUPLICATE_DOCUMENT"), "cleared 2: about b; about c");
        assert_eq!(cleared(&findings, "MRZ_MISMATCH"), "cleared 1: about person.passport.number");
    }
}

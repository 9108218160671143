//! `accredit review`: the work of the commission's reviewers.
//!
//! A reviewer claims an application, works on it, and recommends. The claim is a lease: it expires, and the application
//! then waits again at its old place in the queue.
//! Every decision names the etag of the application that was read. If the application changes in between, the service
//! refuses the decision.

use clap::{ArgGroup, Args, Subcommand};
use prost_types::Timestamp;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, parse_question};
use crate::terminal::session::Session;
use crate::terminal::time::parse_time;

mod queue;
mod queue_filter;

use self::queue_filter::{QueueFilter, WAITING};

/// The subcommands of `accredit review`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Claims the application that has waited longest (cec.reviewer).
    ///
    /// The options limit it to a part of the queue.
    ///
    /// The service skips applications that the automatic checks have not examined yet. They take a moment after the
    /// presentation.
    Next {
        /// The election's code or name.
        election: String,
        #[command(flatten)]
        filter: QueueFilter,
    },
    /// Lists the review queue in its order, with due times on the capital's clock.
    ///
    /// Without options it lists what waits for a reviewer. Others list what you hold, what was recommended, or what is
    /// due soon.
    Queue(queue::Queue),
    /// Claims one application by its name (cec.reviewer).
    ///
    /// The claim expires after a while; `review queue --mine` shows when. Somebody else may then claim the application.
    Claim {
        /// The application's full name.
        application: String,
    },
    /// Sends questions to the delegation (cec.reviewer).
    ///
    /// The application keeps its place in the queue.
    ///
    /// If no answer comes until --due, the review continues without one.
    Return(Return),
    /// Clears all findings of one code, with a reason (cec.reviewer).
    ///
    /// A blocking finding prevents a recommendation to accredit until it is cleared.
    ///
    /// The delegation and the ministry do not see findings.
    Clear(Clear),
    /// Recommends to accredit, or to refuse on a ground (cec.reviewer).
    ///
    /// Another person decides, by adopting a decree.
    ///
    /// The delegation does not see the recommendation before the decree.
    Recommend(Recommend),
    /// Puts an application that you claimed back into the queue, at its old place (cec.reviewer).
    ///
    /// If you must not decide on it, use `review recuse`.
    Release {
        /// The application's full name.
        application: String,
        /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Takes over an application that another reviewer has claimed (cec.reviewer).
    ///
    /// Use it if that reviewer is ill or absent. The delegation and the ministry are not told.
    TakeOver(ReviewerChange),
    /// Recuses yourself from an application (cec.reviewer, cec.adopter).
    ///
    /// You can no longer decide on it, with any of your certificates.
    ///
    /// If you hold or recommended it, it waits in the queue again, at its old place. The delegation and the ministry
    /// are not told.
    Recuse(ReviewerChange),
}

/// The options of `review take-over` and `review recuse`.
#[derive(Debug, Args)]
pub struct ReviewerChange {
    /// The application's full name.
    application: String,
    /// The reason. The commission keeps it.
    #[arg(long)]
    reason: String,
    /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
    #[arg(long)]
    etag: Option<String>,
}

/// The options of `review return`.
#[derive(Debug, Args)]
pub struct Return {
    /// The application's full name.
    application: String,
    /// A question about one field, as in person.birth_date=mismatch:the passport says 1970. Repeat it for each field.
    /// Reasons: missing, illegible, mismatch, expired, unclear.
    #[arg(long = "question", value_name = "FIELD=REASON[:TEXT]", value_parser = parse_question, required = true)]
    questions: Vec<v1::Question>,
    /// The time until which the delegation can answer, as in 2019-06-07T18:00:00+06:00. Then the review continues
    /// without an answer.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    due: Timestamp,
    /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
    #[arg(long)]
    etag: Option<String>,
}

/// The options of `review clear`.
#[derive(Debug, Args)]
pub struct Clear {
    /// The application's full name.
    application: String,
    /// The code of the findings, as in PASSPORT_EXPIRES_EARLY. Every finding with this code is cleared.
    #[arg(long, value_name = "CODE")]
    finding: String,
    /// The reason why the findings do not prevent an accreditation.
    #[arg(long)]
    reason: String,
    /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
    #[arg(long)]
    etag: Option<String>,
}

/// The options of `review recommend`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("verdict").required(true).args(["accredit", "refuse"]))]
pub struct Recommend {
    /// The application's full name.
    application: String,
    /// Recommends to accredit.
    #[arg(long)]
    accredit: bool,
    /// Recommends to refuse on this ground, as in incomplete-documents. `election show` lists all grounds with their
    /// texts.
    #[arg(long, value_name = "GROUND", requires = "text")]
    refuse: Option<String>,
    /// Why the ground applies to this person. The delegation reads it.
    #[arg(long, conflicts_with = "accredit")]
    text: Option<String>,
    /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let application = match self {
            Self::Queue(queue) => return queue.run(session).await,
            Self::Next { election, filter } => claim_next(session, &full_name("elections", &election), &filter).await?,
            Self::Claim { application: name } => {
                let request = v1::ClaimApplicationRequest { request_id: session.request_id(), name };
                session.client.claim_application(request).await?
            }
            Self::Return(return_args) => return_args.run(session).await?,
            Self::Clear(clear) => clear.run(session).await?,
            Self::Recommend(recommend) => recommend.run(session).await?,
            Self::Release { application: name, etag } => {
                let etag = session.application_etag(etag, &name, "put back into the queue").await?;
                let request = v1::ReleaseApplicationRequest { request_id: session.request_id(), name, etag };
                session.client.release_application(request).await?
            }
            Self::TakeOver(change) => {
                let ReviewerChange { application: name, reason, etag } = change;
                let etag = session.application_etag(etag, &name, "take over").await?;
                let request = v1::TakeOverApplicationRequest { request_id: session.request_id(), name, etag, reason };
                session.client.take_over_application(request).await?
            }
            Self::Recuse(change) => {
                let ReviewerChange { application: name, reason, etag } = change;
                let etag = session.application_etag(etag, &name, "recuse yourself from").await?;
                let request = v1::RecuseApplicationRequest { request_id: session.request_id(), name, etag, reason };
                session.client.recuse_application(request).await?
            }
        };
        session.printer.print(&application)
    }
}

/// Claims the next application.
///
/// If the filters match nothing, the failure says how many wait without them. Otherwise a reviewer with a filter too
/// many would go home while the queue is full.
async fn claim_next(session: &Session, election: &str, queue: &QueueFilter) -> Result<v1::Application, Failure> {
    let (request_id, parent) = (session.request_id(), election.to_owned());
    let request = v1::ClaimNextApplicationRequest { request_id, parent, filter: queue.filter(None) };
    let error = match session.client.claim_next_application(request).await {
        Ok(application) => return Ok(application),
        Err(error) => error,
    };
    if error.reason() == Some("QUEUE_EMPTY")
        && let Some(message) = queue.describe_unfiltered(session, election, WAITING).await?
    {
        return Err(Failure::NoQueueMatch(message));
    }
    Err(error.into())
}

impl Return {
    /// Sends the questions.
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
    /// Clears the findings and reports how many there were.
    async fn run(self, session: &Session) -> Result<v1::Application, Failure> {
        // The question names the code, because the application can have findings of several codes.
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
        session.printer.message(&clearing_message(&application.findings, &code));
        Ok(application)
    }
}

/// How many findings the last clearing covered, and what each is about.
///
/// One call clears all open findings of a code. The person must notice if there were more than expected.
fn clearing_message(findings: &[v1::Finding], code: &str) -> String {
    let moment = |found: &v1::Finding| found.clear_time.map(|time| (time.seconds, time.nanos));
    let of_code = || findings.iter().filter(|found| found.code == code);
    // All findings of one call have the same time, so the latest time selects this call.
    let last = of_code().filter_map(moment).max();
    let about = of_code().filter(|found| last.is_some() && moment(found) == last).map(|found| {
        let fields = || found.fields.join(", ");
        format!("about {}", if found.related.is_empty() { fields() } else { found.related.clone() })
    });
    let about: Vec<_> = about.collect();
    format!("cleared {}: {}", about.len(), about.join("; "))
}

impl Recommend {
    /// Sends the recommendation.
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

    /// Findings that were cleared earlier, or under another code, are not counted.
    #[test]
    fn the_message_counts_the_findings_cleared_last() {
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
        assert_eq!(clearing_message(&findings, "DUPLICATE_DOCUMENT"), "cleared 2: about b; about c");
        assert_eq!(clearing_message(&findings, "MRZ_MISMATCH"), "cleared 1: about person.passport.number");
    }
}

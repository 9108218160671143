//! `accredit accreditation amend`, and what becomes of it: `accredit amendment`.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1::{self, AmendmentDecision, AmendmentKind};

use crate::application::content::Content;
use crate::application::show::finding;
use crate::document::upload;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists an election's amendments, those asked for first before the others.
    List {
        /// The election's code or name.
        election: String,
        /// Only those that wait for a reviewer.
        #[arg(long)]
        open: bool,
    },
    /// Shows one amendment: what it changes, and what the checks found.
    Show {
        /// The amendment, APPLICATION/amendments/N.
        amendment: String,
    },
    /// Decides on an open amendment (cec.reviewer).
    Decide(Decide),
    /// Gives up an open amendment of your own (delegation.submitter; cec.registrar for what came on paper).
    Withdraw {
        /// The amendment, APPLICATION/amendments/N.
        amendment: String,
    },
}

/// What the flags change of what the application says.
#[derive(Debug, Args)]
pub struct Amend {
    /// The application's full name.
    application: String,
    /// What it changes: the passport with its page, or what was said of the person.
    #[arg(long, value_parser = one_of::<AmendmentKind>())]
    kind: AmendmentKind,
    /// Why; the commission reads it.
    #[arg(long)]
    reason: String,
    /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
    #[command(flatten)]
    content: Content,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("decision").required(true).args(["accept", "decline"]))]
pub struct Decide {
    /// The amendment, APPLICATION/amendments/N.
    amendment: String,
    /// It holds: another badge is issued, and the old one is void.
    #[arg(long)]
    accept: bool,
    /// It does not hold, and why; the delegation reads this.
    #[arg(long, value_name = "TEXT")]
    decline: Option<String>,
    /// Why what the checks found does not stand in the way; the commission keeps it.
    #[arg(long, value_name = "REASON", conflicts_with = "decline")]
    clear: Option<String>,
    /// The etag of the amendment as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::List { election, open: only_open } => {
                let parent = full_name("elections", &election);
                let request = v1::ListAmendmentsRequest { parent, only_open, ..Default::default() };
                let amendments = client.all_amendments(request).await?;
                let page = v1::ListAmendmentsResponse { amendments, ..Default::default() };
                screen.list(&page, &page.amendments)
            }
            Self::Show { amendment: name } => {
                screen.show(&client.get_amendment(v1::GetAmendmentRequest { name }).await?)
            }
            Self::Decide(decide) => decide.run(session).await,
            Self::Withdraw { amendment: name } => {
                let request = v1::WithdrawAmendmentRequest { request_id: session.request_id(), name };
                screen.show(&client.withdraw_amendment(request).await?)
            }
        }
    }
}

impl Amend {
    /// Uploads the documents, and then asks.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { application: name, kind, reason, etag, content } = self;
        let etag = session.application_etag(etag, &name, "amend").await?;
        let current = session.client.get_application(v1::GetApplicationRequest { name: name.clone() }).await?;
        let (content, scans) = content.onto(current)?;
        upload(&session.client, &name, &scans).await.map_err(|error| error.told(session))?;
        let (request_id, kind, application) = (session.request_id(), kind.into(), Some(content));
        let request = v1::AmendAccreditationRequest { request_id, name, etag, kind, application, reason };
        session.screen.show(&session.client.amend_accreditation(request).await?)
    }
}

impl Decide {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { amendment: name, accept, decline, clear, etag } = self;
        let (decision, verb) = match accept {
            true => (AmendmentDecision::Accept, "accept"),
            false => (AmendmentDecision::Decline, "decline"),
        };
        let etag = session.amendment_etag(etag, &name, verb).await?;
        let request = v1::DecideAmendmentRequest {
            request_id: session.request_id(),
            name,
            etag,
            decision: decision.into(),
            text: decline.unwrap_or_default(),
            clear_reason: clear.unwrap_or_default(),
        };
        session.screen.show(&session.client.decide_amendment(request).await?)
    }
}

impl Resource for v1::Amendment {
    const HEADINGS: &'static [&'static str] = &["STATE", "KIND", "REQUESTED", "CHANGES", "AMENDMENT"];

    fn cells(&self) -> Vec<String> {
        vec![
            word::<v1::AmendmentState>(self.state).to_owned(),
            word::<AmendmentKind>(self.kind).to_owned(),
            time(self.request_time),
            self.changed_fields.join(", "),
            self.name.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("amendment", &self.name)
            .and("state", word::<v1::AmendmentState>(self.state))
            .and("kind", word::<AmendmentKind>(self.kind))
            .and("accreditation", &self.accreditation)
            .and("reason", &self.reason)
            .and("requested by", &self.requested_by)
            .and("requested", time(self.request_time));
        let (before, after) = (said(self.before.as_ref()), said(self.after.as_ref()));
        let differ = before.into_iter().zip(after).filter(|((_, before), (_, after))| before != after);
        let facts = differ.fold(facts, |facts, ((label, before), (_, after))| {
            facts.and(format!("{label} before"), before).and(format!("{label} after"), after)
        });
        let facts = self.findings.iter().fold(facts, finding);
        facts
            .and("checked", time(self.screen_time))
            .and("closed by", &self.closed_by)
            .and("closed", time(self.close_time))
            .and("told", &self.text)
            .and("revision", self.revision)
            .and("etag", &self.etag)
            .and_receipt(self.receipt.as_ref())
    }
}

/// What a version says, in one order.
fn said(version: Option<&v1::Application>) -> Vec<(&'static str, String)> {
    let version = version.cloned().unwrap_or_default();
    let person = version.person.unwrap_or_default();
    let passport = person.passport.clone().unwrap_or_default();
    let declared = version.documents.iter().map(|document| {
        let digest = hex::encode(&document.sha256[..document.sha256.len().min(4)]);
        format!("{} {digest}…", word::<v1::DocumentKind>(document.kind))
    });
    vec![
        ("family name", person.family_name),
        ("given name", person.given_name),
        ("native name", person.native_name),
        ("name in Kazakh", person.name_kk),
        ("name in Russian", person.name_ru),
        ("birth date", person.birth_date),
        ("sex", word::<v1::Sex>(person.sex).to_owned()),
        ("passport", passport.number),
        ("issued by", passport.issuing_state),
        ("expires", passport.expiry_date),
        ("MRZ", passport.mrz.replace('\n', " ")),
        ("documents", declared.collect::<Vec<_>>().join(", ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_before_and_after_and_nothing_else() {
        let person = |family_name: &str| v1::Person {
            family_name: family_name.to_owned(),
            given_name: "ANN".to_owned(),
            ..Default::default()
        };
        let version = |name: &str| Some(v1::Application { person: Some(person(name)), ..Default::default() });
        let amendment = v1::Amendment { before: version("SAMPLE"), after: version("SPECIMEN"), ..Default::default() };
        let shown = format!("{:?}", amendment.facts());
        assert!(shown.contains(r#"("family name before", "SAMPLE"), ("family name after", "SPECIMEN")"#), "{shown}");
        assert!(!shown.contains("ANN"), "{shown}");
    }
}

//! `accredit amendment` and `accredit accreditation amend`: changes of what was accredited.
//!
//! After the accreditation, an application cannot be updated any more. A new passport or a correction is an amendment,
//! which a reviewer accepts or declines. If it is accepted, a new badge is issued under the same number.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1::{self, AmendmentDecision, AmendmentKind};

use crate::application::content::Content;
use crate::application::details::finding;
use crate::document::upload;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit amendment`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists an election's amendments, the oldest request first.
    ///
    /// A delegation sees its own only.
    List {
        /// The election's code or name.
        election: String,
        /// Lists only amendments that wait for a reviewer.
        #[arg(long)]
        open: bool,
    },
    /// Shows one amendment: each changed value before and after, and what the automatic checks found.
    ///
    /// Only the commission and auditors see the findings.
    Show {
        /// The amendment, APPLICATION/amendments/N.
        amendment: String,
    },
    /// Accepts or declines an open amendment (cec.reviewer).
    ///
    /// You must not have recommended the accreditation. An amendment with blocking findings can be accepted only with
    /// --clear.
    Decide(Decide),
    /// Withdraws an open amendment of your own (delegation.submitter; cec.registrar for amendments on paper).
    ///
    /// The accredited application stays as it was.
    Withdraw {
        /// The amendment, APPLICATION/amendments/N.
        amendment: String,
    },
}

/// The options of a request to change an accredited application.
#[derive(Debug, Args)]
pub struct Amend {
    /// The application's full name.
    application: String,
    /// What changes: new-passport for the passport and its page, correction for anything about the person.
    #[arg(long, value_parser = enum_parser::<AmendmentKind>())]
    kind: AmendmentKind,
    /// The reason. The commission reads it.
    #[arg(long)]
    reason: String,
    /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
    #[arg(long)]
    etag: Option<String>,
    #[command(flatten)]
    content: Content,
}

/// The options of a decision on an amendment.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("decision").required(true).args(["accept", "decline"]))]
pub struct Decide {
    /// The amendment, APPLICATION/amendments/N.
    amendment: String,
    /// Accepts the amendment: a new badge is issued and the old one is void.
    #[arg(long)]
    accept: bool,
    /// Declines the amendment for this reason. The delegation reads it.
    #[arg(long, value_name = "TEXT")]
    decline: Option<String>,
    /// Clears the findings of the checks for this reason. The commission keeps it.
    #[arg(long, value_name = "REASON", conflicts_with = "decline")]
    clear: Option<String>,
    /// The etag of the amendment as you read it. Without it, a terminal shows the amendment and asks you.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::List { election, open: only_open } => {
                let parent = full_name("elections", &election);
                let request = v1::ListAmendmentsRequest { parent, only_open, ..Default::default() };
                let amendments = client.all_amendments(request).await?;
                let page = v1::ListAmendmentsResponse { amendments, ..Default::default() };
                printer.print_list(&page, &page.amendments)
            }
            Self::Show { amendment: name } => {
                printer.print(&client.get_amendment(v1::GetAmendmentRequest { name }).await?)
            }
            Self::Decide(decide) => decide.run(session).await,
            Self::Withdraw { amendment: name } => {
                let request = v1::WithdrawAmendmentRequest { request_id: session.request_id(), name };
                printer.print(&client.withdraw_amendment(request).await?)
            }
        }
    }
}

impl Amend {
    /// Uploads the documents, then sends the request. The service refuses a request whose documents are missing.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { application: name, kind, reason, etag, content } = self;
        let etag = session.application_etag(etag, &name, "amend").await?;
        let current = session.client.get_application(v1::GetApplicationRequest { name: name.clone() }).await?;
        let (content, documents) = content.apply_to(current)?;
        upload(&session.client, &name, &documents).await.map_err(|error| error.report(session))?;
        let (request_id, kind, application) = (session.request_id(), kind.into(), Some(content));
        let request = v1::AmendAccreditationRequest { request_id, name, etag, kind, application, reason };
        session.printer.print(&session.client.amend_accreditation(request).await?)
    }
}

impl Decide {
    /// Sends the decision.
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
        session.printer.print(&session.client.decide_amendment(request).await?)
    }
}

impl Printable for v1::Amendment {
    const HEADINGS: &'static [&'static str] = &["STATE", "KIND", "REQUESTED", "CHANGES", "AMENDMENT"];

    fn cells(&self) -> Vec<String> {
        vec![
            enum_label::<v1::AmendmentState>(self.state).to_owned(),
            enum_label::<AmendmentKind>(self.kind).to_owned(),
            format_time(self.request_time),
            self.changed_fields.join(", "),
            self.name.clone(),
        ]
    }

    fn details(&self) -> Details {
        let details = Details::default()
            .with("amendment", &self.name)
            .with("state", enum_label::<v1::AmendmentState>(self.state))
            .with("kind", enum_label::<AmendmentKind>(self.kind))
            .with("accreditation", &self.accreditation)
            .with("reason", &self.reason)
            .with("requested by", &self.requested_by)
            .with("requested", format_time(self.request_time));
        let (before, after) = (version_values(self.before.as_ref()), version_values(self.after.as_ref()));
        // Only differences are shown: the reviewer decides on them, and nothing else changes.
        let differ = before.into_iter().zip(after).filter(|((_, before), (_, after))| before != after);
        let details = differ.fold(details, |details, ((label, before), (_, after))| {
            details.with(format!("{label} before"), before).with(format!("{label} after"), after)
        });
        let details = self.findings.iter().fold(details, finding);
        details
            .with("checked", format_time(self.screen_time))
            .with("closed by", &self.closed_by)
            .with("closed", format_time(self.close_time))
            .with("decision text", &self.text)
            .with("revision", self.revision)
            .with("etag", &self.etag)
            .with_receipt(self.receipt.as_ref())
    }
}

/// The values of one version of the application, always in the same order, so that two versions can be compared in
/// pairs.
fn version_values(version: Option<&v1::Application>) -> Vec<(&'static str, String)> {
    let version = version.cloned().unwrap_or_default();
    let person = version.person.unwrap_or_default();
    let passport = person.passport.clone().unwrap_or_default();
    let declared = version.documents.iter().map(|document| {
        // A few digits are enough to see that a document was replaced.
        let digest = hex::encode(&document.sha256[..document.sha256.len().min(4)]);
        format!("{} {digest}…", enum_label::<v1::DocumentKind>(document.kind))
    });
    vec![
        ("family name", person.family_name),
        ("given name", person.given_name),
        ("native name", person.native_name),
        ("name in Kazakh", person.name_kk),
        ("name in Russian", person.name_ru),
        ("birth date", person.birth_date),
        ("sex", enum_label::<v1::Sex>(person.sex).to_owned()),
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

    /// A reviewer decides on the difference, so unchanged values must not distract.
    #[test]
    fn only_changed_values_are_shown_before_and_after() {
        let person = |family_name: &str| v1::Person {
            family_name: family_name.to_owned(),
            given_name: "ANN".to_owned(),
            ..Default::default()
        };
        let version = |name: &str| Some(v1::Application { person: Some(person(name)), ..Default::default() });
        let amendment = v1::Amendment { before: version("SAMPLE"), after: version("SPECIMEN"), ..Default::default() };
        let shown = format!("{:?}", amendment.details());
        assert!(shown.contains(r#"("family name before", "SAMPLE"), ("family name after", "SPECIMEN")"#), "{shown}");
        assert!(!shown.contains("ANN"), "{shown}");
    }
}

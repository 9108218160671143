//! `RenderDecreeList`: makes the list of a decree as PDF, CSV or XLSX, as it is signed, printed
//! and published.
//!
//! The list is read in a transaction and rendered after it. Rendering ten thousand rows takes
//! seconds, and a transaction that is open so long would hold up others.
//!
//! - **Rule:** `Decree::shows` says which revision of an application the list has. A signed list
//!   never changes because somebody was amended later.
//! - **Lane:** heavy, because it reads every application of the decree.
//! - **Many at once:** at most `MAX_DECREE_LISTS` are rendered in this process. The others wait
//!   until their deadline.

use std::collections::BTreeMap;

use domain::application::Application;
use domain::application::content::StoredFiling;
use domain::decree::list::{Version, Wording};
use domain::outcome::CallContext;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::language::Language;
use domain::vocabulary::name::OrganizationName;
use jiff::Timestamp;
use render::DecreeList;
use store::{CommandError, Lane, Tx};
use tonic::Response;
use tonic::codegen::Bytes;
use wire::method::Encode;
use wire::request::ListFormat;
use wire::violations::Violations;
use wire::{request, v1};

use crate::engine::query::read;
use crate::engine::{Handler, Query};
use crate::status::Failure;

/// How many lists are rendered at the same time. Each takes a processor, and memory for all of its
/// pages.
pub(crate) const MAX_DECREE_LISTS: usize = 2;

/// Renders the list of one decree, of a draft or of an adopted one.
pub(crate) struct RenderDecreeList;

/// A list that was read and not yet rendered.
pub(crate) struct UnrenderedList {
    list: DecreeList,
    format: ListFormat,
    /// The name of the file, without its extension.
    stem: String,
}

impl Query for RenderDecreeList {
    const ACTION: Action = Action::RenderDecreeList;
    const LANE: Lane = Lane::Heavy;
    type Message = v1::RenderDecreeListRequest;
    type Input = request::RenderDecreeList;
    type Answer = UnrenderedList;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::render_decree_list(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let request::RenderDecreeList { decree: name, language, format } = input;
        let decree = tx.lookup_decree(by.permit, name).await?.ok_or_else(|| Refusal::not_found(name))?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(name))?;
        let language = *language;
        let mut senders = SenderNames { known: BTreeMap::new(), language, moment: decree.names_time(by.now) };
        let wording = Wording { language, rules: &election.rules };
        let mut rows = Vec::with_capacity(decree.applications.len());
        for found in tx.applications(by.permit, &name.election, &decree.applications).await? {
            let application = found.map_err(|missing| Refusal::not_found(&missing))?;
            let organization = senders.name(&application.name.organization, tx).await?;
            let kept = get_version(&application, decree.shows(&application), tx).await?;
            rows.push(decree.row(&application, &kept, organization, wording));
        }
        for proposal in &decree.proposals {
            let proposal =
                tx.lookup_proposal(by.permit, proposal).await?.ok_or_else(|| Refusal::not_found(proposal))?;
            let application = tx.application(by.permit, &proposal.application).await?;
            let organization = senders.name(&application.name.organization, tx).await?;
            let kept = get_version(&application, decree.shows_of_proposals(), tx).await?;
            rows.push(decree.proposal_row(&proposal, &application, &kept, organization, wording));
        }
        let (stem, draft) = (decree.list_stem(language), decree.adopted_by().is_none());
        let list = DecreeList {
            language,
            election: election.names.at(language, senders.moment).to_owned(),
            decree_number: decree.decree_number,
            session_date: decree.session_date,
            draft,
            chair: decree.chair.into_inner(),
            secretary: decree.secretary.into_inner(),
            rows,
        };
        Ok(UnrenderedList { list, format: *format, stem })
    }
}

/// Reads what an application said in a version, or what the erasure left of it.
async fn get_version(of: &Application, version: Version, tx: &mut Tx<'_>) -> Result<StoredFiling, CommandError> {
    Ok(match version {
        Version::Now => tx.kept(of).await?,
        Version::WhenAccredited => tx.stored_filing_at(of, None).await?,
        Version::At(time) => tx.stored_filing_at(of, Some(time)).await?,
        Version::Revision(number) => tx.stored_filing_of(&of.name, number).await?,
    })
}

/// The names of the organizations that send people, in the language of the list.
///
/// Each is looked up once: a list has thousands of people and some tens of organizations.
struct SenderNames {
    known: BTreeMap<OrganizationCode, String>,
    language: Language,
    moment: Timestamp,
}

impl SenderNames {
    async fn name(&mut self, code: &OrganizationCode, tx: &mut Tx<'_>) -> Result<String, CommandError> {
        if let Some(name) = self.known.get(code) {
            return Ok(name.clone());
        }
        let found = tx.lookup_organization(code).await?;
        let found = found.ok_or_else(|| Refusal::not_found(&OrganizationName { organization: code.clone() }))?;
        let name = found.names.at(self.language, self.moment).to_owned();
        self.known.insert(code.clone(), name.clone());
        Ok(name)
    }
}

/// Rendering is the encoding of this answer. It takes a processor for long, so it must not run on an async worker.
impl Encode for UnrenderedList {
    fn to_bytes(&self) -> Bytes {
        let Self { list, format, stem } = self;
        let (ending, media_type, content) = match format {
            ListFormat::Pdf => ("pdf", "application/pdf", render::pdf(list)),
            ListFormat::Csv => ("csv", "text/csv; charset=utf-8", render::csv(list)),
            ListFormat::Xlsx => {
                let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                ("xlsx", sheet, render::xlsx(list))
            }
        };
        v1::DecreeList { media_type: media_type.to_owned(), file_name: format!("{stem}.{ending}"), content }.to_bytes()
    }
}

impl RenderDecreeList {
    /// Reads the list in a transaction, then renders the file on a blocking thread.
    ///
    /// The permit moves into that thread. If the caller goes away, the rendering goes on, and still
    /// counts as one.
    pub(crate) const HANDLER: Handler = Handler::Unary(|api, request| {
        Box::pin(async move {
            let render_permit = api.decree_lists.clone().acquire_owned().await;
            let list = api.query(Self::ACTION, read::<Self>, request).await?;
            let rendered = tokio::task::spawn_blocking(move || {
                let _held_until_rendered = render_permit;
                list.to_bytes()
            });
            let rendered = rendered.await;
            Ok(Response::new(
                rendered.map_err(|_| Failure::InvariantBroken("the list of a decree cannot be rendered"))?,
            ))
        })
    });
}

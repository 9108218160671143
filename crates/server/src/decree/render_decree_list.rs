//! Makes the list of a decree as a file, as signed, printed and published.

use std::collections::BTreeMap;

use domain::application::Application;
use domain::application::content::Kept;
use domain::decree::list::{Version, Wording};
use domain::outcome::Acting;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::language::Language;
use domain::vocabulary::name::OrganizationName;
use jiff::Timestamp;
use render::DecreeList;
use store::{CommandError, Lane, Tx};
use tonic::{Request, Response, Status};
use wire::request::ListFormat;
use wire::violations::Violations;
use wire::{request, v1};

use crate::engine::{Api, Query};
use crate::status::Failure;

/// How many lists are made at the same time: each takes a processor, and memory for all of its pages.
pub(crate) const MOST_DECREE_LISTS: usize = 2;

pub(crate) struct RenderDecreeList;

/// A list, read and not yet made.
pub(crate) struct Gathered {
    list: DecreeList,
    format: ListFormat,
    /// The name of the file, without what it is.
    stem: String,
}

impl Query for RenderDecreeList {
    const ACTION: Action = Action::RenderDecreeList;
    const LANE: Lane = Lane::Heavy;
    type Message = v1::RenderDecreeListRequest;
    type Input = request::RenderDecreeList;
    type Answer = Gathered;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::render_decree_list(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let request::RenderDecreeList { decree: name, language, format } = input;
        let decree = tx.lookup_decree(by.permit, name).await?.ok_or_else(|| Refusal::not_found(name))?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(name))?;
        let language = *language;
        let mut senders = Senders { known: BTreeMap::new(), language, moment: decree.names_time(by.now) };
        let wording = Wording { language, rules: &election.rules };
        let mut rows = Vec::with_capacity(decree.applications.len());
        for found in tx.applications(by.permit, &name.election, &decree.applications).await? {
            let application = found.map_err(|missing| Refusal::not_found(&missing))?;
            let organization = senders.name(&application.name.organization, tx).await?;
            let kept = version(&application, decree.shows(&application), tx).await?;
            rows.push(decree.row(&application, &kept, organization, wording));
        }
        for proposal in &decree.proposals {
            let proposal =
                tx.lookup_proposal(by.permit, proposal).await?.ok_or_else(|| Refusal::not_found(proposal))?;
            let application = tx.application(by.permit, &proposal.application).await?;
            let organization = senders.name(&application.name.organization, tx).await?;
            let kept = version(&application, decree.shows_of_proposals(), tx).await?;
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
        Ok(Gathered { list, format: *format, stem })
    }
}

/// What an application said in a version, or what is left of it.
async fn version(of: &Application, version: Version, tx: &mut Tx<'_>) -> Result<Kept, CommandError> {
    Ok(match version {
        Version::Now => tx.kept(of).await?,
        Version::WhenAccredited => tx.kept_at(of, None).await?,
        Version::At(time) => tx.kept_at(of, Some(time)).await?,
        Version::Revision(number) => tx.kept_of(&of.name, number).await?,
    })
}

/// What the organizations that send people are called in the list's language, each looked up once.
struct Senders {
    known: BTreeMap<OrganizationCode, String>,
    language: Language,
    moment: Timestamp,
}

impl Senders {
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

impl Gathered {
    fn make(self) -> v1::DecreeList {
        let Self { list, format, stem } = self;
        let (ending, media_type, content) = match format {
            ListFormat::Pdf => ("pdf", "application/pdf", render::pdf(&list)),
            ListFormat::Csv => ("csv", "text/csv; charset=utf-8", render::csv(&list)),
            ListFormat::Xlsx => {
                let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                ("xlsx", sheet, render::xlsx(&list))
            }
        };
        v1::DecreeList { media_type: media_type.to_owned(), file_name: format!("{stem}.{ending}"), content }
    }
}

impl Api {
    /// Reads a list in a transaction, and makes it after that, where it keeps nobody waiting.
    pub(crate) async fn make<Q: Query<Answer = Gathered>>(
        &self,
        request: Request<Q::Message>,
    ) -> Result<Response<v1::DecreeList>, Status> {
        let turn = self.decree_lists.clone().acquire_owned().await;
        let gathered = self.ask::<Q>(request).await?.into_inner();
        let made = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            gathered.make()
        });
        let made = made.await;
        Ok(Response::new(made.map_err(|_| Failure::Broken("the list of a decree cannot be made"))?))
    }
}

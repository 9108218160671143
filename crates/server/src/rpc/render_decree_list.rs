//! Makes the list of a decree as a file, as signed, printed and published.

use std::collections::BTreeMap;

use domain::application::{Application, Overturned, State};
use domain::content::Kept;
use domain::decree::{Decree, DecreeState, Verdict};
use domain::id::OrganizationCode;
use domain::language::Language;
use domain::name::OrganizationName;
use domain::policy::Action;
use domain::proposal::{Proposal, ProposalKind, ProposalState};
use domain::refusal::Refusal;
use jiff::Timestamp;
use render::{Decision, DecreeList, Row};
use store::{CommandError, Lane, Tx};
use tonic::{Request, Response, Status};
use wire::request::ListFormat;
use wire::violations::Violations;
use wire::{request, v1};

use super::{Api, Cx, Query};
use crate::status::Failure;

/// What stands for a person of whom nothing is kept any more.
const ERASED: &str = "—";

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

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let request::RenderDecreeList { decree: name, language, format } = input;
        let decree = tx.lookup_decree(cx.permit, name).await?.ok_or_else(|| Refusal::not_found(name))?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(name))?;
        let mut organizations = BTreeMap::new();
        let mut rows = Vec::with_capacity(decree.applications.len());
        for found in tx.applications(cx.permit, &name.election, &decree.applications).await? {
            let application = found.map_err(|missing| Refusal::not_found(&missing))?;
            let organization = sender(&application.name.organization, &mut organizations, tx).await?;
            let (kept, decision) = match overturned(&application, &decree) {
                Some(Overturned { revision, ground, .. }) => {
                    (tx.kept_of(&application.name, *revision).await?, Decision::Refuse(ground.text.clone()))
                }
                None => (said(&application, &decree, None, tx).await?, decision(&application, &decree)),
            };
            let (name, nationality) = person(&kept, *language);
            let category = kept.whole().map_or(application.category, |filing| filing.content.category);
            rows.push(Row { name, organization, category, nationality, decision });
        }
        for proposal in &decree.proposals {
            let proposal =
                tx.lookup_proposal(cx.permit, proposal).await?.ok_or_else(|| Refusal::not_found(proposal))?;
            let application = tx.application(cx.permit, &proposal.application).await?;
            let organization = sender(&application.name.organization, &mut organizations, tx).await?;
            let (name, nationality) = person(&said(&application, &decree, adopted(&decree), tx).await?, *language);
            let (category, decision) = (application.category, ending(&proposal, &decree));
            rows.push(Row { name, organization, category, nationality, decision });
        }
        let draft = decree.state == DecreeState::Draft;
        let stem = format!("decree-{}{}-{}", name.number, if draft { "-draft" } else { "" }, language.code());
        let list = DecreeList {
            language: *language,
            election: election.display_name,
            decree_number: decree.decree_number,
            session_date: decree.session_date,
            draft,
            chair: decree.chair,
            secretary: decree.secretary,
            rows,
        };
        Ok(Gathered { list, format: *format, stem })
    }
}

/// When a decree was adopted, if it was.
fn adopted(decree: &Decree) -> Option<Timestamp> {
    match &decree.state {
        DecreeState::Draft => None,
        DecreeState::Adopted { time, .. } => Some(*time),
    }
}

/// What an application said when it was accredited, or at a moment after that; what it says now, as long as the decree is a
/// draft. What is amended after a decree is not on the list that was signed.
async fn said(
    application: &Application,
    decree: &Decree,
    time: Option<Timestamp>,
    tx: &mut Tx<'_>,
) -> Result<Kept, CommandError> {
    Ok(match &decree.state {
        DecreeState::Draft => tx.kept(application).await?,
        DecreeState::Adopted { .. } => tx.kept_at(application, time).await?,
    })
}

/// The name of the organization that sends somebody, looked up once.
async fn sender(
    code: &OrganizationCode,
    known: &mut BTreeMap<OrganizationCode, String>,
    tx: &mut Tx<'_>,
) -> Result<String, CommandError> {
    if let Some(name) = known.get(code) {
        return Ok(name.clone());
    }
    let found = tx.lookup_organization(code).await?;
    let found = found.ok_or_else(|| Refusal::not_found(&OrganizationName { organization: code.clone() }))?;
    known.insert(code.clone(), found.display_name.clone());
    Ok(found.display_name)
}

/// The refusal that this decree pronounced and that an appeal overturned later: it is on the list that was signed.
fn overturned<'a>(application: &'a Application, decree: &Decree) -> Option<&'a Overturned> {
    application.overturned.iter().find(|one| one.decree == decree.name.number)
}

/// A person's name in a language, or in the passport's letters where there is none, and nationality.
fn person(kept: &Kept, language: Language) -> (String, String) {
    let (family, given, kk, ru, nationality) = match kept {
        Kept::Whole(filing) => {
            let content = &filing.content;
            let latin = (&content.family_name, &content.given_name);
            (latin.0, latin.1, &content.name_kk, &content.name_ru, &content.nationality)
        }
        Kept::Erased(Some(entry)) => {
            (&entry.family_name, &entry.given_name, &entry.name_kk, &entry.name_ru, &entry.nationality)
        }
        Kept::Erased(None) => return (ERASED.to_owned(), ERASED.to_owned()),
    };
    let latin = format!("{} {}", family.expose(), given.expose());
    let own = language.choose(["", ru.expose(), kk.expose()]);
    let name = if own.trim().is_empty() { latin } else { own.to_owned() };
    (name, nationality.clone())
}

/// What this decree says of an application, or is to say.
fn decision(application: &Application, decree: &Decree) -> Decision {
    let here = |number: u32| number == decree.name.number;
    match &application.state {
        State::Accredited(facts) if here(facts.decree) => Decision::Accredit(Some(facts.accreditation)),
        State::Refused { decree, ground, .. } if here(*decree) => Decision::Refuse(ground.text.clone()),
        State::Recommended { recommendation, .. } if decree.state == DecreeState::Draft => {
            match &recommendation.verdict {
                Verdict::Accredit => Decision::Accredit(None),
                Verdict::Refuse(ground) => Decision::Refuse(ground.text.clone()),
            }
        }
        _ => Decision::Open,
    }
}

/// What this decree says of an accreditation that is to end, or has; nothing, if the proposal is no longer its own affair.
fn ending(proposal: &Proposal, decree: &Decree) -> Decision {
    let number = proposal.accreditation.number;
    match &proposal.state {
        ProposalState::Open => {}
        ProposalState::CarriedOut { decree: by, .. } if *by == decree.name.number => {}
        ProposalState::CarriedOut { .. } | ProposalState::Withdrawn { .. } => return Decision::Open,
    }
    match proposal.draft.kind {
        ProposalKind::Revoke => Decision::Revoke(number, proposal.draft.text.expose().clone()),
        ProposalKind::Annul => Decision::Annul(number),
        ProposalKind::Reinstate => Decision::Reinstate(number),
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
    pub(super) async fn make<Q: Query<Answer = Gathered>>(
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

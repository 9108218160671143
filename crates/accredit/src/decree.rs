//! `accredit decree`: the commission's decisions.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{Listed, full_name, new_file};
use crate::terminal::named::{List, by_name};
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, time, word};

mod adoption;
mod scan;
mod update;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Drafts a decree (cec.adopter).
    Create(Create),
    /// Corrects a draft's number, the day of its session or who signs; what no flag names stays, and so does its list
    /// (cec.adopter).
    Update(update::Update),
    /// Lists recommended applications and open proposals in a draft: all that are named or none (cec.adopter).
    Add(Add),
    /// Takes applications and proposals out of a draft (cec.adopter).
    #[command(group = ArgGroup::new("items").required(true).multiple(true).args(["applications", "from", "proposals"]))]
    Remove {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
        #[command(flatten)]
        listed: Listed,
        /// Proposals, elections/ELECTION/proposals/N.
        #[arg(long, num_args = 1.., value_name = "NAME")]
        proposals: Vec<String>,
    },
    /// Adopts a draft: every application is decided as recommended and every proposal carried out, or none is
    /// (cec.adopter, and who recommended or proposed none of it).
    Adopt {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
        /// The etag of the decree as you read it; at a terminal its people are shown instead, and you are asked.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Shows a draft's people, and says whether it could be adopted as it is or names every item that stands in the
    /// way; changes nothing (cec.adopter).
    Check {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
    },
    /// Sends a recommended application back to review (cec.adopter).
    SendBack {
        /// The application's full name.
        application: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Shows one decree: its counts and scans first, the full names of its items last.
    Show {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
    },
    /// Writes the list of a decree's people to a file: the paper to sign, or its table.
    ///
    /// The accredited come first, in the order of their numbers, then the refused with the ground. The list of a draft
    /// says on every page that it is one.
    ListFile {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
        /// The language of its names and headings.
        #[arg(long, value_parser = one_of::<v1::Language>())]
        language: v1::Language,
        /// What kind of file.
        #[arg(long, value_parser = one_of::<v1::ListFormat>())]
        format: v1::ListFormat,
        /// The file to write, which must not exist yet; nobody but you can read it.
        file: PathBuf,
    },
    /// Attaches the scan of the signed decree; another one later takes its place (cec.adopter).
    AttachScan(scan::Attach),
    /// Saves the scan of the signed decree to a file.
    Scan(scan::Save),
    /// Lists an election's decrees.
    List {
        /// The election's code or name.
        election: String,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The decree's official number.
    #[arg(long)]
    number: String,
    /// The day of the session.
    #[arg(long, value_name = "YYYY-MM-DD")]
    session_date: String,
    /// Who signs as Chair.
    #[arg(long)]
    chair: String,
    /// Who signs as Secretary.
    #[arg(long)]
    secretary: String,
}

/// What `--help` says of a filter.
const ABOUT_ADD: &str = "\
The terms of --filter are by organization, category, presentation, paper, findings and verdict, joined by AND.

Example:
  accredit decree add elections/kz-president-2019/decrees/1 --filter 'organization = cis AND verdict = ACCREDIT'";

#[derive(Debug, Args)]
#[command(
    after_help = ABOUT_ADD,
    group = ArgGroup::new("items")
        .required(true)
        .multiple(true)
        .args(["applications", "from", "filter", "all_recommended", "proposals"])
)]
pub struct Add {
    /// The decree, elections/ELECTION/decrees/N.
    decree: String,
    #[command(flatten)]
    listed: Listed,
    /// Adds every recommended application that these terms pick, up to 800 in the order of the queue, without whom you could
    /// not adopt; what was left out is counted.
    #[arg(long, value_name = "TERMS", conflicts_with_all = ["applications", "from", "proposals"])]
    filter: Option<String>,
    /// Adds every recommended application of the election in that way.
    #[arg(long, conflicts_with_all = ["applications", "from", "proposals", "filter"])]
    all_recommended: bool,
    /// Adds open proposals, elections/ELECTION/proposals/N.
    #[arg(long, num_args = 1.., value_name = "NAME")]
    proposals: Vec<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Update(update) => update.run(session).await,
            Self::Add(add) => add.run(session).await,
            Self::Remove { decree: name, listed, proposals } => {
                let (request_id, applications) = (session.request_id(), listed.names()?);
                let request = v1::RemoveDecreeItemsRequest { request_id, name, applications, proposals };
                let removed = client.remove_decree_items(request.clone()).await;
                screen
                    .show(&removed.map_err(|error| by_name(error, &lists(&request.applications, &request.proposals)))?)
            }
            Self::Adopt { decree: name, etag } => adoption::adopt(session, name, etag).await,
            Self::Check { decree: name } => adoption::check(session, name).await,
            Self::SendBack { application: name, reason, etag } => {
                let etag = session.application_etag(etag, &name, "send back").await?;
                let request = v1::SendBackApplicationRequest { request_id: session.request_id(), name, etag, reason };
                screen.show(&client.send_back_application(request).await?)
            }
            Self::Show { decree: name } => {
                let decree = client.get_decree(v1::GetDecreeRequest { name }).await?;
                screen.show_as(&decree, facts_and_names(&decree))
            }
            Self::ListFile { decree: name, language, format, file: path } => {
                let request = v1::RenderDecreeListRequest { name, language: language.into(), format: format.into() };
                let list = client.render_decree_list(request).await?;
                let mut file = new_file(&path)?;
                let written = file.write_all(&list.content).and_then(|()| file.sync_all());
                written.map_err(|error| Failure::file(&path, error))?;
                screen.note(&format!(
                    "{} bytes of {}, written to {}",
                    list.content.len(),
                    list.media_type,
                    path.display()
                ));
                Ok(())
            }
            Self::AttachScan(attach) => attach.run(session).await,
            Self::Scan(save) => save.run(session).await,
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let decrees = client.all_decrees(v1::ListDecreesRequest { parent, ..Default::default() }).await?;
                let page = v1::ListDecreesResponse { decrees, ..Default::default() };
                screen.list(&page, &page.decrees)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let decree = v1::Decree {
            decree_number: self.number,
            session_date: self.session_date,
            chair: self.chair,
            secretary: self.secretary,
            ..Default::default()
        };
        let request = v1::CreateDecreeRequest {
            request_id: session.request_id(),
            parent: full_name("elections", &self.election),
            decree: Some(decree),
        };
        session.screen.show(&session.client.create_decree(request).await?)
    }
}

impl Add {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let everyone = self.all_recommended.then(|| "state = RECOMMENDED".to_owned());
        let filter = self.filter.or(everyone).unwrap_or_default();
        let (request_id, proposals, applications) = (session.request_id(), self.proposals, self.listed.names()?);
        let request = v1::AddDecreeItemsRequest { request_id, name: self.decree, applications, proposals, filter };
        let added = session.client.add_decree_items(request.clone()).await;
        session.screen.show(&added.map_err(|error| by_name(error, &lists(&request.applications, &request.proposals)))?)
    }
}

/// What a decree lists, as the service's refusals call it.
fn lists<'a>(applications: &'a [String], proposals: &'a [String]) -> [List<'a>; 2] {
    [("applications", applications), ("proposals", proposals)]
}

/// How many accreditations it ends or reinstates, in words; what it does not do is not there.
fn ends(decree: &v1::Decree) -> Vec<(&'static str, i32)> {
    let mut ends = vec![
        ("revoked", decree.revoked_count),
        ("annulled", decree.annulled_count),
        ("reinstated", decree.reinstated_count),
    ];
    ends.retain(|(_, count)| *count > 0);
    ends
}

/// What came of a filter.
fn selected(facts: Facts, selection: Option<&v1::DecreeSelection>) -> Facts {
    let Some(selection) = selection else { return facts };
    let facts = facts.and("added", selection.added_count).and("left for another call", selection.left_count);
    let left_out = selection.left_out.iter();
    left_out.fold(facts, |facts, one| {
        facts.and("left out", format!("{} {}", one.count, word::<v1::LeftOutReason>(one.reason)))
    })
}

impl Resource for v1::Decree {
    const HEADINGS: &'static [&'static str] = &[
        "DECREE",
        "NUMBER",
        "STATE",
        "SESSION",
        "PEOPLE",
        "ACCREDITED",
        "REFUSED",
        "REVOKED",
        "ANNULLED",
        "REINSTATED",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.decree_number.clone(),
            word::<v1::DecreeState>(self.state).to_owned(),
            self.session_date.clone(),
            self.applications.len().to_string(),
            self.accredited_count.to_string(),
            self.refused_count.to_string(),
            self.revoked_count.to_string(),
            self.annulled_count.to_string(),
            self.reinstated_count.to_string(),
        ]
    }

    /// Without the names of its items: there are hundreds, and whoever wants them asks for the decree itself.
    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("decree", &self.name)
            .and("number", &self.decree_number)
            .and("state", word::<v1::DecreeState>(self.state))
            .and("session", &self.session_date)
            .and("people", self.applications.len());
        let facts = match self.proposals.len() {
            0 => facts,
            proposals => facts.and("proposals", proposals),
        };
        let facts = match self.state() {
            v1::DecreeState::Adopted => {
                facts.and("accredited", self.accredited_count).and("refused", self.refused_count)
            }
            v1::DecreeState::Draft | v1::DecreeState::Unspecified => facts,
        };
        let facts = ends(self).into_iter().fold(facts, |facts, (word, count)| facts.and(word, count));
        let facts = selected(facts, self.selection.as_ref());
        let facts = self.scans.iter().fold(facts, |facts, scan| {
            let said =
                format!("{} by {}, SHA-256 {}", time(scan.attach_time), scan.attached_by, hex::encode(&scan.sha256));
            facts.and("scan", said)
        });
        facts
            .and("chair", &self.chair)
            .and("secretary", &self.secretary)
            .and("drafted by", &self.created_by)
            .and("drafted", time(self.create_time))
            .and("adopted by", &self.adopted_by)
            .and("adopted", time(self.adopt_time))
            .and("etag", &self.etag)
            .and_receipt(self.receipt.as_ref())
    }
}

/// All that there is to say about a decree, with the names of its items at the end.
fn facts_and_names(decree: &v1::Decree) -> Facts {
    let places = 1..;
    let named = places.zip(&decree.applications);
    let facts = named.fold(decree.facts(), |facts, (place, name)| facts.and(place.to_string(), name));
    decree.proposals.iter().fold(facts, |facts, name| facts.and("carries out", name))
}

//! `accredit decree`: the commission's decrees, from draft to signed scan.
//!
//! A decree decides about many people at once: it accredits or refuses applications as recommended, and carries out
//! proposals. A draft can be changed freely. Its adoption needs a person who recommended and proposed none of it,
//! because two people must see every decision.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{ApplicationArgs, create_private_file, full_name};
use crate::terminal::item_names::{ItemList, with_item_names};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

mod adoption;
mod scan;
mod update;

/// The subcommands of `accredit decree`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Creates the draft of a decree (cec.adopter).
    ///
    /// The draft is empty. Add applications and proposals with `decree add`, then adopt it with `decree adopt`.
    Create(Create),
    /// Corrects the number, the session date or the signers of a draft (cec.adopter).
    ///
    /// What no option names stays as it is. The list of people stays too.
    Update(update::Update),
    /// Adds recommended applications and open proposals to a draft (cec.adopter).
    ///
    /// Either all that you name are added, or none.
    ///
    /// With --filter, up to 800 matching applications are added, in the order of the queue. Repeat the command for the
    /// rest.
    Add(Add),
    /// Removes applications and proposals from a draft (cec.adopter).
    ///
    /// Either all that you name are removed, or none.
    #[command(group = ArgGroup::new("items").required(true).multiple(true).args(["applications", "from", "proposals"]))]
    Remove {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
        #[command(flatten)]
        application_args: ApplicationArgs,
        /// The proposals, elections/ELECTION/proposals/N.
        #[arg(long, num_args = 1.., value_name = "NAME")]
        proposals: Vec<String>,
    },
    /// Adopts a draft (cec.adopter).
    ///
    /// Every application is decided as recommended and every proposal is carried out, or nothing is. You must have
    /// recommended or proposed none of it.
    ///
    /// Applications that are no longer recommended prevent the adoption. `decree check` names them.
    Adopt {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
        /// The etag of the decree as you read it. Without it, a terminal shows its people and asks you.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Checks whether a draft could be adopted now (cec.adopter).
    ///
    /// Shows its people, and names every item that prevents the adoption. Changes nothing.
    Check {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
    },
    /// Sends a recommended application back to the reviewer (cec.adopter).
    ///
    /// Use it for an application that you cannot adopt as recommended. The reviewer works on it again.
    SendBack {
        /// The application's full name.
        application: String,
        /// The reason. The commission keeps it.
        #[arg(long)]
        reason: String,
        /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Shows one decree: counts and scans first, the names of its items last.
    Show {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
    },
    /// Writes the list of a decree's people to a file: the document to sign, or its table.
    ///
    /// The accredited people come first, in the order of their numbers. Then come the refused ones, each with the
    /// ground. The list of a draft says on every page that it is a draft.
    ListFile {
        /// The decree, elections/ELECTION/decrees/N.
        decree: String,
        /// The language of names and headings.
        #[arg(long, value_parser = enum_parser::<v1::Language>())]
        language: v1::Language,
        /// The format of the file.
        #[arg(long, value_parser = enum_parser::<v1::ListFormat>())]
        format: v1::ListFormat,
        /// The file to write. It must not exist yet; only you can read it.
        file: PathBuf,
    },
    /// Attaches the scan of the signed decree (cec.adopter).
    ///
    /// If several are attached, the last one counts.
    AttachScan(scan::Attach),
    /// Saves the scan of the signed decree to a file.
    ///
    /// If several scans were attached, it is the last one.
    Scan(scan::Save),
    /// Lists an election's decrees.
    ///
    /// The ministry sees adopted decrees only.
    List {
        /// The election's code or name.
        election: String,
    },
}

/// The options of `decree create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The official number of the decree.
    #[arg(long)]
    number: String,
    /// The day of the commission's session.
    #[arg(long, value_name = "YYYY-MM-DD")]
    session_date: String,
    /// The name of the Chair who signs.
    #[arg(long)]
    chair: String,
    /// The name of the Secretary who signs.
    #[arg(long)]
    secretary: String,
}

/// The explanation of `--filter` at the end of `decree add --help`.
const ABOUT_ADD: &str = "\
A filter has terms on organization, category, presentation, paper, findings and verdict, joined by AND.

Example:
  accredit decree add elections/kz-president-2019/decrees/1 --filter 'organization = cis AND verdict = ACCREDIT'";

/// The options of `decree add`.
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
    application_args: ApplicationArgs,
    /// Adds every recommended application that matches these terms and that you may decide, up to 800 in the order of
    /// the queue. The result counts those that were left out, and why.
    #[arg(long, value_name = "TERMS", conflicts_with_all = ["applications", "from", "proposals"])]
    filter: Option<String>,
    /// Adds every recommended application of the election, in the same way.
    #[arg(long, conflicts_with_all = ["applications", "from", "proposals", "filter"])]
    all_recommended: bool,
    /// Adds these open proposals, elections/ELECTION/proposals/N.
    #[arg(long, num_args = 1.., value_name = "NAME")]
    proposals: Vec<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Update(update) => update.run(session).await,
            Self::Add(add) => add.run(session).await,
            Self::Remove { decree: name, application_args, proposals } => {
                let (request_id, applications) = (session.request_id(), application_args.read_names()?);
                let request = v1::RemoveDecreeItemsRequest { request_id, name, applications, proposals };
                let removed = client.remove_decree_items(request.clone()).await;
                printer.print(
                    &removed.map_err(|error| {
                        with_item_names(error, &item_lists(&request.applications, &request.proposals))
                    })?,
                )
            }
            Self::Adopt { decree: name, etag } => adoption::adopt(session, name, etag).await,
            Self::Check { decree: name } => adoption::check(session, name).await,
            Self::SendBack { application: name, reason, etag } => {
                let etag = session.application_etag(etag, &name, "send back").await?;
                let request = v1::SendBackApplicationRequest { request_id: session.request_id(), name, etag, reason };
                printer.print(&client.send_back_application(request).await?)
            }
            Self::Show { decree: name } => {
                let decree = client.get_decree(v1::GetDecreeRequest { name }).await?;
                printer.print_details(&decree, details_with_items(&decree))
            }
            Self::ListFile { decree: name, language, format, file: path } => {
                let request = v1::RenderDecreeListRequest { name, language: language.into(), format: format.into() };
                let list = client.render_decree_list(request).await?;
                // The list is rendered before the file is created, so a refusal leaves no empty file.
                let mut file = create_private_file(&path)?;
                let written = file.write_all(&list.content).and_then(|()| file.sync_all());
                written.map_err(|error| Failure::file(&path, error))?;
                printer.message(&format!(
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
                printer.print_list(&page, &page.decrees)
            }
        }
    }
}

impl Create {
    /// Creates the draft.
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
        session.printer.print(&session.client.create_decree(request).await?)
    }
}

impl Add {
    /// Adds the items.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let all_recommended = self.all_recommended.then(|| "state = RECOMMENDED".to_owned());
        let filter = self.filter.or(all_recommended).unwrap_or_default();
        let (request_id, proposals, applications) =
            (session.request_id(), self.proposals, self.application_args.read_names()?);
        let request = v1::AddDecreeItemsRequest { request_id, name: self.decree, applications, proposals, filter };
        let added = session.client.add_decree_items(request.clone()).await;
        session.printer.print(
            &added.map_err(|error| with_item_names(error, &item_lists(&request.applications, &request.proposals)))?,
        )
    }
}

/// The lists of a decree, by the names that the service uses in refusals.
fn item_lists<'a>(applications: &'a [String], proposals: &'a [String]) -> [ItemList<'a>; 2] {
    [("applications", applications), ("proposals", proposals)]
}

/// The accreditations that the decree ends or reinstates, each count with its word. Zeros are left out.
fn ending_counts(decree: &v1::Decree) -> Vec<(&'static str, i32)> {
    let mut counts = vec![
        ("revoked", decree.revoked_count),
        ("annulled", decree.annulled_count),
        ("reinstated", decree.reinstated_count),
    ];
    counts.retain(|(_, count)| *count > 0);
    counts
}

/// Adds the result of a filter: how many were added, left for another call, and left out for which reason.
fn with_selection(details: Details, selection: Option<&v1::DecreeSelection>) -> Details {
    let Some(selection) = selection else { return details };
    let details = details.with("added", selection.added_count).with("left for another call", selection.left_count);
    let left_out = selection.left_out.iter();
    left_out.fold(details, |details, one| {
        details.with("left out", format!("{} {}", one.count, enum_label::<v1::LeftOutReason>(one.reason)))
    })
}

impl Printable for v1::Decree {
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
            enum_label::<v1::DecreeState>(self.state).to_owned(),
            self.session_date.clone(),
            self.applications.len().to_string(),
            self.accredited_count.to_string(),
            self.refused_count.to_string(),
            self.revoked_count.to_string(),
            self.annulled_count.to_string(),
            self.reinstated_count.to_string(),
        ]
    }

    /// Leaves out the names of the items. There are hundreds, and `decree show` prints them.
    fn details(&self) -> Details {
        let details = Details::default()
            .with("decree", &self.name)
            .with("number", &self.decree_number)
            .with("state", enum_label::<v1::DecreeState>(self.state))
            .with("session", &self.session_date)
            .with("people", self.applications.len());
        // Most decrees carry out no proposals.
        let details = match self.proposals.len() {
            0 => details,
            proposals => details.with("proposals", proposals),
        };
        // A draft has decided nothing yet, so its counts would be misleading zeros.
        let details = match self.state() {
            v1::DecreeState::Adopted => {
                details.with("accredited", self.accredited_count).with("refused", self.refused_count)
            }
            v1::DecreeState::Draft | v1::DecreeState::Unspecified => details,
        };
        let details = ending_counts(self).into_iter().fold(details, |details, (word, count)| details.with(word, count));
        let details = with_selection(details, self.selection.as_ref());
        let details = self.scans.iter().fold(details, |details, scan| {
            let text = format!(
                "{} by {}, SHA-256 {}",
                format_time(scan.attach_time),
                scan.attached_by,
                hex::encode(&scan.sha256)
            );
            details.with("scan", text)
        });
        details
            .with("chair", &self.chair)
            .with("secretary", &self.secretary)
            .with("drafted by", &self.created_by)
            .with("drafted", format_time(self.create_time))
            .with("adopted by", &self.adopted_by)
            .with("adopted", format_time(self.adopt_time))
            .with("etag", &self.etag)
            .with_receipt(self.receipt.as_ref())
    }
}

/// The details of a decree, with the names of its items at the end.
fn details_with_items(decree: &v1::Decree) -> Details {
    let positions = 1..;
    let named = positions.zip(&decree.applications);
    let details = named.fold(decree.details(), |details, (position, name)| details.with(position.to_string(), name));
    decree.proposals.iter().fold(details, |details, name| details.with("carries out", name))
}

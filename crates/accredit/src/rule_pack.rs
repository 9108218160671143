//! `accredit rule-pack`: the law of a country, as files that are imported once.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{create_private_file, full_name, read_text};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit rule-pack`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Imports a rule pack from a file (cec.registrar).
    ///
    /// The service checks the file and names every problem. An imported pack never changes: give the next version a new
    /// id. Elections that are registered keep the pack that they have.
    Import {
        /// The file, in JSON, or - for stdin. docs/rule-packs.md describes the format.
        file: PathBuf,
    },
    /// Lists the imported rule packs in the order of their ids.
    List,
    /// Shows one rule pack.
    ///
    /// With --out it also writes the imported file, byte by byte. Elections and events name the pack by the SHA-256 of
    /// that file.
    Show {
        /// The id or name of the rule pack, as in kz-1 or rulePacks/kz-1.
        rule_pack: String,
        /// The file to create. It must not exist.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Import { file } => {
                let content = read_text(&file)?;
                let request = v1::ImportRulePackRequest { request_id: session.request_id(), content };
                printer.print(&client.import_rule_pack(request).await?)
            }
            Self::List => {
                let rule_packs = client.all_rule_packs(v1::ListRulePacksRequest::default()).await?;
                let page = v1::ListRulePacksResponse { rule_packs, ..Default::default() };
                printer.print_list(&page, &page.rule_packs)
            }
            Self::Show { rule_pack, out } => {
                let request = v1::GetRulePackRequest { name: full_name("rulePacks", &rule_pack) };
                let found = client.get_rule_pack(request).await?;
                if let Some(path) = out {
                    let mut file = create_private_file(&path)?;
                    file.write_all(found.content.as_bytes()).map_err(|error| Failure::file(&path, error))?;
                }
                printer.print(&found)
            }
        }
    }
}

impl Printable for v1::RulePack {
    const HEADINGS: &'static [&'static str] = &["RULE PACK", "SHA-256", "IMPORTED"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), hex::encode(&self.sha256), format_time(self.import_time)]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("rule pack", &self.name)
            .with("law", &self.law)
            .with("SHA-256", hex::encode(&self.sha256))
            .with("imported", format_time(self.import_time))
            .with_receipt(self.receipt.as_ref())
    }
}

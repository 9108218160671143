//! Attaches the scan of a signed decree.

use documents::{Accepted, Unacceptable};
use domain::decree::{Decree, DecreeScan, acts};
use domain::outcome::{Acting, Outcome};
use domain::policy::{Action, Actor};
use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::DecreeName;
use domain::vocabulary::personal::Personal;
use store::{CommandError, Tx};
use uuid::Uuid;
use wire::request::{self, DecreeScanHeader, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::upload::{Upload, Uploaded};
use crate::transfer::Kept;

pub(crate) struct AttachDecreeScan;

/// The decree, if it is there for the caller and can be given a scan.
async fn signed(tx: &mut Tx<'_>, by: &Acting<'_>, name: &DecreeName) -> Result<Decree, CommandError> {
    let found = tx.lookup_decree(by.permit, name).await?.ok_or_else(|| Refusal::not_found(name))?;
    found.check_signed()?;
    Ok(found)
}

impl Upload for AttachDecreeScan {
    type Part = v1::AttachDecreeScanRequest;
    type Header = DecreeScanHeader;

    fn header(part: Self::Part) -> Result<Self::Header, Violations> {
        request::decree_scan_header(part)
    }

    fn chunk(part: Self::Part) -> Result<Vec<u8>, Violations> {
        request::decree_scan_chunk(part)
    }

    fn request_key(header: &Self::Header) -> RequestKey {
        header.key
    }

    fn announced(header: &Self::Header) -> ([u8; 32], i64) {
        (header.sha256, header.size_bytes)
    }

    fn organization(_header: &Self::Header, actor: &Actor) -> OrganizationCode {
        actor.principal.organization.clone()
    }

    fn place(header: &Self::Header, id: Uuid) -> String {
        DecreeScan::place_of(&header.decree, id)
    }

    async fn admit(tx: &mut Tx<'_>, by: &Acting<'_>, header: &Self::Header) -> Result<Option<String>, CommandError> {
        signed(tx, by, &header.decree).await.map(|_| None)
    }

    fn check(_header: &Self::Header, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
        documents::check_pdf(bytes)
    }
}

impl Mutation for AttachDecreeScan {
    const ACTION: Action = Action::AttachDecreeScan;
    type Message = Uploaded<DecreeScanHeader>;
    type Input = Uploaded<DecreeScanHeader>;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        Ok(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.header.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let Uploaded { header, id, kept: Kept { sha256, size_bytes, media_type: _, key } } = input;
        let decree = signed(tx, by, &header.decree).await?;
        let key = Personal::new(key.as_bytes().to_vec());
        Ok(acts::attach_scan(by, &decree, *id, *sha256, *size_bytes, key)?)
    }
}

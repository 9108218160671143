//! `AttachDecreeScan`: stores the scan of a signed decree.
//!
//! - **Rule:** `Decree::check_signed`: only an adopted decree has a scan. It is checked before
//!   the bytes come and again when they are stored.
//! - **Locks:** nothing. Each scan is a new row with the next sequence number; the last one
//!   counts, the others stay.
//! - **Two at once:** both get a sequence number, or one finds its key taken and runs again. The
//!   later one counts.

use documents::{Accepted, Unacceptable};
use domain::decree::{Decree, DecreeScan, acts};
use domain::outcome::{CallContext, Outcome};
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
use crate::transfer::SealedFile;

/// Attaches one scan, a PDF.
pub(crate) struct AttachDecreeScan;

/// Reads a decree that can be given a scan.
///
/// # Errors
///
/// NOT_FOUND, or that the decree is not adopted.
async fn get_signed(tx: &mut Tx<'_>, by: &CallContext<'_>, name: &DecreeName) -> Result<Decree, CommandError> {
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

    fn announced_digest_and_size(header: &Self::Header) -> ([u8; 32], i64) {
        (header.sha256, header.size_bytes)
    }

    fn organization(_header: &Self::Header, actor: &Actor) -> OrganizationCode {
        actor.principal.organization.clone()
    }

    fn seal_context(header: &Self::Header, id: Uuid) -> String {
        DecreeScan::place_of(&header.decree, id)
    }

    async fn check_before_upload(
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
        header: &Self::Header,
    ) -> Result<Option<String>, CommandError> {
        get_signed(tx, by, &header.decree).await.map(|_| None)
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let Uploaded { header, id, sealed: SealedFile { sha256, size_bytes, media_type: _, key } } = input;
        let decree = get_signed(tx, by, &header.decree).await?;
        let key = Personal::new(key.as_bytes().to_vec());
        Ok(acts::attach_scan(by, &decree, *id, *sha256, *size_bytes, key)?)
    }
}

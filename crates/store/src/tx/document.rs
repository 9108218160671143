//! Documents of applications, their wrapped keys, and the record of who read
//! them. The encrypted bytes are in the vault.
//!
//! Tables: `document` and `document_read`. Each document has a key of its own,
//! sealed under the master key. Erasing that key makes every copy of the bytes
//! unreadable, also in backups of the vault. The sealed bytes are deleted
//! afterwards by a job.

use domain::application::content::Document;
use domain::document::{DocumentRead, KeptDocument};
use domain::policy::Permit;
use domain::vocabulary::id::{ApplicationId, ElectionCode, EventId, OrganizationCode};
use domain::vocabulary::name::{ApplicationName, DocumentName};
use domain::vocabulary::personal::Personal;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, Value, enum_text, params, text};
use crate::tx::{Page, Tx};

/// The context to which the key of a document is sealed.
fn key_context(name: &DocumentName) -> String {
    format!("{name}/key")
}

/// Reads the name of a document.
fn document_name(row: &Row) -> Result<DocumentName, StoreError> {
    Ok(DocumentName {
        election: row.parse("election")?,
        organization: row.parse("organization")?,
        application: ApplicationId(row.uuid("application")?),
        id: row.uuid("id")?,
    })
}

/// Reads a document.
fn kept_document(row: &Row) -> Result<KeptDocument, StoreError> {
    let document =
        Document { kind: row.enum_value("kind")?, sha256: row.hash("sha256")?, size_bytes: row.int("size")? };
    Ok(KeptDocument {
        name: document_name(row)?,
        document,
        kept_sha256: row.hash("kept_sha256")?,
        kept_size_bytes: row.int("kept_size")?,
        media_type: row.text("media_type")?,
        uploaded_by: row.parse("uploaded_by")?,
        upload_time: row.time("create_time")?,
        erase_time: row.opt_time("erase_time")?,
    })
}

impl Tx<'_> {
    /// Inserts a document with its wrapped key, and counts it at its
    /// application.
    ///
    /// The bytes are in the vault before this row is. If the transaction fails
    /// they are left over there, and a job deletes them. In the other order a
    /// crash would leave a document without bytes.
    pub(crate) async fn insert_document(
        &mut self,
        _permit: &Permit,
        kept: &KeptDocument,
        key: &Personal<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let sql = "-- insert document
            INSERT INTO document (election, id, organization, application, kind, sha256, size, kept_sha256, kept_size,
                media_type, wrapped_key, key_id, uploaded_by, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let KeptDocument { name, document, kept_sha256, kept_size_bytes, media_type, uploaded_by, upload_time, .. } =
            kept;
        let values = params![
            name.election.as_str(),
            name.id,
            name.organization.as_str(),
            name.application.0,
            enum_text(&document.kind),
            document.sha256,
            document.size_bytes,
            *kept_sha256,
            *kept_size_bytes,
            media_type.as_str(),
            self.keys.seal(&key_context(name), key.expose()),
            self.keys.id(),
            text(uploaded_by),
            *upload_time,
        ];
        self.session.execute_one(sql, values).await?;
        // Reports read this counter. Counting the rows of all documents would
        // be most of their cost.
        let sql = "-- count document
            UPDATE application SET documents = documents + 1, figure_time = CASE WHEN figure_time > $3 THEN figure_time ELSE $3 END WHERE election = $1 AND id = $2";
        self.session.execute_one(sql, params![name.election.as_str(), name.application.0, *upload_time]).await
    }

    /// All documents of an application, oldest first, erased ones included.
    pub async fn documents(&mut self, of: &ApplicationName) -> Result<Vec<KeptDocument>, StoreError> {
        let sql = "-- documents of an application
            SELECT * FROM document WHERE election = $1 AND application = $2 ORDER BY id";
        let rows = self.session.fetch_all(sql, params![of.election.as_str(), of.id.0]).await?;
        rows.iter().map(kept_document).collect()
    }

    /// The documents of an application that have not been erased.
    pub async fn uploaded(&mut self, of: &ApplicationName) -> Result<Vec<Document>, StoreError> {
        let kept = self.documents(of).await?;
        Ok(kept.into_iter().filter(|kept| kept.erase_time.is_none()).map(|kept| kept.document).collect())
    }

    /// A document by name.
    pub async fn lookup_document(&mut self, name: &DocumentName) -> Result<Option<KeptDocument>, StoreError> {
        let sql = "-- lookup document
            SELECT * FROM document WHERE election = $1 AND organization = $2 AND application = $3 AND id = $4";
        let row = self.session.fetch_optional(sql, name_params(name)).await?;
        row.as_ref().map(kept_document).transpose()
    }

    /// The key that decrypts a document; `None` after erasure. Gives
    /// [`StoreError::CannotUnseal`] if the key was moved here from another
    /// document.
    pub async fn document_key(&mut self, name: &DocumentName) -> Result<Option<[u8; 32]>, StoreError> {
        let sql = "-- key of a document
            SELECT wrapped_key FROM document
            WHERE election = $1 AND organization = $2 AND application = $3 AND id = $4 AND wrapped_key IS NOT NULL";
        let Some(row) = self.session.fetch_optional(sql, name_params(name)).await? else { return Ok(None) };
        let opened = self.keys.open(&key_context(name), &row.bytes("wrapped_key")?)?;
        opened.try_into().map(Some).map_err(|_| StoreError::CannotUnseal)
    }

    /// Records that somebody read a document. `organization` is the reader's
    /// own.
    ///
    /// It is in the same transaction that unwraps the key, so nobody reads a
    /// document without a record.
    pub async fn insert_document_read(
        &mut self,
        _permit: &Permit,
        organization: &OrganizationCode,
        read: &DocumentRead,
    ) -> Result<(), StoreError> {
        let sql = "-- insert document_read
            INSERT INTO document_read (event, organization, election, document, reader, purpose, time)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let DocumentRead { document, kind: _, reader, purpose, time, event } = read;
        let (election, reader) = (document.election.as_str(), text(reader));
        let values = params![event.0, organization.as_str(), election, document.id, reader, purpose.clone(), *time];
        self.session.execute_one(sql, values).await
    }

    /// A page of document reads, newest first: of one application, or of the
    /// whole election. The key of a page is the id of the event that records
    /// the read.
    pub async fn list_document_reads(
        &mut self,
        election: &ElectionCode,
        application: Option<&ApplicationName>,
        page: &Page<Uuid>,
    ) -> Result<Vec<DocumentRead>, StoreError> {
        let of_election = "-- list document_read
            SELECT d.election, d.organization, d.application, d.id, d.kind, r.reader, r.purpose, r.time, r.event
            FROM document_read r JOIN document d ON d.election = r.election AND d.id = r.document
            WHERE r.election = $1 AND r.event < $2 ORDER BY r.event DESC LIMIT $4";
        let of_application = "-- list document_read of application
            SELECT d.election, d.organization, d.application, d.id, d.kind, r.reader, r.purpose, r.time, r.event
            FROM document d CROSS JOIN document_read r
            WHERE d.election = $1 AND d.application = $3 AND r.election = d.election AND r.document = d.id
                AND r.event < $2
            ORDER BY r.event DESC LIMIT $4";
        // Two statements, since each needs another index.
        let sql = if application.is_some() { of_application } else { of_election };
        let of = application.map(|name| name.id.0);
        let read = |row: &Row| {
            Ok(DocumentRead {
                document: document_name(row)?,
                kind: row.enum_value("kind")?,
                reader: row.parse("reader")?,
                purpose: Personal::new(row.text("purpose")?),
                time: row.time("time")?,
                event: EventId(row.uuid("event")?),
            })
        };
        let values = params![election.as_str(), page.after.unwrap_or(Uuid::max()), of, page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(read).collect()
    }
}

/// The parameters that identify a document.
fn name_params(name: &DocumentName) -> Vec<Value> {
    params![name.election.as_str(), name.organization.as_str(), name.application.0, name.id]
}

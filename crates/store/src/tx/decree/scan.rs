//! Scans of signed decrees, with the wrapped keys that decrypt them. The
//! encrypted bytes are in the vault.
//!
//! Table: `decree_scan`. Scans are only added: triggers refuse an update or a
//! deletion. A decree is a public act, so retention does not end its scans.

use domain::decree::DecreeScan;
use domain::policy::Permit;
use domain::vocabulary::name::DecreeName;
use domain::vocabulary::personal::Personal;

use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::Tx;

/// The context to which the key of a scan is sealed.
fn key_context(scan: &DecreeScan) -> String {
    format!("{}/key", scan.place())
}

/// Reads a scan.
fn scan(row: &Row) -> Result<DecreeScan, StoreError> {
    Ok(DecreeScan {
        decree: DecreeName { election: row.parse("election")?, number: row.number("decree")? },
        id: row.uuid("id")?,
        sha256: row.hash("sha256")?,
        size_bytes: row.int("size")?,
        attached_by: row.parse("attached_by")?,
        attach_time: row.time("time")?,
    })
}

impl Tx<'_> {
    /// Attaches a scan to a decree, with its wrapped key. Scans are numbered;
    /// if two are attached at the same time the unique key stops one, and its
    /// command runs again.
    pub(crate) async fn insert_decree_scan(
        &mut self,
        _permit: &Permit,
        new: &DecreeScan,
        key: &Personal<Vec<u8>>,
    ) -> Result<(), StoreError> {
        // The next number is computed in the statement itself, so no other
        // statement can come in between.
        let sql = "-- insert decree_scan
            INSERT INTO decree_scan (election, decree, sequence, id, sha256, size, wrapped_key, key_id, attached_by, time)
            SELECT $1, $2, COALESCE(MAX(sequence), 0) + 1, $3, $4, $5, $6, $7, $8, $9 FROM decree_scan
            WHERE election = $1 AND decree = $2";
        let DecreeScan { decree, id, sha256, size_bytes, attached_by, attach_time } = new;
        let values = params![
            decree.election.as_str(),
            decree.number,
            *id,
            *sha256,
            *size_bytes,
            self.keys.seal(&key_context(new), key.expose()),
            self.keys.id(),
            text(attached_by),
            *attach_time,
        ];
        self.session.execute_one(sql, values).await
    }

    /// The scans of a decree in the order in which they were attached.
    pub(crate) async fn list_decree_scans(&mut self, of: &DecreeName) -> Result<Vec<DecreeScan>, StoreError> {
        let sql = "-- list decree_scan
            SELECT * FROM decree_scan WHERE election = $1 AND decree = $2 ORDER BY sequence";
        self.session.fetch_all(sql, params![of.election.as_str(), of.number]).await?.iter().map(scan).collect()
    }

    /// The key that decrypts a scan.
    pub async fn decree_scan_key(&mut self, of: &DecreeScan) -> Result<[u8; 32], StoreError> {
        let sql = "-- key of a decree_scan
            SELECT wrapped_key FROM decree_scan WHERE id = $1";
        let row = self.session.fetch_optional(sql, params![of.id]).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "key of a decree_scan", rows: 0, expected: 1 })?;
        let opened = self.keys.open(&key_context(of), &row.bytes("wrapped_key")?)?;
        opened.try_into().map_err(|_| StoreError::CannotUnseal)
    }
}

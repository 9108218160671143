//! Imported rule packs.
//!
//! Table: `rule_pack`. Every organization reads it on PostgreSQL. Nobody can
//! update it, and triggers refuse it: an election runs under the pack that it
//! was registered with.

use domain::policy::Permit;
use domain::rule_pack::{ImportedRulePack, ListedRulePack, RulePackFile};
use domain::vocabulary::id::RulePackId;

use crate::StoreError;
use crate::session::{Row, params};
use crate::tx::{Page, Tx};

/// Reads the file of a rule pack, and compares it with its digest.
///
/// A row that was changed past the service has another content: no election goes on under it.
pub(super) fn rule_pack_file(
    row: &Row,
    content: &'static str,
    digest: &'static str,
) -> Result<RulePackFile, StoreError> {
    let file = RulePackFile::read_stored(row.text(content)?)
        .map_err(|error| row.invalid(content, format!("{:?} error", error.classify())))?;
    if file.digest() == row.hash(digest)? { Ok(file) } else { Err(row.invalid(content, "it has another digest")) }
}

/// Reads a rule pack.
fn rule_pack(row: &Row) -> Result<ImportedRulePack, StoreError> {
    Ok(ImportedRulePack { file: rule_pack_file(row, "content", "digest")?, import_time: row.time("import_time")? })
}

impl Tx<'_> {
    /// Inserts a rule pack.
    pub(crate) async fn insert_rule_pack(
        &mut self,
        _permit: &Permit,
        new: &ImportedRulePack,
    ) -> Result<(), StoreError> {
        let sql = "-- insert rule_pack
            INSERT INTO rule_pack (id, digest, content, import_time) VALUES ($1, $2, $3, $4)";
        let ImportedRulePack { file, import_time } = new;
        let values = params![file.rules().id.as_str(), file.digest().to_vec(), file.text(), *import_time];
        self.session.execute_one(sql, values).await
    }

    /// A rule pack by its id.
    pub async fn lookup_rule_pack(&mut self, id: &RulePackId) -> Result<Option<ImportedRulePack>, StoreError> {
        let sql = "-- lookup rule_pack
            SELECT * FROM rule_pack WHERE id = $1";
        self.session.fetch_optional(sql, params![id.as_str()]).await?.as_ref().map(rule_pack).transpose()
    }

    /// A page of rule packs without their files, in the order of their ids.
    pub async fn list_rule_packs(&mut self, page: &Page<RulePackId>) -> Result<Vec<ListedRulePack>, StoreError> {
        let sql = "-- list rule_packs
            SELECT id, digest, import_time FROM rule_pack WHERE id > $1 ORDER BY id LIMIT $2";
        let after = page.after.as_ref().map_or("", RulePackId::as_str);
        let listed = |row: &Row| {
            let (id, digest, import_time) = (row.parse("id")?, row.hash("digest")?, row.time("import_time")?);
            Ok(ListedRulePack { id, digest, import_time })
        };
        self.session.fetch_all(sql, params![after, page.limit()]).await?.iter().map(listed).collect()
    }

    /// All rule packs, for a server that starts.
    pub async fn all_rule_packs(&mut self) -> Result<Vec<ImportedRulePack>, StoreError> {
        let sql = "-- all rule_packs
            SELECT * FROM rule_pack ORDER BY id";
        self.session.fetch_all(sql, Vec::new()).await?.iter().map(rule_pack).collect()
    }
}

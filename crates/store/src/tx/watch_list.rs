//! The commission's watch list, sealed.

use std::collections::BTreeMap;

use domain::content::Filing;
use domain::id::ElectionCode;
use domain::name::WatchListEntryName;
use domain::policy::Permit;
use domain::screening::Listed;
use domain::watch_list::ListedPerson;
use jiff::Timestamp;

use super::Tx;
use super::revision::{birth_key, document_key};
use crate::StoreError;
use crate::session::{Row, Value, params};

fn as_json(person: &ListedPerson) -> String {
    serde_json::to_string(person).expect("the domain's values serialize")
}

impl Tx<'_> {
    /// Puts a new watch list in the place of the old one.
    pub async fn replace_watch_list(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        people: &[ListedPerson],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.erase_watch_list(permit, election).await?;
        // Whoever is there twice has one name, and is kept once.
        let named: BTreeMap<_, _> = people.iter().map(|person| (self.listed_name(election, person), person)).collect();
        for (name, person) in named {
            self.insert_listed(permit, &name, person, now).await?;
        }
        Ok(())
    }

    /// The same entry has the same name in the next list, so that a clearance stays with it. Keyed, so that the name
    /// confirms no guess at who it is.
    fn listed_name(&self, election: &ElectionCode, person: &ListedPerson) -> WatchListEntryName {
        let index = self.keys.blind_index("watch list", &format!("{election}\n{}", as_json(person)));
        let id = uuid::Builder::from_random_bytes(index[..16].try_into().expect("it has 32 bytes")).into_uuid();
        WatchListEntryName { election: election.clone(), id }
    }

    async fn insert_listed(
        &mut self,
        _permit: &Permit,
        name: &WatchListEntryName,
        person: &ListedPerson,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert watch_list_entry
            INSERT INTO watch_list_entry (election, id, person, key_id, document_index, birth_index, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        // It opens at its own name and nowhere else.
        let sealed = self.keys.seal(&name.to_string(), as_json(person).as_bytes());
        let has_document = !person.document_number.expose().is_empty();
        let document = has_document.then(|| document_key(&person.issuing_state, person.document_number.expose()));
        let document = document.map(|key| self.keys.blind_index("document", &key));
        let birth = person.birth_date.as_ref().map(|date| self.keys.blind_index("birth", &birth_key(*date.expose())));
        let election = name.election.as_str();
        let values = params![election, name.id, sealed, self.keys.id(), Value::from(document), Value::from(birth), now];
        self.session.execute_one(sql, values).await
    }

    /// How many entries an election's watch list has.
    pub async fn count_listed(&mut self, election: &ElectionCode) -> Result<i64, StoreError> {
        let sql = "-- count watch_list_entry
            SELECT COUNT(*) AS entries FROM watch_list_entry WHERE election = $1";
        let row = self.session.optional(sql, params![election.as_str()]).await?;
        row.map_or(Ok(0), |row| row.int("entries"))
    }

    /// The entries that an application could be about: with its document, its birth date, or no birth date at all.
    pub async fn listed_like(&mut self, election: &ElectionCode, filing: &Filing) -> Result<Vec<Listed>, StoreError> {
        let sql = "-- watch_list_entry alike
            SELECT id, person FROM watch_list_entry
            WHERE election = $1 AND (document_index = $2 OR birth_index = $3 OR birth_index IS NULL) ORDER BY id";
        let (document, birth) = self.indexes(filing);
        let rows = self.session.all(sql, params![election.as_str(), document, birth]).await?;
        rows.iter().map(|row| self.open_listed(election, row)).collect()
    }

    /// An entry by its name.
    pub async fn lookup_listed(&mut self, name: &WatchListEntryName) -> Result<Option<Listed>, StoreError> {
        let sql = "-- lookup watch_list_entry
            SELECT id, person FROM watch_list_entry WHERE election = $1 AND id = $2";
        let row = self.session.optional(sql, params![name.election.as_str(), name.id]).await?;
        row.map(|row| self.open_listed(&name.election, &row)).transpose()
    }

    fn open_listed(&self, election: &ElectionCode, row: &Row) -> Result<Listed, StoreError> {
        let name = WatchListEntryName { election: election.clone(), id: row.uuid("id")? };
        let person = self.keys.open(&name.to_string(), &row.bytes("person")?)?;
        let person = serde_json::from_slice(&person).map_err(|_| StoreError::Unsealable)?;
        Ok(Listed { name, person })
    }
}

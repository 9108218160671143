//! People who hold keys of principals. One person may hold keys of several
//! principals; the rule that nobody decides on their own work goes by the
//! person.
//!
//! Table: `person`. Only the hosts see it on PostgreSQL, and nobody can update
//! it.

use domain::policy::Permit;
use domain::registry::person::Person;
use domain::vocabulary::id::PersonId;
use domain::vocabulary::personal::Personal;

use crate::StoreError;
use crate::session::{Row, params};
use crate::tx::{Page, Tx};

/// Reads a person.
fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.parse("id")?,
        full_name: Personal::new(row.text("full_name")?),
        create_time: row.time("create_time")?,
    })
}

impl Tx<'_> {
    /// Inserts a person.
    pub(crate) async fn insert_person(&mut self, _permit: &Permit, new: &Person) -> Result<(), StoreError> {
        let sql = "-- insert person
            INSERT INTO person (id, full_name, create_time) VALUES ($1, $2, $3)";
        let Person { id, full_name, create_time } = new;
        self.session.execute_one(sql, params![id.as_str(), full_name.clone(), *create_time]).await
    }

    /// A person by id.
    pub async fn lookup_person(&mut self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        let sql = "-- lookup person
            SELECT * FROM person WHERE id = $1";
        self.session.fetch_optional(sql, params![id.as_str()]).await?.as_ref().map(person).transpose()
    }

    /// A page of people, in the order of their ids.
    pub async fn list_people(&mut self, page: &Page<PersonId>) -> Result<Vec<Person>, StoreError> {
        let sql = "-- list people
            SELECT * FROM person WHERE id > $1 ORDER BY id LIMIT $2";
        let after = page.after.as_ref().map_or("", PersonId::as_str);
        self.session.fetch_all(sql, params![after, page.limit()]).await?.iter().map(person).collect()
    }
}

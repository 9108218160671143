//! People, and the principals whose keys they hold.

use domain::policy::Action;
use domain::registry::organization::{Holder, Organization};
use domain::registry::person::Person;
use domain::vocabulary::id::PersonId;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::role::OrganizationKind;

use crate::contract::fixtures::{now, organization};
use crate::contract::harness::{is_taken, stores};
use crate::contract::permits::registrar;
use crate::contract::registry::{FindPrincipal, Register, RegisterPrincipal, principal};
use crate::{Page, StoreError};

command! {
    /// Inserts a person.
    RegisterPerson { new: Person } -> (), |this, tx| {
        tx.insert_person(&registrar(Action::CreatePerson), &this.new).await?
    }
}
command! {
    /// Looks up a person.
    FindPerson { id: PersonId } -> Option<Person>, |this, tx| tx.lookup_person(&this.id).await?
}
command! {
    /// Reads a page of people.
    ListPeople { page: Page<PersonId> } -> Vec<Person>, |this, tx| tx.list_people(&this.page).await?
}

/// A person with this id.
pub fn person(id: &str) -> Person {
    let full_name = Personal::new("Әлия «Aliya» SPECIMEN".to_owned());
    Person { id: id.parse().expect("an id"), full_name, create_time: now() }
}

/// A principal's holder: the person with this id.
fn holder(id: &str) -> Holder {
    Holder::Person(id.parse().expect("an id"))
}

/// An organization with this code.
fn sender(code: &str) -> Organization {
    organization(code, OrganizationKind::InternationalOrganization)
}

/// The key refuses a second person with the same id.
#[tokio::test]
async fn a_person_reads_back_and_an_id_belongs_to_one() {
    for store in stores().await {
        let (new, id) = (person("aliya"), person("aliya").id);
        assert_eq!(store.read_ok(FindPerson { id: id.clone() }).await, None);
        store.run_ok(RegisterPerson { new: new.clone() }).await;
        assert_eq!(store.read_ok(FindPerson { id: id.clone() }).await.as_ref(), Some(&new));
        // Another person with the same id.
        let other = Person { full_name: Personal::new("Somebody else".to_owned()), ..new.clone() };
        let error = store.run_failed(RegisterPerson { new: other }).await;
        assert!(is_taken(&error, "insert person"), "{error}");
        assert_eq!(store.read_ok(FindPerson { id }).await, Some(new));
    }
}

/// The extra row tells the caller that another page follows.
#[tokio::test]
async fn people_are_listed_by_id_page_by_page_with_one_more() {
    for store in stores().await {
        // Both databases must sort these ids by bytes. A locale of PostgreSQL
        // would ignore the punctuation.
        for id in ["b.1", "a", "b-1", "z_9"] {
            store.run_ok(RegisterPerson { new: person(id) }).await;
        }
        let check = async |after: Option<&str>, expected: &[&str]| {
            let page = Page { after: after.map(|id| id.parse().expect("an id")), size: 2 };
            let found = store.read_ok(ListPeople { page }).await;
            assert_eq!(found.iter().map(|found| found.id.as_str()).collect::<Vec<_>>(), expected);
        };
        check(None, &["a", "b-1", "b.1"]).await;
        check(Some("b-1"), &["b.1", "z_9"]).await;
        check(Some("z_9"), &[]).await;
    }
}

/// The rule that nobody decides on their own work goes by the person. A
/// principal without a registered person would evade it.
#[tokio::test]
async fn only_registered_persons_hold_keys_also_of_two_organizations() {
    for store in stores().await {
        store.run_ok(RegisterPerson { new: person("aliya") }).await;
        // The same person may work for two organizations.
        for code in ["cis", "sco"] {
            store.run_ok(Register { new: sender(code) }).await;
            let new = principal(&sender(code), "secretary", holder("aliya"));
            store.run_ok(RegisterPrincipal { new: new.clone() }).await;
            assert_eq!(store.read_ok(FindPrincipal { name: new.name.clone() }).await, Some(new));
        }
        let error =
            store.run_failed(RegisterPrincipal { new: principal(&sender("cis"), "deputy", holder("aliua")) }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert principal", .. }), "{error}");
    }
}

//! What becomes of a row: filed, mended, or left as it is.

use std::collections::HashMap;

use roster::Entry;
use sha2::{Digest as _, Sha256};
use wire::convert::enums::Enumerated as _;
use wire::json::to_json;
use wire::v1::{self, ApplicationState, ReturnedBy};

/// By what a person is known in a mission: category, the passport's issuer, its number.
pub type Key = (i32, String, String);

/// The mission's applications as they were before the import.
#[derive(Debug, Default)]
pub struct Filed {
    open: HashMap<Key, v1::Application>,
    /// How many of a key are over: withdrawn, refused, lapsed.
    over: HashMap<Key, u32>,
}

/// What is to be done with a row.
#[derive(Debug)]
pub enum Step {
    /// File it.
    File(v1::Application),
    /// Replace what its application says.
    Mend {
        /// The application as it is.
        filed: Box<v1::Application>,
        /// What it is to say.
        content: v1::Application,
    },
    /// Nothing: it is there and says the same.
    Keep(Box<v1::Application>),
    /// Nothing, because its application cannot be changed any more.
    TooLate(Box<v1::Application>),
}

impl Filed {
    /// Sorts what a delegation has filed.
    pub fn new(applications: Vec<v1::Application>) -> Self {
        let mut filed = Self::default();
        for application in applications {
            let key = key_of(&application);
            match application.state() {
                ApplicationState::Withdrawn | ApplicationState::Refused | ApplicationState::Lapsed => {
                    *filed.over.entry(key).or_default() += 1;
                }
                _ => {
                    filed.open.insert(key, application);
                }
            }
        }
        filed
    }

    /// What is to be done with a row that says this.
    pub fn step(&self, mut content: v1::Application) -> Step {
        let Some(filed) = self.open.get(&key_of(&content)) else { return Step::File(content) };
        for document in &filed.documents {
            if content.documents.iter().all(|other| other.kind != document.kind) {
                content.documents.push(document.clone());
            }
        }
        content.documents.sort_by_key(|document| document.kind);
        let mut documents = filed.documents.clone();
        documents.sort_by_key(|document| document.kind);
        let filed = Box::new(filed.clone());
        // A note can be mended in a draft; later, the one that it was filed with stays.
        if filed.state() != ApplicationState::Draft {
            content.paper = None;
        }
        let says = |paper: &v1::PaperFiling| (paper.note_number.clone(), paper.receive_time);
        let same_note = content.paper.is_none() || content.paper.as_ref().map(says) == filed.paper.as_ref().map(says);
        if content.person == filed.person && content.documents == documents && same_note {
            return Step::Keep(filed);
        }
        if is_with_the_delegation(&filed) { Step::Mend { filed, content } } else { Step::TooLate(filed) }
    }

    /// The request id of a filing: the same row has the same one, so that a filing whose answer was lost is not made
    /// twice; one like it that is over does not count.
    pub fn request_id(&self, mission: &str, content: &v1::Application) -> String {
        let over = self.over.get(&key_of(content)).copied().unwrap_or_default();
        let text = format!("roster\n{mission}\n{over}\n{}", to_json(content));
        let digest = Sha256::digest(text);
        let bytes = digest[..16].try_into().expect("a SHA-256 has 32 bytes");
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// Whether its delegation can change it.
pub fn is_with_the_delegation(application: &v1::Application) -> bool {
    let asked = application.last_return.as_ref().map(v1::Return::returned_by);
    match application.state() {
        ApplicationState::Draft => true,
        ApplicationState::Returned => asked == Some(ReturnedBy::Ministry),
        _ => false,
    }
}

fn key_of(application: &v1::Application) -> Key {
    let passport = application.person.as_ref().and_then(|person| person.passport.as_ref());
    let (state, number) = passport.map(|it| (it.issuing_state.clone(), it.number.clone())).unwrap_or_default();
    (application.category, state, number)
}

/// The content of an application, of what a row says.
pub fn content(entry: &Entry, documents: Vec<v1::Document>) -> v1::Application {
    let passport = v1::Passport {
        number: entry.passport_number.expose().clone(),
        issuing_state: entry.issuing_state.clone(),
        expiry_date: entry.passport_expiry.to_string(),
        mrz: entry.mrz.expose().clone(),
    };
    let person = v1::Person {
        family_name: entry.family_name.expose().clone(),
        given_name: entry.given_name.expose().clone(),
        native_name: entry.native_name.expose().clone(),
        name_kk: entry.name_kk.expose().clone(),
        name_ru: entry.name_ru.expose().clone(),
        nationality: entry.nationality.clone(),
        birth_date: entry.birth_date.expose().to_string(),
        sex: entry.sex.number(),
        passport: Some(passport),
    };
    v1::Application { category: entry.category.number(), person: Some(person), documents, ..Default::default() }
}

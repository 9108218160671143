//! What becomes of a row: filed, mended, or left as it is.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use wire::json::to_json;
use wire::v1::{self, ApplicationState, ReturnedBy};

/// By what a person is known in a mission: category, the passport's issuer, its number.
pub type Key = (i32, String, String);

/// The mission's applications as they were before the import.
#[derive(Debug, Default)]
pub struct Filed {
    open: HashMap<Key, v1::Application>,
    /// What has lapsed, the last of each key: it is gone on with where nothing else of the key is open.
    lapsed: HashMap<Key, v1::Application>,
    /// How many of a key are over: withdrawn, refused.
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

impl Step {
    /// Whether it is done to what has lapsed.
    pub fn had_lapsed(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Mend { filed, .. } | Self::Keep(filed) | Self::TooLate(filed) => {
                filed.state() == ApplicationState::Lapsed
            }
        }
    }
}

impl Filed {
    /// Sorts what a delegation has filed.
    pub fn new(applications: Vec<v1::Application>) -> Self {
        let mut filed = Self::default();
        for application in applications {
            let key = key_of(&application);
            match application.state() {
                ApplicationState::Withdrawn | ApplicationState::Refused => {
                    *filed.over.entry(key).or_default() += 1;
                }
                ApplicationState::Lapsed => {
                    filed.lapsed.insert(key, application);
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
        let key = key_of(&content);
        let Some(filed) = self.open.get(&key).or_else(|| self.lapsed.get(&key)) else { return Step::File(content) };
        // A roster does not say whom somebody replaces.
        content.replaces.clone_from(&filed.replaces);
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

/// Whether its delegation can change it. What has lapsed it can while its cutoff, moved since, has not passed; the service
/// knows that.
pub fn is_with_the_delegation(application: &v1::Application) -> bool {
    let asked = application.last_return.as_ref().map(v1::Return::returned_by);
    match application.state() {
        ApplicationState::Draft | ApplicationState::Lapsed => true,
        ApplicationState::Returned => asked == Some(ReturnedBy::Ministry),
        _ => false,
    }
}

fn key_of(application: &v1::Application) -> Key {
    let passport = application.person.as_ref().and_then(|person| person.passport.as_ref());
    let (state, number) = passport.map(|it| (it.issuing_state.clone(), it.number.clone())).unwrap_or_default();
    (application.category, state, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application(name: &str, state: ApplicationState, given_name: &str) -> v1::Application {
        let passport =
            v1::Passport { issuing_state: "FRA".to_owned(), number: "12AB".to_owned(), ..Default::default() };
        let (given_name, passport) = (given_name.to_owned(), Some(passport));
        let person = Some(v1::Person { given_name, passport, ..Default::default() });
        let category = v1::Category::Driver.into();
        v1::Application { name: name.to_owned(), state: state.into(), category, person, ..Default::default() }
    }

    fn row(given_name: &str) -> v1::Application {
        application("", ApplicationState::Unspecified, given_name)
    }

    /// What is done with a row of ANNA, and with which application.
    fn step(filed: &[v1::Application]) -> (&'static str, String) {
        match Filed::new(filed.to_vec()).step(row("ANNA")) {
            Step::File(_) => ("file", String::new()),
            Step::Mend { filed, .. } => ("mend", filed.name),
            Step::Keep(filed) => ("keep", filed.name),
            Step::TooLate(filed) => ("too late", filed.name),
        }
    }

    #[test]
    fn what_has_lapsed_is_gone_on_with_where_nothing_else_is_open() {
        use ApplicationState::{Draft, Lapsed, Refused, Submitted, Withdrawn};
        let lapsed = |name: &str| application(name, Lapsed, "ANNA");
        let said = |what: &'static str, name: &str| (what, name.to_owned());
        assert_eq!(step(&[lapsed("a")]), said("keep", "a"));
        assert_eq!(step(&[application("a", Lapsed, "OTHER")]), said("mend", "a"));
        assert_eq!(step(&[lapsed("a"), lapsed("b")]), said("keep", "b"), "the last one");
        for over in [Withdrawn, Refused] {
            assert_eq!(step(&[application("a", over, "ANNA")]), said("file", ""));
            assert_eq!(step(&[lapsed("a"), application("b", over, "ANNA")]), said("keep", "a"));
        }
        for both in [[application("a", Draft, "OTHER"), lapsed("b")], [lapsed("b"), application("a", Draft, "OTHER")]] {
            assert_eq!(step(&both), said("mend", "a"));
        }
        assert_eq!(step(&[application("a", Submitted, "OTHER"), lapsed("b")]), said("too late", "a"));
    }

    #[test]
    fn mending_leaves_whom_somebody_replaces() {
        let replaces = "elections/kz-2019/accreditations/7".to_owned();
        let filed = application("a", ApplicationState::Lapsed, "OTHER");
        let filed = Filed::new(vec![v1::Application { replaces: replaces.clone(), ..filed }]);
        let Step::Mend { content, .. } = filed.step(row("ANNA")) else { panic!("it says something else") };
        assert_eq!(content.replaces, replaces);
    }
}

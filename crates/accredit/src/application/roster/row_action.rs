//! Decides what to do with each row: create an application, update one, or leave it.
//!
//! The functions here are pure: the applications and the row go in, the action comes out. So every combination of
//! states can be tested without a service.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use wire::json::to_json;
use wire::v1::{self, ApplicationState, ReturnedBy};

/// What identifies a person in a mission: category, state that issued the passport, passport number.
pub type Key = (i32, String, String);

/// The mission's applications before the import, by the person.
#[derive(Debug, Default)]
pub struct ExistingApplications {
    /// Applications that are neither lapsed nor closed.
    open: HashMap<Key, v1::Application>,
    /// The last lapsed application of each person. It is continued if the person has no open application.
    lapsed: HashMap<Key, v1::Application>,
    /// The number of withdrawn and refused applications of each person.
    closed: HashMap<Key, u32>,
}

/// What the import does with a row.
#[derive(Debug)]
pub enum RowAction {
    /// Create an application.
    Create(v1::Application),
    /// Update an application whose content differs from the row.
    Update {
        /// The application as the service has it.
        filed: Box<v1::Application>,
        /// The content to send.
        content: v1::Application,
    },
    /// Nothing: the application already says what the row says.
    Keep(Box<v1::Application>),
    /// Report the row: its application differs and cannot be changed any more.
    Locked(Box<v1::Application>),
}

impl RowAction {
    /// Whether the application had lapsed before the import.
    pub fn is_lapsed(&self) -> bool {
        match self {
            Self::Create(_) => false,
            Self::Update { filed, .. } | Self::Keep(filed) | Self::Locked(filed) => {
                filed.state() == ApplicationState::Lapsed
            }
        }
    }
}

impl ExistingApplications {
    /// Sorts the mission's applications by their state.
    pub fn new(applications: Vec<v1::Application>) -> Self {
        let mut filed = Self::default();
        for application in applications {
            let key = key_of(&application);
            match application.state() {
                ApplicationState::Withdrawn | ApplicationState::Refused => {
                    *filed.closed.entry(key).or_default() += 1;
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

    /// What to do with a row that has this content.
    pub fn action(&self, mut content: v1::Application) -> RowAction {
        let key = key_of(&content);
        let Some(filed) = self.open.get(&key).or_else(|| self.lapsed.get(&key)) else {
            return RowAction::Create(content);
        };
        // A roster has no column for the replaced accreditation. Without this copy, an import would delete it.
        content.replaces.clone_from(&filed.replaces);
        // A document that is not in the directory was uploaded earlier. It must not be removed from the application.
        for document in &filed.documents {
            if content.documents.iter().all(|other| other.kind != document.kind) {
                content.documents.push(document.clone());
            }
        }
        // The service returns documents in another order than the directory. Only the set matters.
        content.documents.sort_by_key(|document| document.kind);
        let mut documents = filed.documents.clone();
        documents.sort_by_key(|document| document.kind);
        let filed = Box::new(filed.clone());
        // The note can be corrected while the application is a draft. Afterwards the service keeps the first one.
        if filed.state() != ApplicationState::Draft {
            content.paper = None;
        }
        let note = |paper: &v1::PaperFiling| (paper.note_number.clone(), paper.receive_time);
        let same_note = content.paper.is_none() || content.paper.as_ref().map(note) == filed.paper.as_ref().map(note);
        if content.person == filed.person && content.documents == documents && same_note {
            return RowAction::Keep(filed);
        }
        if is_changeable_by_delegation(&filed) {
            RowAction::Update { filed, content }
        } else {
            RowAction::Locked(filed)
        }
    }

    /// The request id for creating an application.
    ///
    /// It is a digest of the row. If the answer to the first attempt was lost, the service recognizes the second one
    /// and creates nothing. The number of closed applications is part of it, so a person can apply again after a
    /// withdrawal.
    pub fn request_id(&self, mission: &str, content: &v1::Application) -> String {
        let closed = self.closed.get(&key_of(content)).copied().unwrap_or_default();
        let text = format!("roster\n{mission}\n{closed}\n{}", to_json(content));
        // The word `roster` at the beginning keeps these ids apart from any other digest.
        let digest = Sha256::digest(text);
        let bytes = digest[..16].try_into().expect("a SHA-256 has 32 bytes");
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// Whether its delegation can change the application.
///
/// A lapsed one counts as changeable: whether its cutoff was moved, only the service knows, and it refuses otherwise.
pub fn is_changeable_by_delegation(application: &v1::Application) -> bool {
    let asked = application.last_return.as_ref().map(v1::Return::returned_by);
    match application.state() {
        ApplicationState::Draft | ApplicationState::Lapsed => true,
        ApplicationState::Returned => asked == Some(ReturnedBy::Ministry),
        _ => false,
    }
}

/// The key of the person who applies.
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

    /// The action for a row of ANNA, and the application it is about.
    fn action_for(filed: &[v1::Application]) -> (&'static str, String) {
        match ExistingApplications::new(filed.to_vec()).action(row("ANNA")) {
            RowAction::Create(_) => ("create", String::new()),
            RowAction::Update { filed, .. } => ("update", filed.name),
            RowAction::Keep(filed) => ("keep", filed.name),
            RowAction::Locked(filed) => ("locked", filed.name),
        }
    }

    /// The order in which the service lists the applications must not matter.
    #[test]
    fn a_lapsed_application_is_continued_if_none_is_open() {
        use ApplicationState::{Draft, Lapsed, Refused, Submitted, Withdrawn};
        let lapsed = |name: &str| application(name, Lapsed, "ANNA");
        let expected = |what: &'static str, name: &str| (what, name.to_owned());
        assert_eq!(action_for(&[lapsed("a")]), expected("keep", "a"));
        assert_eq!(action_for(&[application("a", Lapsed, "OTHER")]), expected("update", "a"));
        assert_eq!(action_for(&[lapsed("a"), lapsed("b")]), expected("keep", "b"), "the last one");
        for closed in [Withdrawn, Refused] {
            assert_eq!(action_for(&[application("a", closed, "ANNA")]), expected("create", ""));
            assert_eq!(action_for(&[lapsed("a"), application("b", closed, "ANNA")]), expected("keep", "a"));
        }
        for both in [[application("a", Draft, "OTHER"), lapsed("b")], [lapsed("b"), application("a", Draft, "OTHER")]] {
            assert_eq!(action_for(&both), expected("update", "a"));
        }
        assert_eq!(action_for(&[application("a", Submitted, "OTHER"), lapsed("b")]), expected("locked", "a"));
    }

    /// A roster has no such column. Dropping the value would turn a replacement into an additional person.
    #[test]
    fn an_update_keeps_the_replaced_accreditation() {
        let replaces = "elections/kz-2019/accreditations/7".to_owned();
        let filed = application("a", ApplicationState::Lapsed, "OTHER");
        let filed = ExistingApplications::new(vec![v1::Application { replaces: replaces.clone(), ..filed }]);
        let RowAction::Update { content, .. } = filed.action(row("ANNA")) else { panic!("it says something else") };
        assert_eq!(content.replaces, replaces);
    }
}

//! The export about one person: everything that is stored about them. The data protection law gives them that right.

use jiff::Timestamp;

use crate::amendment::Amendment;
use crate::appeal::Appeal;
use crate::application::Application;
use crate::application::content::StoredFiling;
use crate::document::{DocumentRead, KeptDocument};
use crate::proposal::Proposal;
use crate::screening::Screening;
use crate::transparency::event::LoggedEvent;
use crate::vocabulary::personal::Personal;

pub mod acts;

/// One application about the person, with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct SubjectRecord {
    /// The application.
    pub application: Application,
    /// The content of its current revision.
    pub kept: StoredFiling,
    /// The result of its screening.
    pub screening: Screening,
    /// Every revision of its content.
    pub revisions: Vec<HeldRevision>,
    /// The documents that were uploaded for it.
    pub documents: Vec<KeptDocument>,
    /// Who read the documents, newest first.
    pub reads: Vec<DocumentRead>,
    /// The events about it.
    pub events: Vec<NotedEvent>,
    /// The proposals to change its accreditation.
    pub proposals: Vec<Proposal>,
    /// The appeals against decisions about it.
    pub appeals: Vec<Appeal>,
    /// Its amendments, each with the result of its screening.
    pub amendments: Vec<(Amendment, Screening)>,
}

/// A revision of an application's content.
#[derive(Debug, Clone)]
pub struct HeldRevision {
    /// The number of the revision, from 1.
    pub number: i32,
    /// When it was made.
    pub create_time: Timestamp,
    /// The content, or what is left of it.
    pub kept: StoredFiling,
}

/// An event with the free text that belongs to it.
#[derive(Debug, Clone)]
pub struct NotedEvent {
    /// The event.
    pub event: LoggedEvent,
    /// The text, if there is one.
    pub note: Option<Personal<String>>,
}

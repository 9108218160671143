//! What is held about one person.

use jiff::Timestamp;

use crate::amendment::Amendment;
use crate::appeal::Appeal;
use crate::application::Application;
use crate::application::content::Kept;
use crate::document::{DocumentRead, KeptDocument};
use crate::proposal::Proposal;
use crate::screening::Screening;
use crate::transparency::event::LoggedEvent;
use crate::vocabulary::personal::Personal;

pub mod acts;

/// One application about the person.
#[derive(Debug, Clone)]
pub struct SubjectRecord {
    /// Where it stands.
    pub application: Application,
    /// What its current revision says.
    pub kept: Kept,
    /// What the checks found.
    pub screening: Screening,
    /// Every version of what it said.
    pub revisions: Vec<HeldRevision>,
    /// The documents that were uploaded for it.
    pub documents: Vec<KeptDocument>,
    /// Who read them, newest first.
    pub reads: Vec<DocumentRead>,
    /// What happened to it.
    pub events: Vec<NotedEvent>,
    /// What was proposed to become of its accreditation.
    pub proposals: Vec<Proposal>,
    /// What was brought against decisions on it.
    pub appeals: Vec<Appeal>,
    /// What its delegation had to say anew, each with what the checks found.
    pub amendments: Vec<(Amendment, Screening)>,
}

/// A revision of an application as it is kept.
#[derive(Debug, Clone)]
pub struct HeldRevision {
    /// Its number, from 1.
    pub number: i32,
    /// When it was made.
    pub create_time: Timestamp,
    /// What it says.
    pub kept: Kept,
}

/// An event with the free text that belongs to it.
#[derive(Debug, Clone)]
pub struct NotedEvent {
    /// The event.
    pub event: LoggedEvent,
    /// The text, if there is any.
    pub note: Option<Personal<String>>,
}

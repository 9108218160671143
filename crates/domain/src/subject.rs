//! What is held about one person.

use jiff::Timestamp;
use uuid::Uuid;

use crate::application::Application;
use crate::content::{DocumentKind, Kept};
use crate::event::LoggedEvent;
use crate::name::PrincipalName;
use crate::personal::Personal;
use crate::screening::Screening;

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
    pub documents: Vec<HeldDocument>,
    /// What happened to it.
    pub events: Vec<NotedEvent>,
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

/// A document that is or was kept for an application, without its bytes.
#[derive(Debug, Clone)]
pub struct HeldDocument {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: DocumentKind,
    /// SHA-256 of its bytes as they came.
    pub sha256: [u8; 32],
    /// Their number.
    pub size: i64,
    /// Their form.
    pub media_type: String,
    /// The principal that uploaded it.
    pub uploaded_by: PrincipalName,
    /// When.
    pub create_time: Timestamp,
    /// When it was erased, if it was.
    pub erase_time: Option<Timestamp>,
    /// Who read it.
    pub reads: Vec<DocumentRead>,
}

/// A reading of a document.
#[derive(Debug, Clone)]
pub struct DocumentRead {
    /// The principal that read it.
    pub reader: PrincipalName,
    /// When.
    pub time: Timestamp,
    /// What for.
    pub purpose: Personal<String>,
}

/// An event with the free text that belongs to it.
#[derive(Debug, Clone)]
pub struct NotedEvent {
    /// The event.
    pub event: LoggedEvent,
    /// The text, if there is any.
    pub note: Option<Personal<String>>,
}

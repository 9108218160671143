//! Legal holds, and the export of all that is stored about a person.

use domain::amendment::Amendment;
use domain::application::content::StoredFiling;
use domain::policy::View;
use domain::retention::legal_hold::{LegalHold, Release};
use domain::retention::subject::{HeldRevision, NotedEvent, SubjectRecord};
use domain::rule_pack::RulePack;
use domain::screening::Screening;
use domain::vocabulary::id::OrganizationCode;

use super::time::timestamp;
use super::{amendment, appeal, application, document, proposal, transparency};
use crate::v1;

/// The hold. Only readers who may see holds get it.
pub fn to_message(hold: &LegalHold) -> v1::LegalHold {
    let LegalHold { name, application, reason, created_by, create_time, release } = hold;
    let (release_reason, released_by, release_time) = match release {
        Some(Release { by, time, reason }) => (reason.expose().clone(), by.to_string(), Some(timestamp(*time))),
        None => Default::default(),
    };
    v1::LegalHold {
        name: name.to_string(),
        application: application.as_ref().map(ToString::to_string).unwrap_or_default(),
        reason: reason.expose().clone(),
        created_by: created_by.to_string(),
        create_time: Some(timestamp(*create_time)),
        release_reason,
        released_by,
        release_time,
        receipt: None,
    }
}

/// All that is stored in one application about its person, as the commission sees it. `rules` are the election's.
pub fn record_to_message(record: &SubjectRecord, rules: &RulePack, reader: &OrganizationCode) -> v1::SubjectRecord {
    let SubjectRecord {
        application,
        kept,
        screening,
        revisions,
        documents,
        reads,
        events,
        proposals,
        appeals,
        amendments,
    } = record;
    let before = application.last_return.as_ref().map_or(0, |asked| asked.revision);
    let before = revisions.iter().find(|revision| revision.number == before && before != application.revision);
    let before = before.map(|revision| &revision.kept);
    v1::SubjectRecord {
        application: Some(application::to_message(application, kept, before, screening, rules, View::Commission)),
        revisions: revisions.iter().map(application::revision_to_message).collect(),
        documents: documents.iter().map(document::to_message).collect(),
        document_reads: reads.iter().map(document::read_to_message).collect(),
        events: events.iter().map(|noted| event_to_message(noted, reader)).collect(),
        proposals: proposals.iter().map(proposal::to_message).collect(),
        amendments: amendments.iter().map(|one| amendment_to_message(one, revisions)).collect(),
        appeals: appeals.iter().map(|one| appeal::to_message(one, View::Commission)).collect(),
    }
}

fn amendment_to_message((amendment, screening): &(Amendment, Screening), revisions: &[HeldRevision]) -> v1::Amendment {
    let version = |number: i32| {
        let found = revisions.iter().find(|revision| revision.number == number);
        found.map_or(StoredFiling::Erased(None), |revision| revision.kept.clone())
    };
    let versions = [version(amendment.before), version(amendment.after)];
    amendment::to_message(amendment, &versions, screening, View::Commission)
}

fn event_to_message(noted: &NotedEvent, reader: &OrganizationCode) -> v1::SubjectEvent {
    let NotedEvent { event, note } = noted;
    let note = note.as_ref().map(|note| note.expose().clone()).unwrap_or_default();
    v1::SubjectEvent { event: Some(transparency::to_message(event, reader, View::Commission)), note }
}

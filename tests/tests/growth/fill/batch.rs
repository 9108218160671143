//! Writes a batch in one transaction: its applications, their presentation and their decree.

use std::sync::Arc;

use domain::accreditation::Accreditation;
use domain::application::content::Filing;
use domain::application::reference::Reference;
use domain::application::{Application, Place, StoredVersion};
use domain::decree::{Decree, DecreeState, FreeNumbers, Items, adopt};
use domain::document::KeptDocument;
use domain::election::Election;
use domain::outcome::Event;
use domain::outcome::{DecreeAdopted, EventPayload, RowChange, Step};
use domain::policy::{Action, Permit, Scope};
use domain::presentation::Presentation;
use domain::vocabulary::id::{OrganizationCode, RequestId};
use domain::vocabulary::log::{EventActor, LogName};
use domain::vocabulary::name::{ApplicationName, DecreeName, DocumentName, PresentationName};
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, RequestRecord, Tx};

use super::plan::{Counts, PlannedOutcome};
use super::transitions::{self, Actors, AdvancedApplication, Times, advance, event_actor, moved, secretary};
use crate::installation::organization;

/// An application to write.
pub struct PlannedApplication {
    /// The index of its organization.
    pub organization: usize,
    pub filing: Filing,
    pub planned_outcome: PlannedOutcome,
    /// Its place in the queue, if it is presented.
    pub place: Place,
    /// The time when it was filed.
    pub time: Timestamp,
}

/// A batch and the numbers that are reserved for it.
pub struct WriteBatch {
    pub election: Arc<Election>,
    pub actors: Arc<Actors>,
    pub planned: Vec<PlannedApplication>,
    pub counts: Counts,
    /// The position of its first event.
    pub position: i64,
    pub presentation: u32,
    pub decree: u32,
    pub accreditation: u32,
    pub badge: u32,
}

/// The rows and events of a batch.
struct BatchRows {
    advanced: Vec<AdvancedApplication>,
    decree: Option<(Decree, Decree)>,
    accreditations: Vec<Accreditation>,
    events: Vec<Event>,
}

impl Command for WriteBatch {
    const NAME: &'static str = "write a batch";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        tx.buffer_inserts();
        let permit = Permit::for_the_service();
        let mut drafts = Vec::with_capacity(self.planned.len());
        for planned in &self.planned {
            drafts.push(self.file(tx, &permit, planned).await?);
        }
        let rows = self.advance_all(drafts, tx)?;
        self.write_applications(tx, &permit, &rows).await?;
        self.write_lists(tx, &permit, &rows).await?;
        self.record(tx, &permit, rows.events).await
    }
}

impl WriteBatch {
    /// Writes a draft with its documents.
    async fn file(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        planned: &PlannedApplication,
    ) -> Result<Application, CommandError> {
        let organization: OrganizationCode =
            organization(planned.organization).parse().expect("the test has valid codes");
        let id = tx.new_application_id(planned.time);
        let name = ApplicationName { election: self.election.code.clone(), organization, id };
        let (new_content, category) = (tx.salt(planned.filing.clone()), planned.filing.content.category);
        let reference = Reference::from_number(id.0.as_u64_pair().1);
        let draft = Application::draft(name.clone(), reference, category, new_content.digest, None, planned.time);
        tx.fill(permit, &RowChange::NewApplication(Box::new(draft.clone())), planned.time).await?;
        let revision = RowChange::NewRevision { of: name, number: 1, new_content: Box::new(new_content) };
        tx.fill(permit, &revision, planned.time).await?;
        let uploaded_by = secretary(&draft.name.organization).principal;
        for document in &planned.filing.content.documents {
            let ApplicationName { election, organization, id } = draft.name.clone();
            let upload_time = planned.time + SignedDuration::from_mins(2);
            let document = KeptDocument {
                name: DocumentName { election, organization, application: id, id: tx.new_uuid(upload_time) },
                document: document.clone(),
                kept_sha256: document.sha256,
                kept_size_bytes: document.size_bytes,
                media_type: "application/pdf".to_owned(),
                uploaded_by: uploaded_by.clone(),
                upload_time,
                erase_time: None,
            };
            // Nobody opens these documents, so the vault has no bytes for them.
            let key = Personal::new(vec![7; 32]);
            tx.fill(permit, &RowChange::NewDocument { document, key }, upload_time).await?;
        }
        Ok(draft)
    }

    /// The list of a batch is presented after its last filing, and its decree is adopted after that.
    fn times(&self, planned: &PlannedApplication) -> Times {
        let last = self.planned.last().map_or(planned.time, |last| last.time);
        let presented = last + SignedDuration::from_hours(1);
        Times { filed: planned.time, presented, adopted: presented + SignedDuration::from_hours(24) }
    }

    /// Advances every draft to its planned outcome. Then adopts the decree and makes the events.
    fn advance_all(&self, drafts: Vec<Application>, tx: &Tx<'_>) -> Result<BatchRows, CommandError> {
        let mut advanced = Vec::with_capacity(drafts.len());
        for (draft, planned) in drafts.into_iter().zip(&self.planned) {
            let (target, election_and_actors) =
                ((planned.planned_outcome, planned.place), (&*self.election, &*self.actors));
            let times = self.times(planned);
            advanced.push(advance(draft, &planned.filing, target, election_and_actors, times, |time| {
                tx.new_event_id(time)
            })?);
        }
        let mut rows = BatchRows { advanced, decree: None, accreditations: Vec::new(), events: Vec::new() };
        if self.counts.decided > 0 {
            self.adopt(&mut rows, tx)?;
        }
        if self.counts.presented > 0 {
            let subject = self.presentation_name().to_string();
            let time = self.times(&self.planned[0]).presented;
            let officer = (event_actor(&self.actors.officer), "mfa");
            let applications = self.counts.presented;
            let payload = EventPayload::PresentationMade { applications };
            rows.events.push(self.event_of(tx, subject, officer, Action::CreatePresentation, (payload, time)));
        }
        let events = rows.advanced.iter_mut().flat_map(|advanced| advanced.events.drain(..));
        rows.events.extend(events);
        // The log has the order of time. The sort is stable, so events with the same time keep their order.
        rows.events.sort_by_key(|event| event.time);
        Ok(rows)
    }

    /// Decides the recommended applications by adopting the decree in `domain`.
    fn adopt(&self, rows: &mut BatchRows, tx: &Tx<'_>) -> Result<(), CommandError> {
        let decided = |planned: &PlannedApplication| planned.planned_outcome.is_decided();
        let chosen = || (0..self.planned.len()).filter(|index| decided(&self.planned[*index]));
        let applications: Vec<_> = chosen().map(|index| rows.advanced[index].application.clone()).collect();
        let now = self.times(&self.planned[0]).adopted;
        let draft = Decree {
            name: DecreeName { election: self.election.code.clone(), number: self.decree },
            decree_number: format!("{}/2019", self.decree),
            session_date: now.to_zoned_datetime(TimeZone::UTC).date(),
            chair: Personal::new("Chair of the Commission".to_owned()),
            secretary: Personal::new("Secretary of the Commission".to_owned()),
            state: DecreeState::Draft,
            version: 1,
            applications: applications.iter().map(|one| one.name.clone()).collect(),
            proposals: Vec::new(),
            scans: Vec::new(),
            created_by: self.actors.adopter.principal.clone(),
            create_time: now - SignedDuration::from_hours(1),
        };
        let items = Items { applications: applications.into_iter().map(Ok).collect(), proposals: Vec::new() };
        let free = FreeNumbers { accreditation: self.accreditation, badge: self.badge };
        let etag = draft.etag();
        let adoption = adopt(draft.clone(), &etag, items, |_| Vec::new(), &self.actors.adopter, free, now)?;
        let adopter = || (event_actor(&self.actors.adopter), "cec");
        let (subject, action) = (draft.name.to_string(), Action::CreateDecree);
        rows.events.push(self.event_of(
            tx,
            subject.clone(),
            adopter(),
            action,
            (EventPayload::DecreeDrafted {}, draft.create_time),
        ));
        for (index, application) in chosen().zip(adoption.applications) {
            let step = Step::Decided { decree: self.decree };
            let payload = moved(step, StateKind::Recommended, &application);
            let (id, action) = (tx.new_event_id(now), Action::AdoptDecree);
            rows.events.push(transitions::event(id, &application, adopter().0, action, payload, now));
            rows.advanced[index].application = application;
        }
        let decided = u32::try_from(adoption.accreditations.len()).expect("a batch is small");
        let adopted = DecreeAdopted {
            accredited: decided,
            refused: u32::try_from(chosen().count()).expect("small") - decided,
            changed: None,
        };
        rows.events.push(self.event_of(
            tx,
            subject,
            adopter(),
            Action::AdoptDecree,
            (EventPayload::DecreeAdopted { adopted }, now),
        ));
        rows.accreditations = adoption.accreditations;
        rows.decree = Some((draft, adoption.decree));
        Ok(())
    }

    /// The name of the presentation of this batch.
    fn presentation_name(&self) -> PresentationName {
        PresentationName { election: self.election.code.clone(), number: self.presentation }
    }

    /// An event of a presentation or a decree.
    fn event_of(
        &self,
        tx: &Tx<'_>,
        subject: String,
        (actor, organization): (EventActor, &str),
        action: Action,
        (payload, time): (EventPayload, Timestamp),
    ) -> Event {
        let organization = organization.parse().expect("the codes of the hosts are valid");
        let (log, action) = (LogName::Election(self.election.code.clone()), action.method().to_owned());
        let (id, received, read) = (tx.new_event_id(time), None, None);
        Event { id, log, time, actor, action, subject, organization, payload, received, read }
    }

    /// Writes the applications in their last state, and the results of their checks.
    async fn write_applications(&self, tx: &mut Tx<'_>, permit: &Permit, rows: &BatchRows) -> Result<(), CommandError> {
        for AdvancedApplication { application, .. } in &rows.advanced {
            // One update for all transitions, because the row still has the state of the filing.
            if application.version > 1 {
                let before = StoredVersion { version: 1, state: StateKind::Draft };
                let time = application.submit_time.unwrap_or(application.create_time);
                let after = Box::new(application.clone());
                tx.fill(permit, &RowChange::Application { after, before }, time).await?;
            }
        }
        for AdvancedApplication { application, screening, .. } in &rows.advanced {
            if let Some(screening) = screening {
                let (of, after) = (application.name.clone(), screening.clone());
                tx.fill(permit, &RowChange::Screening { of, before: 0, after }, application.create_time).await?;
            }
        }
        Ok(())
    }

    /// Writes the presentation, the decree and the accreditations.
    async fn write_lists(&self, tx: &mut Tx<'_>, permit: &Permit, rows: &BatchRows) -> Result<(), CommandError> {
        if self.counts.presented > 0 {
            let listed = rows.advanced.iter().filter(|advanced| advanced.application.place().is_some());
            let new = Presentation {
                name: self.presentation_name(),
                note_number: format!("12-3/{}", self.presentation),
                applications: listed.map(|advanced| advanced.application.name.clone()).collect(),
                presented_by: self.actors.officer.principal.clone(),
                create_time: self.times(&self.planned[0]).presented,
            };
            let time = new.create_time;
            tx.fill(permit, &RowChange::NewPresentation(new), time).await?;
        }
        if let Some((draft, adopted)) = &rows.decree {
            let (time, before) = (draft.create_time, draft.version);
            tx.fill(permit, &RowChange::NewDecree(draft.clone()), time).await?;
            let listed = Decree { version: before + 1, ..draft.clone() };
            tx.fill(permit, &RowChange::Decree { after: listed, before, list: true }, time).await?;
            let after = Decree { version: before + 2, ..adopted.clone() };
            tx.fill(permit, &RowChange::Decree { after, before: before + 1, list: false }, time).await?;
        }
        for accreditation in &rows.accreditations {
            let (new, time) = (accreditation.clone(), accreditation.accredit_time);
            tx.fill(permit, &RowChange::NewAccreditation(new), time).await?;
        }
        Ok(())
    }

    /// Writes the events with their positions, and the stored requests of the delegations.
    async fn record(&self, tx: &mut Tx<'_>, permit: &Permit, events: Vec<Event>) -> Result<(), CommandError> {
        assert_eq!(events.len() as i64, self.counts.events, "the plan reserved another number of positions");
        for (position, event) in (self.position..).zip(events) {
            let organization = event.organization.clone();
            let sent = [Action::CreateApplication, Action::SubmitApplication];
            let method = sent.into_iter().map(Action::method).find(|method| *method == event.action);
            let done = tx.record_at_position(permit, event, position).await?;
            if let Some(method) = method {
                let request_id = RequestId(uuid::Builder::from_random_bytes(rand::random()).into_uuid());
                let hash = tx.keys().request_hash(&rand::random());
                let record = RequestRecord { organization, method, request_id, hash, signature: Vec::new() };
                tx.insert_request(permit, &record, &done).await?;
            }
        }
        Ok(())
    }
}

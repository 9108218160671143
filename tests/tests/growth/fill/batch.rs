//! One batch, written in one transaction: its applications, the list that presented them, and the decree that decided them.

use std::sync::Arc;

use domain::accreditation::Accreditation;
use domain::application::content::Filing;
use domain::application::reference::Reference;
use domain::application::{Application, Place, Stored};
use domain::decree::{Decree, DecreeState, FreeNumbers, Items, adopt};
use domain::document::KeptDocument;
use domain::election::Election;
use domain::outcome::Event;
use domain::outcome::{DecreeAdopted, Deed, RowChange, Step};
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

use super::course::{self, Cast, Led, Moments, by, lead, moved, secretary};
use super::plan::{Counts, Course};
use crate::installation::organization;

/// One application to be written.
pub struct Planned {
    /// The number of its organization.
    pub organization: usize,
    pub filing: Filing,
    pub course: Course,
    /// Its place in the queue, if it comes so far.
    pub place: Place,
    /// When it was filed.
    pub time: Timestamp,
}

/// A batch with the numbers that are its own.
pub struct WriteBatch {
    pub election: Arc<Election>,
    pub cast: Arc<Cast>,
    pub planned: Vec<Planned>,
    pub counts: Counts,
    /// The position of its first event.
    pub position: i64,
    pub presentation: u32,
    pub decree: u32,
    pub accreditation: u32,
    pub badge: u32,
}

/// What became of a batch, ready to be written.
struct Outcome {
    led: Vec<Led>,
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
        let outcome = self.lead_all(drafts, tx)?;
        self.write_applications(tx, &permit, &outcome).await?;
        self.write_lists(tx, &permit, &outcome).await?;
        self.record(tx, &permit, outcome.events).await
    }
}

impl WriteBatch {
    /// Writes a draft with its documents.
    async fn file(&self, tx: &mut Tx<'_>, permit: &Permit, planned: &Planned) -> Result<Application, CommandError> {
        let organization: OrganizationCode =
            organization(planned.organization).parse().expect("the codes of this test are codes");
        let id = tx.new_application_id(planned.time);
        let name = ApplicationName { election: self.election.code.clone(), organization, id };
        let (said, category) = (tx.salt(planned.filing.clone()), planned.filing.content.category);
        let reference = Reference::from_number(id.0.as_u64_pair().1);
        let draft = Application::draft(name.clone(), reference, category, said.digest, None, planned.time);
        tx.fill(permit, &RowChange::NewApplication(Box::new(draft.clone())), planned.time).await?;
        let revision = RowChange::NewRevision { of: name, number: 1, said: Box::new(said) };
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
            // Nobody opens these: there are no bytes in the vault.
            let key = Personal::new(vec![7; 32]);
            tx.fill(permit, &RowChange::NewDocument { document, key }, upload_time).await?;
        }
        Ok(draft)
    }

    /// The last application of a batch is filed before its list is presented, and that before its decree is adopted.
    fn moments(&self, planned: &Planned) -> Moments {
        let last = self.planned.last().map_or(planned.time, |last| last.time);
        let presented = last + SignedDuration::from_hours(1);
        Moments { filed: planned.time, presented, adopted: presented + SignedDuration::from_hours(24) }
    }

    fn lead_all(&self, drafts: Vec<Application>, tx: &Tx<'_>) -> Result<Outcome, CommandError> {
        let mut led = Vec::with_capacity(drafts.len());
        for (draft, planned) in drafts.into_iter().zip(&self.planned) {
            let (course, who) = ((planned.course, planned.place), (&*self.election, &*self.cast));
            let moments = self.moments(planned);
            led.push(lead(draft, &planned.filing, course, who, moments, |time| tx.new_event_id(time))?);
        }
        let mut outcome = Outcome { led, decree: None, accreditations: Vec::new(), events: Vec::new() };
        if self.counts.decided > 0 {
            self.adopt(&mut outcome, tx)?;
        }
        if self.counts.presented > 0 {
            let subject = self.presentation_name().to_string();
            let time = self.moments(&self.planned[0]).presented;
            let officer = (by(&self.cast.officer), "mfa");
            let applications = self.counts.presented;
            let deed = Deed::PresentationMade { applications };
            outcome.events.push(self.event_of(tx, subject, officer, Action::CreatePresentation, (deed, time)));
        }
        let events = outcome.led.iter_mut().flat_map(|led| led.events.drain(..));
        outcome.events.extend(events);
        // The log tells them in the order in which they happened; those of one moment stay as they are.
        outcome.events.sort_by_key(|event| event.time);
        Ok(outcome)
    }

    /// Decides what was recommended, as the decree's own act does.
    fn adopt(&self, outcome: &mut Outcome, tx: &Tx<'_>) -> Result<(), CommandError> {
        let decided = |planned: &Planned| planned.course.is_decided();
        let chosen = || (0..self.planned.len()).filter(|index| decided(&self.planned[*index]));
        let applications: Vec<_> = chosen().map(|index| outcome.led[index].application.clone()).collect();
        let now = self.moments(&self.planned[0]).adopted;
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
            created_by: self.cast.adopter.principal.clone(),
            create_time: now - SignedDuration::from_hours(1),
        };
        let items = Items { applications: applications.into_iter().map(Ok).collect(), proposals: Vec::new() };
        let free = FreeNumbers { accreditation: self.accreditation, badge: self.badge };
        let etag = draft.etag();
        let adoption = adopt(draft.clone(), &etag, items, |_| Vec::new(), &self.cast.adopter, free, now)?;
        let adopter = || (by(&self.cast.adopter), "cec");
        let (subject, action) = (draft.name.to_string(), Action::CreateDecree);
        outcome.events.push(self.event_of(
            tx,
            subject.clone(),
            adopter(),
            action,
            (Deed::DecreeDrafted {}, draft.create_time),
        ));
        for (index, application) in chosen().zip(adoption.applications) {
            let step = Step::Decided { decree: self.decree };
            let deed = moved(step, StateKind::Recommended, &application);
            let (id, action) = (tx.new_event_id(now), Action::AdoptDecree);
            outcome.events.push(course::event(id, &application, adopter().0, action, deed, now));
            outcome.led[index].application = application;
        }
        let decided = u32::try_from(adoption.accreditations.len()).expect("a batch is small");
        let adopted = DecreeAdopted {
            accredited: decided,
            refused: u32::try_from(chosen().count()).expect("small") - decided,
            changed: None,
        };
        outcome.events.push(self.event_of(
            tx,
            subject,
            adopter(),
            Action::AdoptDecree,
            (Deed::DecreeAdopted { adopted }, now),
        ));
        outcome.accreditations = adoption.accreditations;
        outcome.decree = Some((draft, adoption.decree));
        Ok(())
    }

    fn presentation_name(&self) -> PresentationName {
        PresentationName { election: self.election.code.clone(), number: self.presentation }
    }

    /// An event of a list or a decree.
    fn event_of(
        &self,
        tx: &Tx<'_>,
        subject: String,
        (actor, organization): (EventActor, &str),
        action: Action,
        (deed, time): (Deed, Timestamp),
    ) -> Event {
        let organization = organization.parse().expect("the hosts' codes are codes");
        let (log, action) = (LogName::Election(self.election.code.clone()), action.method().to_owned());
        let (id, received, read) = (tx.new_event_id(time), None, None);
        Event { id, log, time, actor, action, subject, organization, deed, received, read }
    }

    async fn write_applications(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        outcome: &Outcome,
    ) -> Result<(), CommandError> {
        for Led { application, .. } in &outcome.led {
            // All of its way at once: the row is still as it was filed.
            if application.version > 1 {
                let before = Stored { version: 1, state: StateKind::Draft };
                let time = application.submit_time.unwrap_or(application.create_time);
                let after = Box::new(application.clone());
                tx.fill(permit, &RowChange::Application { after, before }, time).await?;
            }
        }
        for Led { application, screening, .. } in &outcome.led {
            if let Some(screening) = screening {
                let (of, after) = (application.name.clone(), screening.clone());
                tx.fill(permit, &RowChange::Screening { of, before: 0, after }, application.create_time).await?;
            }
        }
        Ok(())
    }

    async fn write_lists(&self, tx: &mut Tx<'_>, permit: &Permit, outcome: &Outcome) -> Result<(), CommandError> {
        if self.counts.presented > 0 {
            let listed = outcome.led.iter().filter(|led| led.application.place().is_some());
            let new = Presentation {
                name: self.presentation_name(),
                note_number: format!("12-3/{}", self.presentation),
                applications: listed.map(|led| led.application.name.clone()).collect(),
                presented_by: self.cast.officer.principal.clone(),
                create_time: self.moments(&self.planned[0]).presented,
            };
            let time = new.create_time;
            tx.fill(permit, &RowChange::NewPresentation(new), time).await?;
        }
        if let Some((draft, adopted)) = &outcome.decree {
            let (time, before) = (draft.create_time, draft.version);
            tx.fill(permit, &RowChange::NewDecree(draft.clone()), time).await?;
            let listed = Decree { version: before + 1, ..draft.clone() };
            tx.fill(permit, &RowChange::Decree { after: listed, before, list: true }, time).await?;
            let after = Decree { version: before + 2, ..adopted.clone() };
            tx.fill(permit, &RowChange::Decree { after, before: before + 1, list: false }, time).await?;
        }
        for accreditation in &outcome.accreditations {
            let (new, time) = (accreditation.clone(), accreditation.accredit_time);
            tx.fill(permit, &RowChange::NewAccreditation(new), time).await?;
        }
        Ok(())
    }

    /// Writes the events at their positions, and the requests that delegations sent.
    async fn record(&self, tx: &mut Tx<'_>, permit: &Permit, events: Vec<Event>) -> Result<(), CommandError> {
        assert_eq!(events.len() as i64, self.counts.events, "positions are given out by the plan");
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

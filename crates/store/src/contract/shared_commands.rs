//! Commands that several tests use: they create sample data and file
//! applications.

use domain::application::content::Filing;
use domain::application::reference::Reference;
use domain::application::{Application, PaperFiling};
use domain::mission::InvitationState;
use domain::outcome::Event;
use domain::outcome::{EventPayload, Received};
use domain::policy::{Action, Permit};
use domain::rule_pack::{ImportedRulePack, RulePackFile};
use domain::vocabulary::id::EventId;
use domain::vocabulary::log::{EventActor, LogName};
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::role::OrganizationKind;
use domain::vocabulary::state::StateKind;

use crate::contract::fixtures::{ELECTION, election, filing, invitation, mission, move_to_state, now, organization};
use crate::contract::harness::TestStore;
use crate::contract::permits::{delegation, ministry, person, registrar};
use crate::{CommandError, RecordedEvent, StoreError, Tx};

/// The organizations that send missions.
pub const SENDERS: [&str; 3] = ["cis", "osce-odihr", "state-deu"];

command! {
    /// Inserts the built-in rule packs, which elections refer to.
    InsertRulePacks {} -> (), |_this, tx| {
        for file in RulePackFile::built_in() {
            let new = ImportedRulePack { file, import_time: now() };
            tx.insert_rule_pack(&registrar(Action::ImportRulePack), &new).await?;
        }
    }
}
command! {
    /// Creates the commission, the ministry, three organizations with missions,
    /// and two open elections.
    CreateSampleData {} -> (), |_this, tx| {
        let by = registrar(Action::CreateOrganization);
        tx.insert_organization(&by, &organization("cec", OrganizationKind::ElectionCommission)).await?;
        tx.insert_organization(&by, &organization("mfa", OrganizationKind::ForeignMinistry)).await?;
        for sender in SENDERS {
            // Only a state has the prefix in its code.
            let kind = match sender.starts_with("state-") {
                true => OrganizationKind::State,
                false => OrganizationKind::InternationalOrganization,
            };
            tx.insert_organization(&by, &organization(sender, kind)).await?;
        }
        // The second election shows that nothing leaks from one to the other.
        for code in [ELECTION, "kz-2021"] {
            tx.insert_election(&registrar(Action::CreateElection), &election(code).open()).await?;
            for sender in SENDERS {
                let accepted = invitation(code, sender).answer(InvitationState::Accepted, now())?;
                tx.insert_invitation(&ministry(Action::CreateInvitation), &accepted).await?;
                let by = delegation(sender, Action::CreateMission);
                tx.insert_mission(&by, &mission(code, sender)).await?;
            }
        }
    }
}

/// Inserts an application with its first revision.
pub async fn file_draft(
    tx: &mut Tx<'_>,
    by: &Permit,
    name: ApplicationName,
    filing: &Filing,
    paper: Option<PaperFiling>,
) -> Result<Application, StoreError> {
    let salted = tx.salt(filing.clone());
    let reference = Reference::from_number(name.id.0.as_u64_pair().1);
    let new = Application::draft(name, reference, filing.content.category, salted.digest, paper, now());
    tx.insert_application(by, &new).await?;
    tx.insert_revision(by, &new.name, new.revision, &salted, now()).await?;
    Ok(new)
}

/// Gives an application a new revision.
pub async fn revise(
    tx: &mut Tx<'_>,
    by: &Permit,
    before: Application,
    filing: &Filing,
) -> Result<Application, CommandError> {
    let (salted, stored) = (tx.salt(filing.clone()), before.stored());
    let after = before.update(filing.content.category, salted.digest, &election("kz-2019"), now())?;
    tx.insert_revision(by, &after.name, after.revision, &salted, now()).await?;
    tx.update_application(by, &after, stored, now()).await?;
    Ok(after)
}

command! {
    /// Inserts a draft.
    File { name: ApplicationName, filing: Filing } -> Application, |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::CreateApplication);
        file_draft(tx, &by, this.name.clone(), &this.filing, None).await?
    }
}

command! {
    /// Moves a draft to a state, at a position of presentation 1.
    MoveToState { name: ApplicationName, to: StateKind, position: u32 } -> Application, |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let before = tx.application(&by, &this.name).await?;
        let stored = before.stored();
        let changed = move_to_state(before, this.to, this.position)?;
        tx.update_application(&by, &changed, stored, now()).await?;
        changed
    }
}

command! {
    /// Reads the current filing of an application.
    CurrentFiling { of: Application } -> Filing, |this, tx| tx.filing(&this.of).await?
}

command! {
    /// Records an event in a log.
    Record { log: LogName, id: EventId } -> RecordedEvent, |this, tx| {
        tx.record_event(&registrar(Action::CreateElection), event(this.log.clone(), this.id), &[]).await?
    }
}

/// An event. One of its facts needs escaping in JSON.
pub fn event(log: LogName, id: EventId) -> Event {
    Event {
        id,
        log,
        time: now(),
        actor: EventActor::Principal(person("registrar").principal, Some(person("registrar").person)),
        action: Action::CreateElection.method().to_owned(),
        subject: "elections/kz-2019".to_owned(),
        organization: "cec".parse().expect("a code"),
        payload: EventPayload::MissionAnnounced { format: "«\"EOM\"»\n".to_owned(), on_paper: false },
        received: Some(Received { request: [8; 32], certificate: [9; 32] }),
        read: Some("3-abc".to_owned()),
    }
}

impl TestStore {
    /// The store with the sample data.
    pub async fn with_sample_data(self) -> Self {
        self.run_ok(CreateSampleData {}).await;
        self
    }

    /// Files an application of `cis` in the usual election.
    pub async fn file(&self, number: u32) -> Application {
        self.file_for("cis", number).await
    }

    /// Files an application of an organization in the usual election.
    pub async fn file_for(&self, organization: &str, number: u32) -> Application {
        let name = crate::contract::fixtures::application(ELECTION, organization, number);
        self.run_ok(File { name, filing: filing(number) }).await
    }

    /// Files an application of `cis` and moves it to a state. The number is
    /// also its position.
    pub async fn file_and_move(&self, number: u32, to: StateKind) -> Application {
        self.file_for_and_move("cis", number, to).await
    }

    /// Files an application of an organization and moves it to a state.
    pub async fn file_for_and_move(&self, organization: &str, number: u32, to: StateKind) -> Application {
        let name = self.file_for(organization, number).await.name;
        self.run_ok(MoveToState { name, to, position: number }).await
    }
}

//! One cell: a valid call on a fresh resource.

use client::Client;
use domain::vocabulary::role::Role;
use rehearsal::calls::request_id;
use rehearsal::world::{CEC, ELECTION, VOTING_DAY, english};
use stories::{Database, Reach, Scene, ask, at};
use wire::v1::{self, OrganizationKind};

use super::{
    amendment, appeal, application, decision, document, host, mission, registry, retention, run_off, watch_list,
};

/// The answer of a call, of which only the outcome counts.
pub type Answer = Result<(), client::Error>;

/// Whose resource a call names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Own,
    Other,
    Absent,
}

impl Relation {
    pub const ALL: [Self; 3] = [Self::Own, Self::Other, Self::Absent];
}

/// What is there for every call to read.
pub struct Stand {
    pub scene: Scene,
    pub second_reviewer: Client,
    /// An adopted decree over one person of `osce-odihr`, with accreditation 1, and one of `cis`, with accreditation 2.
    pub decree: v1::Decree,
    /// An entry of the watch list that someone matches.
    pub entry: String,
}

impl Stand {
    /// A world with a decree adopted and a foreign commission registered.
    pub async fn set_up(database: Database) -> anyhow::Result<Self> {
        let mut scene = Scene::on(database).await?;
        let kind = OrganizationKind::ForeignElectionCommission;
        scene.world.add_organization("cec-fra", "Election commission", kind, Some("FRA")).await?;
        let mut list = Vec::new();
        for organization in ["osce-odihr", "cis"] {
            list.push(scene.bring(organization, Reach::Recommended).await?.name);
        }
        let decree = scene.decide(list).await?;
        let bytes = documents::sample::page(&["SPECIMEN"]);
        scene.adopter.attach_decree_scan(ask::scan_header(&decree.name, &bytes), bytes.into()).await?;
        let entry = watch_list::entry(&scene).await?;
        Ok(Self { second_reviewer: scene.world.actor(CEC, "reviewer-2"), scene, decree, entry })
    }
}

/// A call to be made.
pub struct Call<'a> {
    pub stand: &'a Stand,
    pub role: Role,
    pub relation: Relation,
    pub caller: Client,
}

impl Call<'_> {
    /// Makes what the call needs, and then the call. What a service's calls keep is not on the stack of all of them.
    pub async fn make(&self, method: &str) -> anyhow::Result<Answer> {
        match method {
            "WhoAmI"
            | "CreateOrganization"
            | "GetOrganization"
            | "ListOrganizations"
            | "SuspendOrganization"
            | "CreatePerson"
            | "GetPerson"
            | "ListPeople"
            | "CreatePrincipal"
            | "ListPrincipals"
            | "DisablePrincipal" => Box::pin(registry::call(self, method)).await,
            "CreateElection" | "OpenElection" | "PostponeElection" | "GetElection" | "ListElections" | "GetTotals"
            | "GetReport" | "ListRegister" | "ListAccessAttempts" | "WatchEvents" | "CreatePresentation"
            | "ReturnApplication" | "GetPresentation" | "ListPresentations" => Box::pin(host::call(self, method)).await,
            "CreateInvitation"
            | "AcceptInvitation"
            | "DeclineInvitation"
            | "GetInvitation"
            | "ListInvitations"
            | "CreateMission"
            | "GetMission"
            | "ListMissions"
            | "UpdateInvitation"
            | "UpdateMission"
            | "WithdrawMission"
            | "UpdateDeploymentPlan"
            | "GetDeploymentPlan" => Box::pin(mission::call(self, method)).await,
            "CreateApplication"
            | "UpdateApplication"
            | "SubmitApplication"
            | "AnswerQuestions"
            | "WithdrawApplication"
            | "GetApplication"
            | "ListApplications" => Box::pin(application::call(self, method)).await,
            "UploadDocument" | "DownloadDocument" | "ListDocuments" | "ListDocumentReads" => {
                Box::pin(document::call(self, method)).await
            }
            "CallRunOff" | "ConfirmAccreditations" => Box::pin(run_off::call(self, method)).await,
            "PublishResults" | "CreateLegalHold" | "ReleaseLegalHold" | "ListLegalHolds" | "ExportSubject" => {
                Box::pin(retention::call(self, method)).await
            }
            "AmendAccreditation" | "WithdrawAmendment" | "GetAmendment" | "ListAmendments" | "DecideAmendment" => {
                Box::pin(amendment::call(self, method)).await
            }
            "FileAppeal" | "GetAppeal" | "ListAppeals" | "DecideAppeal" => Box::pin(appeal::call(self, method)).await,
            "ReplaceWatchList" | "GetWatchListEntry" => Box::pin(watch_list::call(self, method)).await,
            _ => Box::pin(decision::call(self, method)).await,
        }
    }

    pub fn is(&self, relation: Relation) -> bool {
        self.relation == relation
    }

    pub fn is_delegation(&self) -> bool {
        self.role == Role::DelegationSubmitter
    }

    /// The organization whose resources the call names.
    pub fn owner(&self) -> &'static str {
        if self.is_delegation() && self.is(Relation::Other) { "cis" } else { "osce-odihr" }
    }

    /// The election, or one that does not exist.
    pub fn election(&self) -> String {
        if self.is(Relation::Absent) { "elections/no-such-election".to_owned() } else { ask::election() }
    }

    /// `organizations/{owner}`, or one that does not exist.
    pub fn organization(&self) -> String {
        let code = if self.is(Relation::Absent) { "no-such-organization" } else { self.owner() };
        format!("organizations/{code}")
    }

    /// A number that nothing has yet.
    pub fn number(&self) -> u32 {
        self.stand.scene.number()
    }

    /// Someone new: on paper, if a registrar files.
    pub fn someone(&self) -> v1::Application {
        let (scene, registrar) = (&self.stand.scene, self.role == Role::CecRegistrar);
        if registrar { scene.someone_on_paper(at("2019-05-01T00:00:00Z")) } else { scene.someone() }
    }

    /// An application of the owner that has come so far; one that nobody but its delegation knows yet if it is to be
    /// another's than a host's; a registrar's own came on paper, and another's did not; or one that does not exist.
    pub async fn application(&self, reach: Reach) -> anyhow::Result<v1::Application> {
        if self.is(Relation::Absent) {
            return Ok(self.no_application());
        }
        let scene = &self.stand.scene;
        if self.role == Role::CecRegistrar {
            let someone = if self.is(Relation::Other) { scene.someone() } else { self.someone() };
            return scene.bring_as(self.owner(), someone, reach).await;
        }
        let unseen = self.is(Relation::Other) && !self.is_delegation();
        scene.bring(self.owner(), if unseen { Reach::Draft } else { reach }).await
    }

    /// The name of an application that does not exist.
    pub fn no_application(&self) -> v1::Application {
        let name = format!("{}/applications/01964000-0000-7000-8000-000000000000", ask::mission(self.owner()));
        v1::Application { name, etag: "1-1".to_owned(), ..Default::default() }
    }

    /// An application that a reviewer holds: the caller's own claim, or a colleague's if it is to be another's.
    pub async fn claimed(&self, application: v1::Application) -> anyhow::Result<v1::Application> {
        if self.is(Relation::Absent) {
            return Ok(self.no_application());
        }
        let scene = &self.stand.scene;
        let presented = scene.bring_as(self.owner(), application, Reach::Presented).await?;
        let colleague = self.is(Relation::Other) && !self.is_delegation();
        let reviewer = if colleague { &self.stand.second_reviewer } else { &scene.reviewer };
        Ok(reviewer.claim_application(ask::claim(&presented.name)).await?)
    }

    /// A new election that is open, or one that does not exist.
    pub async fn new_election(&self) -> anyhow::Result<String> {
        if self.is(Relation::Absent) {
            return Ok("no-such-election".to_owned());
        }
        let code = format!("{ELECTION}-{}", self.number());
        self.stand.scene.world.open_election(&code, "Another election", VOTING_DAY).await?;
        Ok(code)
    }

    /// Registers an organization that nobody else needs.
    pub async fn new_organization(&self) -> anyhow::Result<v1::Organization> {
        let request = self.organization_to_register();
        Ok(self.stand.scene.registrar.create_organization(request).await?)
    }

    /// An organization that is not registered yet.
    pub fn organization_to_register(&self) -> v1::CreateOrganizationRequest {
        let code = format!("new-{}", self.number());
        v1::CreateOrganizationRequest {
            request_id: request_id(),
            organization: Some(v1::Organization {
                kind: OrganizationKind::ParliamentaryAssembly.into(),
                names: english("A new assembly"),
                trust_domain: format!("{code}.example"),
                anchors: vec![self.stand.scene.world.authority("cis").anchor().to_owned()],
                ..Default::default()
            }),
            organization_id: code,
        }
    }
}

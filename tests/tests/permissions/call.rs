//! Makes the call of one cell. The call is valid and uses a new resource, so that no call depends on another.

use client::Client;
use domain::vocabulary::role::Role;
use rehearsal::calls::request_id;
use rehearsal::world::{CEC, ELECTION, VOTING_DAY, english};
use stories::{Database, Reach, Scene, ask, at};
use wire::v1::{self, OrganizationKind};

use super::{
    amendment, appeal, application, decision, document, host, mission, registry, retention, rule_pack, run_off,
    watch_list,
};

/// The answer of a call, without the resource.
pub type Answer = Result<(), client::Error>;

/// Whose resource a call names: a column of `tests/permissions.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Own,
    Other,
    Absent,
}

impl Relation {
    /// All relations, in the order of the columns.
    pub const ALL: [Self; 3] = [Self::Own, Self::Other, Self::Absent];
}

/// Resources that every call can read.
pub struct Fixture {
    pub scene: Scene,
    pub second_reviewer: Client,
    /// An adopted decree: `osce-odihr` has accreditation 1 in it, and `cis` has accreditation 2.
    pub decree: v1::Decree,
    /// An entry of the watch list that an applicant matches.
    pub entry: String,
}

impl Fixture {
    /// Starts a server with an adopted decree and a registered foreign commission.
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

/// A call to make.
pub struct Call<'a> {
    pub fixture: &'a Fixture,
    pub role: Role,
    pub relation: Relation,
    pub caller: Client,
}

impl Call<'_> {
    /// Creates the resources of a call and makes the call.
    ///
    /// The futures are boxed. Otherwise the stack of every call would hold the state of all of them.
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
            "ImportRulePack" | "GetRulePack" | "ListRulePacks" => Box::pin(rule_pack::call(self, method)).await,
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

    /// Whether the call has this relation.
    pub fn is(&self, relation: Relation) -> bool {
        self.relation == relation
    }

    /// Whether the caller is a delegation and not a host.
    pub fn is_delegation(&self) -> bool {
        self.role == Role::DelegationSubmitter
    }

    /// The organization whose resources the call names.
    pub fn owner(&self) -> &'static str {
        if self.is_delegation() && self.is(Relation::Other) { "cis" } else { "osce-odihr" }
    }

    /// The name of the election, or of one that does not exist.
    pub fn election(&self) -> String {
        if self.is(Relation::Absent) { "elections/no-such-election".to_owned() } else { ask::election() }
    }

    /// The name of the owner, or of an organization that does not exist.
    pub fn organization(&self) -> String {
        let code = if self.is(Relation::Absent) { "no-such-organization" } else { self.owner() };
        format!("organizations/{code}")
    }

    /// A number that no resource has yet.
    pub fn number(&self) -> u32 {
        self.fixture.scene.number()
    }

    /// The contents of a new application. It came on paper if a registrar files it.
    pub fn someone(&self) -> v1::Application {
        let (scene, registrar) = (&self.fixture.scene, self.role == Role::CecRegistrar);
        if registrar { scene.someone_on_paper(at("2019-05-01T00:00:00Z")) } else { scene.someone() }
    }

    /// An application of the owner in a state, or one that does not exist.
    ///
    /// For [`Relation::Other`] a host gets a draft, which only its delegation may see. A registrar gets an application
    /// that came on paper for [`Relation::Own`], and one that did not for [`Relation::Other`].
    pub async fn application(&self, reach: Reach) -> anyhow::Result<v1::Application> {
        if self.is(Relation::Absent) {
            return Ok(self.absent_application());
        }
        let scene = &self.fixture.scene;
        if self.role == Role::CecRegistrar {
            let someone = if self.is(Relation::Other) { scene.someone() } else { self.someone() };
            return scene.bring_as(self.owner(), someone, reach).await;
        }
        let is_hidden = self.is(Relation::Other) && !self.is_delegation();
        scene.bring(self.owner(), if is_hidden { Reach::Draft } else { reach }).await
    }

    /// An application that does not exist.
    pub fn absent_application(&self) -> v1::Application {
        let name = format!("{}/applications/01964000-0000-7000-8000-000000000000", ask::mission(self.owner()));
        v1::Application { name, etag: "1-1".to_owned(), ..Default::default() }
    }

    /// An application that a reviewer has claimed: the caller for [`Relation::Own`], another reviewer for
    /// [`Relation::Other`].
    pub async fn claimed(&self, application: v1::Application) -> anyhow::Result<v1::Application> {
        if self.is(Relation::Absent) {
            return Ok(self.absent_application());
        }
        let scene = &self.fixture.scene;
        let presented = scene.bring_as(self.owner(), application, Reach::Presented).await?;
        let is_of_colleague = self.is(Relation::Other) && !self.is_delegation();
        let reviewer = if is_of_colleague { &self.fixture.second_reviewer } else { &scene.reviewer };
        Ok(reviewer.claim_application(ask::claim(&presented.name)).await?)
    }

    /// The code of a new open election, or of one that does not exist.
    pub async fn new_election(&self) -> anyhow::Result<String> {
        if self.is(Relation::Absent) {
            return Ok("no-such-election".to_owned());
        }
        let code = format!("{ELECTION}-{}", self.number());
        self.fixture.scene.world.open_election(&code, "Another election", VOTING_DAY).await?;
        Ok(code)
    }

    /// Registers an organization that no other call uses.
    pub async fn new_organization(&self) -> anyhow::Result<v1::Organization> {
        let request = self.registration_request();
        Ok(self.fixture.scene.registrar.create_organization(request).await?)
    }

    /// The request that registers a new organization.
    pub fn registration_request(&self) -> v1::CreateOrganizationRequest {
        let code = format!("new-{}", self.number());
        v1::CreateOrganizationRequest {
            request_id: request_id(),
            organization: Some(v1::Organization {
                kind: OrganizationKind::ParliamentaryAssembly.into(),
                names: english("A new assembly"),
                trust_domain: format!("{code}.example"),
                anchors: vec![self.fixture.scene.world.authority("cis").anchor().to_owned()],
                ..Default::default()
            }),
            organization_id: code,
        }
    }
}

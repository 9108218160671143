//! The generated services, each method handed to the file that does it.

use tonic::service::Routes;
use tonic::{Request, Response, Status};
use wire::v1;

use super::{Api, get, list};
use crate::Limits;
use crate::accreditation::{confirm_accreditations, list_accreditations, withdraw_accreditation};
use crate::amendment::{amend_accreditation, amendments, decide_amendment, withdraw_amendment};
use crate::appeal::{decide_appeal, file_appeal};
use crate::application::{
    answer_questions, create_application, list_applications, submit_application, update_application,
    withdraw_application,
};
use crate::decree::{
    add_decree_items, adopt_decree, create_decree, remove_decree_items, render_decree_list, send_back_application,
    update_decree,
};
use crate::deployment::update_deployment_plan;
use crate::election::{call_run_off, create_election, open_election, postpone_election, publish_results};
use crate::mission::{
    accept_invitation, create_invitation, create_mission, decline_invitation, update_invitation, update_mission,
    withdraw_mission,
};
use crate::presentation::{create_presentation, return_application};
use crate::proposal::{propose_change, withdraw_proposal};
use crate::registry::{
    create_organization, create_person, create_principal, disable_principal, suspend_organization, who_am_i,
};
use crate::report::report;
use crate::retention::{create_legal_hold, export_subject, release_legal_hold};
use crate::review::{
    claim_application, claim_next_application, clear_finding, raise_questions, recommend_application,
    recuse_application, release_application, take_over_application,
};

macro_rules! service {
    ($trait:path { $($method:ident($message:ident) -> $answer:ident = $run:ident $by:path;)+ }) => {
        #[tonic::async_trait]
        impl $trait for Api {
            $(async fn $method(&self, request: Request<v1::$message>) -> Result<Response<v1::$answer>, Status> {
                self.$run::<$by>(request).await
            })+
        }
    };
}

service! {
    v1::accreditation_service_server::AccreditationService {
        get_accreditation(GetAccreditationRequest) -> Accreditation = ask get::GetAccreditation;
        list_accreditations(ListAccreditationsRequest) -> ListAccreditationsResponse = ask list_accreditations::ListAccreditations;
        withdraw_accreditation(WithdrawAccreditationRequest) -> Accreditation = mutate withdraw_accreditation::WithdrawAccreditation;
        confirm_accreditations(ConfirmAccreditationsRequest) -> ConfirmAccreditationsResponse = mutate confirm_accreditations::ConfirmAccreditations;
        propose_change(ProposeChangeRequest) -> Proposal = mutate propose_change::ProposeChange;
        withdraw_proposal(WithdrawProposalRequest) -> Proposal = mutate withdraw_proposal::WithdrawProposal;
        get_proposal(GetProposalRequest) -> Proposal = ask get::GetProposal;
        list_proposals(ListProposalsRequest) -> ListProposalsResponse = ask list::ListProposals;
        amend_accreditation(AmendAccreditationRequest) -> Amendment = mutate amend_accreditation::AmendAccreditation;
        withdraw_amendment(WithdrawAmendmentRequest) -> Amendment = mutate withdraw_amendment::WithdrawAmendment;
        get_amendment(GetAmendmentRequest) -> Amendment = ask get::GetAmendment;
        list_amendments(ListAmendmentsRequest) -> ListAmendmentsResponse = ask amendments::ListAmendments;
        decide_amendment(DecideAmendmentRequest) -> Amendment = mutate decide_amendment::DecideAmendment;
    }
}

service! {
    v1::appeal_service_server::AppealService {
        file_appeal(FileAppealRequest) -> Appeal = mutate file_appeal::FileAppeal;
        get_appeal(GetAppealRequest) -> Appeal = ask get::GetAppeal;
        list_appeals(ListAppealsRequest) -> ListAppealsResponse = ask list::ListAppeals;
        decide_appeal(DecideAppealRequest) -> Appeal = mutate decide_appeal::DecideAppeal;
    }
}

service! {
    v1::application_service_server::ApplicationService {
        create_application(CreateApplicationRequest) -> Application = mutate create_application::CreateApplication;
        update_application(UpdateApplicationRequest) -> Application = mutate update_application::UpdateApplication;
        submit_application(SubmitApplicationRequest) -> Application = mutate submit_application::SubmitApplication;
        answer_questions(AnswerQuestionsRequest) -> Application = mutate answer_questions::AnswerQuestions;
        withdraw_application(WithdrawApplicationRequest) -> Application = mutate withdraw_application::WithdrawApplication;
        get_application(GetApplicationRequest) -> Application = ask get::GetApplication;
        list_applications(ListApplicationsRequest) -> ListApplicationsResponse = ask list_applications::ListApplications;
    }
}

service! {
    v1::decree_service_server::DecreeService {
        create_decree(CreateDecreeRequest) -> Decree = mutate create_decree::CreateDecree;
        update_decree(UpdateDecreeRequest) -> Decree = mutate update_decree::UpdateDecree;
        add_decree_items(AddDecreeItemsRequest) -> Decree = mutate add_decree_items::AddDecreeItems;
        remove_decree_items(RemoveDecreeItemsRequest) -> Decree = mutate remove_decree_items::RemoveDecreeItems;
        adopt_decree(AdoptDecreeRequest) -> Decree = mutate adopt_decree::AdoptDecree;
        send_back_application(SendBackApplicationRequest) -> Application = mutate send_back_application::SendBackApplication;
        get_decree(GetDecreeRequest) -> Decree = ask get::GetDecree;
        list_decrees(ListDecreesRequest) -> ListDecreesResponse = ask list::ListDecrees;
        render_decree_list(RenderDecreeListRequest) -> DecreeList = make render_decree_list::RenderDecreeList;
    }
}

service! {
    v1::election_service_server::ElectionService {
        create_election(CreateElectionRequest) -> Election = mutate create_election::CreateElection;
        open_election(OpenElectionRequest) -> Election = mutate open_election::OpenElection;
        postpone_election(PostponeElectionRequest) -> Election = mutate postpone_election::PostponeElection;
        call_run_off(CallRunOffRequest) -> Election = mutate call_run_off::CallRunOff;
        publish_results(PublishResultsRequest) -> Election = mutate publish_results::PublishResults;
        get_election(GetElectionRequest) -> Election = ask get::GetElection;
        list_elections(ListElectionsRequest) -> ListElectionsResponse = ask list::ListElections;
    }
}

service! {
    v1::mission_service_server::MissionService {
        create_invitation(CreateInvitationRequest) -> Invitation = mutate create_invitation::CreateInvitation;
        accept_invitation(AcceptInvitationRequest) -> Invitation = mutate accept_invitation::AcceptInvitation;
        decline_invitation(DeclineInvitationRequest) -> Invitation = mutate decline_invitation::DeclineInvitation;
        get_invitation(GetInvitationRequest) -> Invitation = ask get::GetInvitation;
        list_invitations(ListInvitationsRequest) -> ListInvitationsResponse = ask list::ListInvitations;
        create_mission(CreateMissionRequest) -> Mission = mutate create_mission::CreateMission;
        get_mission(GetMissionRequest) -> Mission = ask get::GetMission;
        list_missions(ListMissionsRequest) -> ListMissionsResponse = ask list::ListMissions;
        update_invitation(UpdateInvitationRequest) -> Invitation = mutate update_invitation::UpdateInvitation;
        update_mission(UpdateMissionRequest) -> Mission = mutate update_mission::UpdateMission;
        withdraw_mission(WithdrawMissionRequest) -> WithdrawMissionResponse = mutate withdraw_mission::WithdrawMission;
        update_deployment_plan(UpdateDeploymentPlanRequest) -> DeploymentPlan = mutate update_deployment_plan::UpdateDeploymentPlan;
        get_deployment_plan(GetDeploymentPlanRequest) -> DeploymentPlan = ask get::GetDeploymentPlan;
    }
}

service! {
    v1::presentation_service_server::PresentationService {
        create_presentation(CreatePresentationRequest) -> Presentation = mutate create_presentation::CreatePresentation;
        return_application(ReturnApplicationRequest) -> Application = mutate return_application::ReturnApplication;
        get_presentation(GetPresentationRequest) -> Presentation = ask get::GetPresentation;
        list_presentations(ListPresentationsRequest) -> ListPresentationsResponse = ask list::ListPresentations;
    }
}

service! {
    v1::registry_service_server::RegistryService {
        who_am_i(WhoAmIRequest) -> Principal = ask who_am_i::WhoAmI;
        create_organization(CreateOrganizationRequest) -> Organization = mutate create_organization::CreateOrganization;
        get_organization(GetOrganizationRequest) -> Organization = ask get::GetOrganization;
        list_organizations(ListOrganizationsRequest) -> ListOrganizationsResponse = ask list::ListOrganizations;
        suspend_organization(SuspendOrganizationRequest) -> Organization = mutate suspend_organization::SuspendOrganization;
        create_person(CreatePersonRequest) -> RegisteredPerson = mutate create_person::CreatePerson;
        get_person(GetPersonRequest) -> RegisteredPerson = ask get::GetPerson;
        list_people(ListPeopleRequest) -> ListPeopleResponse = ask list::ListPeople;
        create_principal(CreatePrincipalRequest) -> Principal = mutate create_principal::CreatePrincipal;
        list_principals(ListPrincipalsRequest) -> ListPrincipalsResponse = ask list::ListPrincipals;
        disable_principal(DisablePrincipalRequest) -> Principal = mutate disable_principal::DisablePrincipal;
    }
}

service! {
    v1::report_service_server::ReportService {
        get_totals(GetTotalsRequest) -> Totals = ask report::GetTotals;
        get_report(GetReportRequest) -> Report = ask report::GetReport;
        list_register(ListRegisterRequest) -> ListRegisterResponse = ask report::ListRegister;
        list_access_attempts(ListAccessAttemptsRequest) -> ListAccessAttemptsResponse = ask report::ListAccessAttempts;
    }
}

service! {
    v1::retention_service_server::RetentionService {
        create_legal_hold(CreateLegalHoldRequest) -> LegalHold = mutate create_legal_hold::CreateLegalHold;
        release_legal_hold(ReleaseLegalHoldRequest) -> LegalHold = mutate release_legal_hold::ReleaseLegalHold;
        list_legal_holds(ListLegalHoldsRequest) -> ListLegalHoldsResponse = ask list::ListLegalHolds;
        export_subject(ExportSubjectRequest) -> SubjectExport = disclose export_subject::ExportSubject;
    }
}

service! {
    v1::review_service_server::ReviewService {
        claim_next_application(ClaimNextApplicationRequest) -> Application = mutate claim_next_application::ClaimNextApplication;
        claim_application(ClaimApplicationRequest) -> Application = mutate claim_application::ClaimApplication;
        raise_questions(RaiseQuestionsRequest) -> Application = mutate raise_questions::RaiseQuestions;
        clear_finding(ClearFindingRequest) -> Application = mutate clear_finding::ClearFinding;
        recommend_application(RecommendApplicationRequest) -> Application = mutate recommend_application::RecommendApplication;
        release_application(ReleaseApplicationRequest) -> Application = mutate release_application::ReleaseApplication;
        take_over_application(TakeOverApplicationRequest) -> Application = mutate take_over_application::TakeOverApplication;
        recuse_application(RecuseApplicationRequest) -> Application = mutate recuse_application::RecuseApplication;
    }
}

impl Api {
    /// Every service, each with the limit on what it reads.
    pub(crate) fn routes(&self, limits: &Limits) -> Routes {
        let size = limits.max_message_bytes as usize;
        let mut routes = Routes::builder();
        routes.add_service(
            v1::accreditation_service_server::AccreditationServiceServer::new(self.clone())
                .max_decoding_message_size(size),
        );
        routes.add_service(
            v1::appeal_service_server::AppealServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::application_service_server::ApplicationServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::decree_service_server::DecreeServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::decree_scan_service_server::DecreeScanServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::document_service_server::DocumentServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::election_service_server::ElectionServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::mission_service_server::MissionServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::presentation_service_server::PresentationServiceServer::new(self.clone())
                .max_decoding_message_size(size),
        );
        routes.add_service(
            v1::registry_service_server::RegistryServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::report_service_server::ReportServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::retention_service_server::RetentionServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::review_service_server::ReviewServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.add_service(
            v1::transparency_service_server::TransparencyServiceServer::new(self.clone())
                .max_decoding_message_size(size),
        );
        routes.add_service(
            v1::watch_list_service_server::WatchListServiceServer::new(self.clone()).max_decoding_message_size(size),
        );
        routes.routes()
    }
}

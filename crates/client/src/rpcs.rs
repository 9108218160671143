//! One method per RPC.

use wire::v1;

use crate::{Client, Error};

/// The longest answer taken: a page of 1,000 applications fits many times.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

macro_rules! rpcs {
    ($($module:ident::$stub:ident {$( $rpc:ident($request:ident) -> $answer:ident; )+})+) => {
        impl Client {$($(
            #[doc = concat!("`", stringify!($stub), ".", stringify!($rpc), "`; the proto says who may and what it refuses.")]
            ///
            /// # Errors
            ///
            /// The server's refusal, or why it could not be asked.
            pub async fn $rpc(&self, request: v1::$request) -> Result<v1::$answer, Error> {
                self.call(request, |channel, request| async move {
                    let stub = v1::$module::$stub::new(channel);
                    stub.max_decoding_message_size(MAX_ANSWER_BYTES).$rpc(request).await
                })
                .await
            }
        )+)+}
    };
}

rpcs! {
    registry_service_client::RegistryServiceClient {
        who_am_i(WhoAmIRequest) -> Principal;
        create_organization(CreateOrganizationRequest) -> Organization;
        get_organization(GetOrganizationRequest) -> Organization;
        list_organizations(ListOrganizationsRequest) -> ListOrganizationsResponse;
        suspend_organization(SuspendOrganizationRequest) -> Organization;
        create_person(CreatePersonRequest) -> RegisteredPerson;
        get_person(GetPersonRequest) -> RegisteredPerson;
        list_people(ListPeopleRequest) -> ListPeopleResponse;
        create_principal(CreatePrincipalRequest) -> Principal;
        list_principals(ListPrincipalsRequest) -> ListPrincipalsResponse;
        disable_principal(DisablePrincipalRequest) -> Principal;
    }
    election_service_client::ElectionServiceClient {
        create_election(CreateElectionRequest) -> Election;
        open_election(OpenElectionRequest) -> Election;
        postpone_election(PostponeElectionRequest) -> Election;
        call_run_off(CallRunOffRequest) -> Election;
        publish_results(PublishResultsRequest) -> Election;
        get_election(GetElectionRequest) -> Election;
        list_elections(ListElectionsRequest) -> ListElectionsResponse;
    }
    mission_service_client::MissionServiceClient {
        create_invitation(CreateInvitationRequest) -> Invitation;
        accept_invitation(AcceptInvitationRequest) -> Invitation;
        decline_invitation(DeclineInvitationRequest) -> Invitation;
        get_invitation(GetInvitationRequest) -> Invitation;
        list_invitations(ListInvitationsRequest) -> ListInvitationsResponse;
        create_mission(CreateMissionRequest) -> Mission;
        get_mission(GetMissionRequest) -> Mission;
        list_missions(ListMissionsRequest) -> ListMissionsResponse;
        update_invitation(UpdateInvitationRequest) -> Invitation;
        update_mission(UpdateMissionRequest) -> Mission;
        withdraw_mission(WithdrawMissionRequest) -> WithdrawMissionResponse;
        update_deployment_plan(UpdateDeploymentPlanRequest) -> DeploymentPlan;
        get_deployment_plan(GetDeploymentPlanRequest) -> DeploymentPlan;
    }
    application_service_client::ApplicationServiceClient {
        create_application(CreateApplicationRequest) -> Application;
        update_application(UpdateApplicationRequest) -> Application;
        submit_application(SubmitApplicationRequest) -> Application;
        answer_questions(AnswerQuestionsRequest) -> Application;
        withdraw_application(WithdrawApplicationRequest) -> Application;
        get_application(GetApplicationRequest) -> Application;
        list_applications(ListApplicationsRequest) -> ListApplicationsResponse;
    }
    document_service_client::DocumentServiceClient {
        list_documents(ListDocumentsRequest) -> ListDocumentsResponse;
        list_document_reads(ListDocumentReadsRequest) -> ListDocumentReadsResponse;
    }
    presentation_service_client::PresentationServiceClient {
        create_presentation(CreatePresentationRequest) -> Presentation;
        return_application(ReturnApplicationRequest) -> Application;
        get_presentation(GetPresentationRequest) -> Presentation;
        list_presentations(ListPresentationsRequest) -> ListPresentationsResponse;
    }
    review_service_client::ReviewServiceClient {
        claim_next_application(ClaimNextApplicationRequest) -> Application;
        claim_application(ClaimApplicationRequest) -> Application;
        raise_questions(RaiseQuestionsRequest) -> Application;
        clear_finding(ClearFindingRequest) -> Application;
        recommend_application(RecommendApplicationRequest) -> Application;
        release_application(ReleaseApplicationRequest) -> Application;
        take_over_application(TakeOverApplicationRequest) -> Application;
        recuse_application(RecuseApplicationRequest) -> Application;
    }
    watch_list_service_client::WatchListServiceClient {
        get_watch_list_entry(GetWatchListEntryRequest) -> WatchListEntry;
    }
    decree_service_client::DecreeServiceClient {
        create_decree(CreateDecreeRequest) -> Decree;
        update_decree(UpdateDecreeRequest) -> Decree;
        add_decree_items(AddDecreeItemsRequest) -> Decree;
        remove_decree_items(RemoveDecreeItemsRequest) -> Decree;
        adopt_decree(AdoptDecreeRequest) -> Decree;
        send_back_application(SendBackApplicationRequest) -> Application;
        get_decree(GetDecreeRequest) -> Decree;
        list_decrees(ListDecreesRequest) -> ListDecreesResponse;
        render_decree_list(RenderDecreeListRequest) -> DecreeList;
    }
    accreditation_service_client::AccreditationServiceClient {
        get_accreditation(GetAccreditationRequest) -> Accreditation;
        list_accreditations(ListAccreditationsRequest) -> ListAccreditationsResponse;
        withdraw_accreditation(WithdrawAccreditationRequest) -> Accreditation;
        confirm_accreditations(ConfirmAccreditationsRequest) -> ConfirmAccreditationsResponse;
        propose_change(ProposeChangeRequest) -> Proposal;
        withdraw_proposal(WithdrawProposalRequest) -> Proposal;
        get_proposal(GetProposalRequest) -> Proposal;
        list_proposals(ListProposalsRequest) -> ListProposalsResponse;
        amend_accreditation(AmendAccreditationRequest) -> Amendment;
        withdraw_amendment(WithdrawAmendmentRequest) -> Amendment;
        get_amendment(GetAmendmentRequest) -> Amendment;
        list_amendments(ListAmendmentsRequest) -> ListAmendmentsResponse;
        decide_amendment(DecideAmendmentRequest) -> Amendment;
    }
    appeal_service_client::AppealServiceClient {
        file_appeal(FileAppealRequest) -> Appeal;
        get_appeal(GetAppealRequest) -> Appeal;
        list_appeals(ListAppealsRequest) -> ListAppealsResponse;
        decide_appeal(DecideAppealRequest) -> Appeal;
    }
    retention_service_client::RetentionServiceClient {
        create_legal_hold(CreateLegalHoldRequest) -> LegalHold;
        release_legal_hold(ReleaseLegalHoldRequest) -> LegalHold;
        list_legal_holds(ListLegalHoldsRequest) -> ListLegalHoldsResponse;
        export_subject(ExportSubjectRequest) -> SubjectExport;
    }
    report_service_client::ReportServiceClient {
        get_totals(GetTotalsRequest) -> Totals;
        get_report(GetReportRequest) -> Report;
        list_register(ListRegisterRequest) -> ListRegisterResponse;
        list_access_attempts(ListAccessAttemptsRequest) -> ListAccessAttemptsResponse;
    }
}

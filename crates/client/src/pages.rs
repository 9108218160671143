//! Reads whole lists, page after page.

use wire::v1;

use crate::{Client, Error};

/// The largest page size that the service accepts.
const MAX_PAGE_SIZE: i32 = 1000;

/// Makes a method for each list RPC that reads all pages. Callers that forget a page would get a wrong list.
macro_rules! pages {
    ($( $all:ident($list:ident, $request:ident) -> $field:ident: $item:ident; )+) => {
        impl Client {$(
            #[doc = concat!("The items of all pages of `", stringify!($list), "`, from the request's page token on.")]
            ///
            /// # Errors
            ///
            /// Fails if any page cannot be read. Items of earlier pages are then dropped, because a partial list
            /// misleads.
            pub async fn $all(&self, mut request: v1::$request) -> Result<Vec<v1::$item>, Error> {
                if request.page_size == 0 {
                    request.page_size = MAX_PAGE_SIZE;
                }
                let mut all = Vec::new();
                loop {
                    let page = self.$list(request.clone()).await?;
                    all.extend(page.$field);
                    if page.next_page_token.is_empty() {
                        return Ok(all);
                    }
                    request.page_token = page.next_page_token;
                }
            }
        )+}
    };
}

pages! {
    all_organizations(list_organizations, ListOrganizationsRequest) -> organizations: Organization;
    all_people(list_people, ListPeopleRequest) -> people: RegisteredPerson;
    all_principals(list_principals, ListPrincipalsRequest) -> principals: Principal;
    all_rule_packs(list_rule_packs, ListRulePacksRequest) -> rule_packs: RulePack;
    all_elections(list_elections, ListElectionsRequest) -> elections: Election;
    all_invitations(list_invitations, ListInvitationsRequest) -> invitations: Invitation;
    all_missions(list_missions, ListMissionsRequest) -> missions: Mission;
    all_applications(list_applications, ListApplicationsRequest) -> applications: Application;
    all_presentations(list_presentations, ListPresentationsRequest) -> presentations: Presentation;
    all_decrees(list_decrees, ListDecreesRequest) -> decrees: Decree;
    all_accreditations(list_accreditations, ListAccreditationsRequest) -> accreditations: Accreditation;
    all_amendments(list_amendments, ListAmendmentsRequest) -> amendments: Amendment;
    all_appeals(list_appeals, ListAppealsRequest) -> appeals: Appeal;
    all_proposals(list_proposals, ListProposalsRequest) -> proposals: Proposal;
    all_document_reads(list_document_reads, ListDocumentReadsRequest) -> document_reads: DocumentRead;
    all_legal_holds(list_legal_holds, ListLegalHoldsRequest) -> legal_holds: LegalHold;
    all_register(list_register, ListRegisterRequest) -> entries: RegisterEntry;
    all_access_attempts(list_access_attempts, ListAccessAttemptsRequest) -> access_attempts: AccessAttempt;
}

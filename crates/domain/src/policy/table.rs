//! The table: one row per method. `tests/permissions.csv` holds the same as a reviewed file and drives real calls by it.

use crate::vocabulary::role::Role;

/// Who may read a row's resources, or do what it says.
enum Who {
    Everyone,
    Roles(&'static [Role]),
}

/// Whether an action changes anything, and whether only a human may do it.
#[derive(PartialEq, Eq)]
enum Effect {
    Reads,
    Changes,
    Decides,
}

macro_rules! table {
    ($($action:ident $service:literal $who:expr, $effect:ident;)+) => {
        /// What a caller can do: one action for each method of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each is the method of that name, documented in proto/")]
        pub enum Action {
            $($action,)+
            /// What the service itself does when a moment has passed; no method, and no role has it.
            Tick,
        }

        impl Action {
            /// Every action that is a method.
            pub const ALL: [Self; [$(stringify!($action)),+].len()] = [$(Self::$action),+];

            /// `Service/Method`, as in `ApplicationService/GetApplication`.
            pub const fn method(self) -> &'static str {
                match self {
                    $(Self::$action => concat!($service, "/", stringify!($action)),)+
                    Self::Tick => "Tick",
                }
            }

            fn row(self) -> (Who, Effect) {
                match self {
                    $(Self::$action => ($who, Effect::$effect),)+
                    Self::Tick => (Who::Roles(&[]), Effect::Changes),
                }
            }
        }
    };
}

use Role::{Auditor, CecAdopter, CecRegistrar, CecReviewer, DelegationSubmitter, MfaOfficer, Operator};
use Who::{Everyone, Roles};

/// Hands every method to a macro: its name, its service, who may call it and what it does. The one list of the methods in
/// Rust: whatever needs one for each method takes it from here.
#[macro_export]
macro_rules! for_each_method {
    ($callback:ident) => {
        $callback! {
            WhoAmI "RegistryService" Everyone, Reads;
            CreateOrganization "RegistryService" Roles(&[CecRegistrar]), Decides;
            GetOrganization "RegistryService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor, Operator]), Reads;
            ListOrganizations "RegistryService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor, Operator]), Reads;
            SuspendOrganization "RegistryService" Roles(&[CecRegistrar]), Decides;
            CreatePerson "RegistryService" Roles(&[CecRegistrar]), Decides;
            GetPerson "RegistryService" Roles(&[CecRegistrar, Auditor]), Reads;
            ListPeople "RegistryService" Roles(&[CecRegistrar, Auditor]), Reads;
            CreatePrincipal "RegistryService" Roles(&[CecRegistrar]), Decides;
            ListPrincipals "RegistryService" Roles(&[DelegationSubmitter, CecReviewer, CecAdopter, CecRegistrar, Auditor, Operator]), Reads;
            DisablePrincipal "RegistryService" Roles(&[CecRegistrar]), Decides;
            ImportRulePack "RulePackService" Roles(&[CecRegistrar]), Decides;
            GetRulePack "RulePackService" Everyone, Reads;
            ListRulePacks "RulePackService" Everyone, Reads;
            CreateElection "ElectionService" Roles(&[CecRegistrar]), Decides;
            OpenElection "ElectionService" Roles(&[CecRegistrar]), Decides;
            PostponeElection "ElectionService" Roles(&[CecRegistrar]), Decides;
            CallRunOff "ElectionService" Roles(&[CecRegistrar]), Decides;
            PublishResults "ElectionService" Roles(&[CecRegistrar]), Decides;
            GetElection "ElectionService" Everyone, Reads;
            ListElections "ElectionService" Everyone, Reads;
            CreateInvitation "MissionService" Roles(&[MfaOfficer, CecRegistrar]), Decides;
            AcceptInvitation "MissionService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            DeclineInvitation "MissionService" Roles(&[DelegationSubmitter]), Changes;
            GetInvitation "MissionService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListInvitations "MissionService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            CreateMission "MissionService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            GetMission "MissionService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListMissions "MissionService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            UpdateInvitation "MissionService" Roles(&[MfaOfficer, CecRegistrar]), Decides;
            UpdateMission "MissionService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            WithdrawMission "MissionService" Roles(&[DelegationSubmitter]), Changes;
            UpdateDeploymentPlan "MissionService" Roles(&[DelegationSubmitter]), Changes;
            GetDeploymentPlan "MissionService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            CreateApplication "ApplicationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            UpdateApplication "ApplicationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            SubmitApplication "ApplicationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            AnswerQuestions "ApplicationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            WithdrawApplication "ApplicationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            GetApplication "ApplicationService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListApplications "ApplicationService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            UploadDocument "DocumentService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            DownloadDocument "DocumentService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter]), Changes;
            ListDocuments "DocumentService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListDocumentReads "DocumentService" Roles(&[Auditor]), Reads;
            CreatePresentation "PresentationService" Roles(&[MfaOfficer]), Decides;
            ReturnApplication "PresentationService" Roles(&[MfaOfficer]), Decides;
            GetPresentation "PresentationService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListPresentations "PresentationService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ClaimNextApplication "ReviewService" Roles(&[CecReviewer]), Decides;
            ClaimApplication "ReviewService" Roles(&[CecReviewer]), Decides;
            RaiseQuestions "ReviewService" Roles(&[CecReviewer]), Decides;
            ClearFinding "ReviewService" Roles(&[CecReviewer]), Decides;
            RecommendApplication "ReviewService" Roles(&[CecReviewer]), Decides;
            ReleaseApplication "ReviewService" Roles(&[CecReviewer]), Decides;
            TakeOverApplication "ReviewService" Roles(&[CecReviewer]), Decides;
            RecuseApplication "ReviewService" Roles(&[CecReviewer, CecAdopter]), Decides;
            ReplaceWatchList "WatchListService" Roles(&[CecRegistrar]), Decides;
            GetWatchListEntry "WatchListService" Roles(&[CecReviewer, CecAdopter, CecRegistrar]), Reads;
            CreateDecree "DecreeService" Roles(&[CecAdopter]), Decides;
            UpdateDecree "DecreeService" Roles(&[CecAdopter]), Decides;
            AddDecreeItems "DecreeService" Roles(&[CecAdopter]), Decides;
            RemoveDecreeItems "DecreeService" Roles(&[CecAdopter]), Decides;
            AdoptDecree "DecreeService" Roles(&[CecAdopter]), Decides;
            SendBackApplication "DecreeService" Roles(&[CecAdopter]), Decides;
            GetDecree "DecreeService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListDecrees "DecreeService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            RenderDecreeList "DecreeService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            AttachDecreeScan "DecreeScanService" Roles(&[CecAdopter]), Decides;
            DownloadDecreeScan "DecreeScanService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            GetAccreditation "AccreditationService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListAccreditations "AccreditationService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            WithdrawAccreditation "AccreditationService" Roles(&[DelegationSubmitter]), Changes;
            ConfirmAccreditations "AccreditationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            ProposeChange "AccreditationService" Roles(&[CecReviewer]), Decides;
            WithdrawProposal "AccreditationService" Roles(&[CecReviewer, CecAdopter]), Decides;
            GetProposal "AccreditationService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            ListProposals "AccreditationService" Roles(&[MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            WatchEvents "TransparencyService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            AmendAccreditation "AccreditationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            WithdrawAmendment "AccreditationService" Roles(&[DelegationSubmitter, CecRegistrar]), Changes;
            GetAmendment "AccreditationService" Roles(&[DelegationSubmitter, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            ListAmendments "AccreditationService" Roles(&[DelegationSubmitter, CecReviewer, CecAdopter, CecRegistrar, Auditor]), Reads;
            DecideAmendment "AccreditationService" Roles(&[CecReviewer]), Decides;
            FileAppeal "AppealService" Roles(&[DelegationSubmitter]), Changes;
            GetAppeal "AppealService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            ListAppeals "AppealService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, Auditor]), Reads;
            DecideAppeal "AppealService" Roles(&[CecReviewer]), Decides;
            CreateLegalHold "RetentionService" Roles(&[CecRegistrar]), Decides;
            ReleaseLegalHold "RetentionService" Roles(&[CecRegistrar]), Decides;
            ListLegalHolds "RetentionService" Roles(&[CecRegistrar, Auditor]), Reads;
            ExportSubject "RetentionService" Roles(&[CecRegistrar]), Decides;
            GetTotals "ReportService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor, Operator]), Reads;
            GetReport "ReportService" Roles(&[DelegationSubmitter, MfaOfficer, CecReviewer, CecAdopter, CecRegistrar, Auditor, Operator]), Reads;
            ListRegister "ReportService" Everyone, Reads;
            ListAccessAttempts "ReportService" Roles(&[Auditor]), Reads;
        }
    };
}

for_each_method!(table);

impl Action {
    /// The roles that may.
    pub fn roles(self) -> &'static [Role] {
        match self.row().0 {
            Who::Everyone => &Role::ALL,
            Who::Roles(roles) => roles,
        }
    }

    /// Whether only a human may.
    pub fn wants_person(self) -> bool {
        self.row().1 == Effect::Decides
    }

    /// Whether it changes anything.
    pub fn is_mutation(self) -> bool {
        self.row().1 != Effect::Reads
    }

    /// The action of a method, given as `Service/Method`.
    pub fn find(method: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.method() == method)
    }
}

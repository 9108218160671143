//! `Debug` for messages with personal data: it names the type and nothing in it.

use std::fmt;

use crate::v1;

macro_rules! redacted {
    ($($message:ty),+) => {$(
        impl fmt::Debug for $message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($message), " { [personal data] }"))
            }
        }
    )+};
}

redacted!(
    v1::Person,
    v1::RegisteredPerson,
    v1::Passport,
    v1::Question,
    v1::Answer,
    v1::WatchListEntry,
    v1::UploadDocumentRequest,
    v1::DownloadDocumentResponse,
    v1::DecreeList,
    v1::AttachDecreeScanRequest,
    v1::DownloadDecreeScanResponse,
    v1::LegalHold,
    v1::CreateLegalHoldRequest,
    v1::ReleaseLegalHoldRequest,
    v1::ExportSubjectRequest,
    v1::SubjectEvent,
    v1::Accreditation,
    v1::WithdrawAccreditationRequest,
    v1::Mission,
    v1::WithdrawMissionRequest,
    v1::Proposal,
    v1::ProposeChangeRequest,
    v1::Amendment,
    v1::AmendAccreditationRequest,
    v1::DecideAmendmentRequest,
    v1::Appeal,
    v1::FileAppealRequest,
    v1::DecideAppealRequest,
    v1::WithdrawProposalRequest
);

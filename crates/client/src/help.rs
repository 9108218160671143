//! What to do about an error: one or two sentences for every reason that the service gives.
//!
//! People read them below the error itself, so they do not repeat what went wrong. `docs/errors.md` has more on each.

use crate::Error;

/// The service does not say why it refuses a certificate, so all causes are listed.
const CERTIFICATE_REFUSED: &str = "Check that the certificate is in date, was issued by the authority that the \
    commission registered for your organization (the same name signed by another authority is refused), and carries \
    exactly one URI, spiffe://<your trust domain>/<principal>. Ask the commission's registrar whether the organization \
    is suspended. The server's log names the cause.";

/// What to do about an error, if that is known.
pub(crate) fn for_error(error: &Error) -> Option<&'static str> {
    match error {
        Error::Refused(_) => for_decided_application(error).or_else(|| error.reason().and_then(for_reason)),
        Error::CertificateRefused { .. } => Some(CERTIFICATE_REFUSED),
        Error::ServerUntrusted { .. } => Some(
            "Check the address, and that server_ca is the authority that the commission published for the service. Do \
             not continue otherwise: somebody may be intercepting the connection.",
        ),
        Error::Unreachable { .. } => Some(
            "Check the address and the network, and try again. The change may have been made already, so repeat it \
             with the same request id.",
        ),
        Error::Deadline { .. } => Some(
            "The change may have been made already, so repeat it with the same request id. The service does nothing \
             twice.",
        ),
        Error::Local { .. } => {
            Some("Check the profile: the address, the paths of the PEM files, and who may read these files.")
        }
    }
}

/// What to do instead of an action on an application that is decided.
///
/// The states of the error would not help: the delegation's remaining actions are those of another resource.
fn for_decided_application(error: &Error) -> Option<&'static str> {
    let fact = |key| error.metadata().get(key).map(String::as_str);
    match (error.reason()?, fact("state")?, fact("verb")?) {
        ("ILLEGAL_TRANSITION", "ACCREDITED", "withdraw") => Some(
            "As its delegation, withdraw the accreditation with `accreditation withdraw`. `application show` gives the \
             accreditation's name.",
        ),
        ("ILLEGAL_TRANSITION", "REFUSED", _) => {
            Some("As its delegation, appeal against the refusal with `appeal file`.")
        }
        _ => None,
    }
}

/// What to do about a reason of the service.
fn for_reason(reason: &str) -> Option<&'static str> {
    for_request(reason).or_else(|| for_permission(reason)).or_else(|| for_state(reason))
}

/// Reasons that concern the request itself.
fn for_request(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "INVALID_REQUEST" => "Correct the named fields, and send the request again.",
        "GROUND_REQUIRED" => {
            "Give a refusal a ground of the rule pack and a text, and give a recommendation to accredit neither."
        }
        "UNKNOWN_GROUND" => "Use the code of one of the election's grounds, such as incomplete-documents.",
        "UNKNOWN_RULE_PACK" => {
            "List the rule packs with `rule-pack list`. Import a new one with `rule-pack import` first."
        }
        "INVALID_RULE_PACK" => "Correct the named values in the file, and import it again.",
        "INVALID_ANCHOR" => "Give the organization's authority as a PEM certificate that may sign certificates.",
        "ROLE_NOT_FOR_KIND" => "Give the principal only roles that its kind of organization can have.",
        "PERSON_NOT_REGISTERED" => {
            "Look for the person with `person list`. Register a new person with `person create` first."
        }
        "INVALID_PAGE_TOKEN" => "Start the list again from its first page.",
        "INVALID_CURSOR" => "Follow without a cursor: this one belongs to another log, organization or master key.",
        "CURSOR_EXPIRED" => {
            "The service was restored to an earlier state. Follow without a cursor, and compare with what you have."
        }
        "TOO_MANY_WATCHES" => "Close one of your organization's watches first.",
        "INVALID_FILTER" => "Write the filter as terms `field = VALUE` joined by AND.",
        "REQUEST_ID_REUSED" => "That request id was used for another request; take a new one.",
        "COUNT_MISMATCH" => "Compare the list with the note: they have different numbers of people.",
        "ALREADY_EXISTS" => "Read the resource that has this code or number, or choose another one.",
        "NOT_FOUND" => "Check the name. A resource of another organization gives the same error as a missing one.",
        "QUEUE_EMPTY" => "No application waits for review. Try again after the ministry's next presentation.",
        _ => return None,
    })
}

/// Reasons that concern who calls.
fn for_permission(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "ROLE_REQUIRED" => "Use the certificate of a principal that has the role; `whoami` shows your roles.",
        "PERSON_REQUIRED" => "Only a person may decide: use the certificate of a principal of kind PERSON.",
        "FOUR_EYES" => {
            "Ask another person to do it. Nobody may decide on what they entered from paper or are recused from, or \
             adopt what they recommended or proposed."
        }
        "NOT_INVITED" => {
            "Your organization has no invitation to this election. Ask the ministry or the commission for one."
        }
        "WRONG_INVITER" => "The ministry invites organizations and states, the commission invites foreign commissions.",
        "NOT_YOUR_CLAIM" => {
            "Claim the application first. Your claim may have expired, or another reviewer has claimed it."
        }
        "UNKNOWN_PRINCIPAL" => {
            "The certificate is valid, but its principal is not registered. Ask the commission's registrar about it."
        }
        "PRINCIPAL_DISABLED" => "This principal is disabled. Ask the commission's registrar about it.",
        "ORGANIZATION_SUSPENDED" => "The organization is suspended. Ask the commission's registrar about it.",
        _ => return None,
    })
}

/// Reasons that concern the state of the service or of a resource.
fn for_state(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "ETAG_MISMATCH" => {
            "The resource has changed since you read it. Read it again, then decide whether to repeat the change."
        }
        "ILLEGAL_TRANSITION" => "Read the resource: its state allows other verbs only.",
        "ELECTION_NOT_OPEN" => "The commission's registrar must open the election first.",
        "VOTING_BEGAN" => "Voting day has begun, so the election can no longer be postponed. Read the election.",
        "VOTING_NOT_BEGUN" => "A run-off can be called once voting day has begun. Before that, postpone the election.",
        "RESULTS_PUBLISHED" => "The results are published, so no run-off can be called any more. Read the election.",
        "NOTHING_TO_CONFIRM" => "Read the election: its schedule and run_off say whether accreditations are confirmed.",
        "INVITATION_NOT_ACCEPTED" => "Accept the invitation first.",
        "INVITATION_ANSWERED" => "The invitation has an answer already. Read the invitation to see it.",
        "MISSION_MISSING" => "Announce the mission first.",
        "MISSION_WITHDRAWN" => {
            "The whole mission was withdrawn, which cannot be undone. Read the mission to see when and by which note."
        }
        "SUBMISSION_CUTOFF_PASSED" => {
            "It is too late to submit, and applications that were not submitted lapse. Ask the ministry."
        }
        "PRESENTATION_CUTOFF_PASSED" => {
            "It is too late to present, and applications that were not presented lapse. Ask the commission."
        }
        "DOCUMENTS_MISSING" => "Declare the named documents, and submit the application again.",
        "DOCUMENTS_NOT_UPLOADED" => "Upload the named documents as they are declared, and send the request again.",
        "UNACCEPTABLE_DOCUMENT" => "Correct the file as described, declare the new file, and upload it.",
        "DIGEST_MISMATCH" => "Declare the SHA-256 and the size of the file that you upload, and upload it again.",
        "TOO_MANY_AMENDMENTS" => "Withdraw the accreditation, and file a replacement.",
        "TOO_MANY_DOCUMENTS" => "Use one of the uploaded documents, or withdraw the application and file a new one.",
        "DOCUMENT_ERASED" => "The document was erased, and nobody can read it. The register says who was accredited.",
        "QUOTA_EXCEEDED" => {
            "The invitation allows no more people of that category. Withdraw one, or ask the inviting side for more."
        }
        "INVALID_PLAN" => "Correct every named field, and send the whole plan again: nothing of it was stored.",
        "BLOCKING_FINDINGS" => {
            "Clear each blocking finding with a reason, or recommend a refusal. Accept an amendment with a reason, or \
             decline it."
        }
        "SCREENING_PENDING" => "The automatic checks finish within moments. Try again after a second.",
        "QUESTIONS_UNANSWERED" => "Answer every question that the commission asked.",
        "ITEMS_NOT_READY" => {
            "Remove or correct the named items, and send the list again: nothing was done with any of them."
        }
        "DECREE_ADOPTED" => "An adopted decree cannot be changed. Draft another one.",
        "DECREE_NOT_ADOPTED" => "Adopt the decree first: only a signed decree has a scan.",
        "DECREE_EMPTY" => "Add recommended applications or open proposals to the decree first.",
        "NOTHING_TO_APPEAL" => {
            "Only a refusal, a revocation or an annulment can be appealed. Read the application's state."
        }
        "NOT_AMENDABLE" => {
            "Leave the named fields as they are or add them, as the error says, or file a new application."
        }
        "AMENDMENT_CLOSED" => "Read the amendment to see how it was closed. File another one for what is still wrong.",
        "APPEAL_DECIDED" => "Read the appeal to see its decision, which is final.",
        "PROPOSAL_CLOSED" => "Read the proposal to see who withdrew it, or which decree carried it out.",
        "ACCREDITATION_ENDED" => "The accreditation has ended, and its badge is void. Read it to see how and when.",
        "ERASED" => {
            "The retention period is over, and the personal data was erased. The rest can be read, but not changed."
        }
        "HOLD_RELEASED" => "The hold was released. Create another one if the data must still be kept.",
        "NO_SUCH_FINDING" => "Read the application: it has no open finding with that code.",
        "OUTCOME_UNKNOWN" => "The change may have been made already, so repeat it with the same request id.",
        "STREAM_ENDED" => "Follow again from the last cursor; no event is lost.",
        "TRANSFER_TOO_SLOW" => {
            "Send fewer documents at once, or smaller ones: a scan of a page needs no more than 4 MiB."
        }
        "BUSY" => "The server is overloaded. Try again in a few seconds.",
        "DEADLINE_EXCEEDED" => "The change may have been made already, so repeat it with the same request id.",
        "INTERNAL" => "The server has a fault. Tell its operator the time at which it happened.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tonic::Code;

    use super::*;
    use crate::Refusal;

    /// A refusal of an action in a state.
    fn refused(state: &str, verb: &str) -> Error {
        let facts = [("state", state), ("verb", verb), ("allowed", "")];
        Error::Refused(Box::new(Refusal {
            code: Code::FailedPrecondition,
            message: String::new(),
            reason: Some("ILLEGAL_TRANSITION".to_owned()),
            metadata: BTreeMap::from(facts.map(|(key, value)| (key.to_owned(), value.to_owned()))),
            violations: Vec::new(),
            retry_after: None,
        }))
    }

    #[test]
    fn a_decided_application_is_answered_with_the_command_that_remains() {
        for (state, verb, help) in [
            ("ACCREDITED", "withdraw", "`accreditation withdraw`"),
            ("ACCREDITED", "submit", "other verbs only"),
            ("REFUSED", "withdraw", "`appeal file`"),
            ("REFUSED", "submit", "`appeal file`"),
            ("DRAFT", "withdraw", "other verbs only"),
        ] {
            assert!(for_error(&refused(state, verb)).is_some_and(|said| said.contains(help)), "{state} {verb}");
        }
    }
}

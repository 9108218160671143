//! What to do about an error: one sentence or two for every reason that the service gives.

use crate::Error;

const CERTIFICATE_REFUSED: &str = "Check that the certificate is in date, was issued by the authority that the \
    commission registered for your organization (the same name signed by another authority is refused), and carries \
    exactly one URI, spiffe://<your trust domain>/<principal>. Ask the commission's registrar whether the organization \
    is suspended. The server's log names the cause.";

pub(crate) fn of(error: &Error) -> Option<&'static str> {
    match error {
        Error::Refused(_) => about_decided(error).or_else(|| error.reason().and_then(of_reason)),
        Error::CertificateRefused { .. } => Some(CERTIFICATE_REFUSED),
        Error::ServerUntrusted { .. } => Some(
            "Check the address, and that server_ca is the authority that the commission published for the service. Do \
             not go on otherwise: someone may be between you and the service.",
        ),
        Error::Unreachable { .. } => Some(
            "Check the address and the network, and try again. A change may have been made: repeat it with the same \
             request id.",
        ),
        Error::Deadline { .. } => Some(
            "The change may have been made all the same: repeat it with the same request id, which does nothing twice.",
        ),
        Error::Local { .. } => {
            Some("Check the profile: the address, and the paths of the PEM files and who may read them.")
        }
    }
}

/// What is decided stays, and the verbs that its state allows are not its delegation's: another command has what is left.
fn about_decided(error: &Error) -> Option<&'static str> {
    let fact = |key| error.metadata().get(key).map(String::as_str);
    match (error.reason()?, fact("state")?, fact("verb")?) {
        ("ILLEGAL_TRANSITION", "ACCREDITED", "withdraw") => Some(
            "Its delegation withdraws the accreditation, with `accreditation withdraw`; `application show` gives the \
             accreditation's name.",
        ),
        ("ILLEGAL_TRANSITION", "REFUSED", _) => Some("Its delegation appeals against the refusal, with `appeal file`."),
        _ => None,
    }
}

fn of_reason(reason: &str) -> Option<&'static str> {
    about_requests(reason).or_else(|| about_permission(reason)).or_else(|| about_state(reason))
}

fn about_requests(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "INVALID_REQUEST" => "Mend the fields named and send it again.",
        "GROUND_REQUIRED" => {
            "A refusal needs a ground of the rule pack and a text; a recommendation to accredit has none."
        }
        "UNKNOWN_GROUND" => "Use a ground of the election by its code, as in incomplete-documents.",
        "UNKNOWN_RULE_PACK" => "Use a rule pack that this server knows, as in kz/1.",
        "INVALID_ANCHOR" => "Give the organization's authority as a PEM certificate that may sign certificates.",
        "ROLE_NOT_FOR_KIND" => "Give the principal roles that its organization's kind can hold.",
        "PERSON_NOT_REGISTERED" => {
            "Look for the person with `person list`; somebody new is registered first, with `person create`."
        }
        "INVALID_PAGE_TOKEN" => "Start the list again from its first page.",
        "INVALID_CURSOR" => "Follow without a cursor: this one is of another log, organization or master key.",
        "CURSOR_EXPIRED" => {
            "The service was restored to an earlier state. Follow without a cursor, and compare with what you have."
        }
        "TOO_MANY_WATCHES" => "Close one of your organization's watches first.",
        "INVALID_FILTER" => "Write the filter as terms `field = VALUE` joined by AND.",
        "REQUEST_ID_REUSED" => "That request id was used for another request; take a new one.",
        "COUNT_MISMATCH" => "Compare the list with the note: the number of people differs.",
        "ALREADY_EXISTS" => "Read what is there under that code or number, or take another one.",
        "NOT_FOUND" => "Check the name. What belongs to another organization looks the same as what does not exist.",
        "QUEUE_EMPTY" => "Nothing waits for review; try again after the ministry's next presentation.",
        _ => return None,
    })
}

fn about_permission(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "ROLE_REQUIRED" => "Use the certificate of a principal that holds the role; `whoami` shows yours.",
        "PERSON_REQUIRED" => "Only a person decides: use the certificate of a principal of kind PERSON.",
        "FOUR_EYES" => {
            "Nobody decides on what they entered from paper or are recused from, or adopts what they recommended or \
             proposed: another person must."
        }
        "NOT_INVITED" => "Your organization has no invitation to this election; ask whoever invites it.",
        "WRONG_INVITER" => "The ministry invites organizations and states, the commission invites foreign commissions.",
        "NOT_YOUR_CLAIM" => "Claim the application first; your hold may have ended, or someone else has it.",
        "UNKNOWN_PRINCIPAL" => {
            "The certificate is good, but its principal is not registered; ask the commission's registrar."
        }
        "PRINCIPAL_DISABLED" => "This principal was shut out; ask the commission's registrar.",
        "ORGANIZATION_SUSPENDED" => "The organization was shut out; ask the commission's registrar.",
        _ => return None,
    })
}

fn about_state(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "ETAG_MISMATCH" => "It changed since you read it: read it again, and decide on what it says now.",
        "ILLEGAL_TRANSITION" => "Read the resource: its state allows other verbs only.",
        "ELECTION_NOT_OPEN" => "The commission's registrar must open the election first.",
        "VOTING_BEGAN" => "Voting day has begun: read the election; it is not postponed any more.",
        "VOTING_NOT_BEGUN" => "A run-off is called once voting day has begun; before that, postpone the election.",
        "RESULTS_PUBLISHED" => "The results end the observation: read the election; no run-off follows them.",
        "NOTHING_TO_CONFIRM" => "Read the election: its schedule and run_off say whether accreditations are confirmed.",
        "INVITATION_NOT_ACCEPTED" => "Accept the invitation first.",
        "INVITATION_ANSWERED" => "The invitation has its answer already; read it.",
        "MISSION_MISSING" => "Announce the mission first.",
        "MISSION_WITHDRAWN" => {
            "The mission was withdrawn as a whole, for good; read it to see when and with which note."
        }
        "SUBMISSION_CUTOFF_PASSED" => "It is too late to submit; what was not submitted lapses. Ask the ministry.",
        "PRESENTATION_CUTOFF_PASSED" => "It is too late to present; what is submitted lapses. Ask the commission.",
        "DOCUMENTS_MISSING" => "Declare the documents named, and submit again.",
        "DOCUMENTS_NOT_UPLOADED" => "Upload the documents named, as they are declared, and send it again.",
        "UNACCEPTABLE_DOCUMENT" => "Mend the file as described, declare it anew and upload it.",
        "DIGEST_MISMATCH" => "Declare the file as it is, by its SHA-256 and size, and upload it again.",
        "TOO_MANY_AMENDMENTS" => "Withdraw the accreditation, and file a replacement.",
        "TOO_MANY_DOCUMENTS" => "Use one of the documents that were uploaded, or withdraw and file anew.",
        "DOCUMENT_ERASED" => "Nobody can read it any more; the register says who was accredited.",
        "QUOTA_EXCEEDED" => {
            "The invitation expects no more of that category: withdraw one, or ask whoever invited you for more."
        }
        "INVALID_PLAN" => "Mend every field named and send the whole plan again: nothing of it was kept.",
        "BLOCKING_FINDINGS" => {
            "Clear each blocking finding with a reason, or recommend a refusal; accept an amendment with a reason, or decline."
        }
        "SCREENING_PENDING" => "The automatic checks run within a moment; try again after a second.",
        "QUESTIONS_UNANSWERED" => "Answer every question that the commission asked.",
        "ITEMS_NOT_READY" => "Take out or mend the items named, and send the list again: nothing of it was done.",
        "DECREE_ADOPTED" => "An adopted decree does not change; draft another one.",
        "DECREE_NOT_ADOPTED" => "Adopt the decree first: only what was signed has a scan.",
        "DECREE_EMPTY" => "Add recommended applications or open proposals to the decree first.",
        "NOTHING_TO_APPEAL" => "Only a refusal, a revocation and an annulment are appealed; read how it stands.",
        "NOT_AMENDABLE" => "Leave the fields named as they are or add them, as it says, or file a new application.",
        "AMENDMENT_CLOSED" => "Read it to see how it was closed; what is still not right can be amended anew.",
        "APPEAL_DECIDED" => "Read it to see how it was decided; a decision on an appeal stands.",
        "PROPOSAL_CLOSED" => "Read it to see by whom it was withdrawn, or which decree carried it out.",
        "ACCREDITATION_ENDED" => "It has ended, and its badge is void; read it to see how and when.",
        "ERASED" => "Its retention is over and its personal data is gone; what is left of it can be read, not changed.",
        "HOLD_RELEASED" => "The hold has ended; create another one if the data must still be kept.",
        "NO_SUCH_FINDING" => "Read the application: it has no open finding with that code.",
        "OUTCOME_UNKNOWN" => "The change may have been made: repeat it with the same request id.",
        "STREAM_ENDED" => "Follow again from the last cursor; nothing is lost.",
        "TRANSFER_TOO_SLOW" => {
            "Send fewer documents at once, or smaller ones: a scan of a page needs no more than 4 MiB."
        }
        "BUSY" => "The server has too much to do; try again shortly.",
        "DEADLINE_EXCEEDED" => "The change may have been made: repeat it with the same request id.",
        "INTERNAL" => "Something broke in the server; tell its operator when it happened.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tonic::Code;

    use super::*;
    use crate::Refusal;

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
    fn what_is_decided_leads_to_the_command_that_is_left() {
        for (state, verb, help) in [
            ("ACCREDITED", "withdraw", "`accreditation withdraw`"),
            ("ACCREDITED", "submit", "other verbs only"),
            ("REFUSED", "withdraw", "`appeal file`"),
            ("REFUSED", "submit", "`appeal file`"),
            ("DRAFT", "withdraw", "other verbs only"),
        ] {
            assert!(of(&refused(state, verb)).is_some_and(|said| said.contains(help)), "{state} {verb}");
        }
    }
}

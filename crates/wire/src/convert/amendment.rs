//! Amendments.

use domain::amendment::{Amendment, AmendmentState, Closing};
use domain::application::content::StoredFiling;
use domain::policy::View;
use domain::screening::Screening;

use super::application::{finding_to_message, kept_content};
use super::enums::Enumerated as _;
use super::time::timestamp;
use crate::v1;

/// The amendment as a reader may see it, with both versions. Only the commission sees the findings, whether there are
/// any, and who decided.
pub fn to_message(
    amendment: &Amendment,
    [before, after]: &[StoredFiling; 2],
    screening: &Screening,
    view: View,
) -> v1::Amendment {
    let commission = match view {
        View::Delegation | View::Ministry | View::Registrar => false,
        View::Commission | View::CommissionAndRegistrar => true,
    };
    let Amendment {
        name,
        accreditation: _,
        kind,
        reason,
        before: _,
        after: revision,
        content_digest,
        requested_by,
        request_time,
        state,
        closing,
    } = amendment;
    let (text, closed_by, close_time) = match closing {
        Some(Closing { text, by, time }) => (text.expose().clone(), by.to_string(), Some(timestamp(*time))),
        None => Default::default(),
    };
    let shows_who = commission || *state == AmendmentState::Withdrawn;
    let found =
        commission.then_some(screening).filter(|screening| screening.version > 0 && screening.revision == *revision);
    v1::Amendment {
        name: name.to_string(),
        accreditation: amendment.accreditation().to_string(),
        kind: kind.number(),
        state: state.number(),
        etag: if commission { amendment.etag_with(screening) } else { amendment.etag() },
        changed_fields: before.changed_fields(after),
        before: kept_content(before),
        after: kept_content(after),
        revision: *revision,
        content_digest: content_digest.to_vec(),
        reason: reason.expose().clone(),
        requested_by: requested_by.to_string(),
        request_time: Some(timestamp(*request_time)),
        findings: found.map(|found| found.findings.iter().map(finding_to_message).collect()).unwrap_or_default(),
        screen_time: found.map(|found| timestamp(found.time)),
        text,
        closed_by: if shows_who { closed_by } else { String::new() },
        close_time,
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use domain::amendment::AmendmentKind;
    use domain::screening::Finding;
    use domain::vocabulary::finding_code::FindingCode;
    use domain::vocabulary::personal::Personal;

    use super::super::sample;
    use super::*;

    fn declined() -> Amendment {
        let time = sample::time("2019-06-01T00:00:00Z");
        let text = Personal::new("Anna's page cannot be read.".to_owned());
        let closing = Closing { text, by: sample::principal("organizations/cec/principals/reviewer"), time };
        Amendment {
            name: format!("{}/amendments/2", sample::APPLICATION).parse().expect("a name"),
            accreditation: 12,
            kind: AmendmentKind::Correction,
            reason: Personal::new("Anna married.".to_owned()),
            before: 1,
            after: 3,
            content_digest: [7; 32],
            requested_by: sample::principal("organizations/cis/principals/secretary"),
            request_time: time,
            state: AmendmentState::Declined,
            closing: Some(closing),
        }
    }

    #[test]
    fn a_delegation_reads_both_versions_and_neither_what_was_found_nor_who_decided() {
        let (before, mut after) = (sample::filing(), sample::filing());
        after.content.family_name = Personal::new("CORRECTED".to_owned());
        let finding = Finding {
            code: FindingCode::WatchList,
            blocking: true,
            fields: Vec::new(),
            related: "elections/kz-2019/watchListEntries/0b6a1f0e-0000-4000-8000-000000000001".to_owned(),
            clearance: None,
        };
        let amendment = declined();
        let found = amendment.rerun(&Screening::default(), vec![finding], amendment.request_time).expect("a first run");
        let versions = [StoredFiling::Whole(before), StoredFiling::Whole(after)];
        let full = to_message(&amendment, &versions, &found, View::Commission);
        assert_eq!(full.changed_fields, ["person.family_name"]);
        assert_eq!((&*full.accreditation, full.revision), ("elections/kz-2019/accreditations/12", 3));
        assert_eq!(
            (&*full.findings[0].code, &*full.closed_by),
            ("WATCH_LIST", "organizations/cec/principals/reviewer")
        );
        assert!(full.screen_time.is_some());
        for view in [View::Delegation, View::Registrar] {
            let told = to_message(&amendment, &versions, &found, view);
            let nothing = to_message(&amendment, &versions, &Screening::default(), view);
            assert_eq!(told, nothing, "what was found changes nothing that it reads");
            let bare = v1::Amendment {
                etag: told.etag.clone(),
                findings: Vec::new(),
                screen_time: None,
                closed_by: String::new(),
                ..full.clone()
            };
            assert_eq!(told, bare);
        }
        assert!(!format!("{full:?}{amendment:?}").contains("Anna"));
        let gone =
            to_message(&amendment, &[StoredFiling::Erased(None), StoredFiling::Erased(None)], &found, View::Delegation);
        assert!(gone.before.is_none() && gone.after.is_none() && gone.changed_fields.is_empty());
    }
}

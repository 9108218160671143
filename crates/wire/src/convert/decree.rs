//! Decrees.

use domain::decree::{Decree, DecreeDraft, DecreeScan, DecreeState, RefusalGround, Selection, Verdict};
use domain::vocabulary::personal::Personal;

use super::enums::Enumerated as _;
use super::number;
use super::time::{date, timestamp};
use crate::v1;
use crate::violations::Violations;

/// Reads what a request says of a decree.
pub fn draft(message: v1::Decree, path: &str, violations: &mut Violations) -> Option<DecreeDraft> {
    let v1::Decree {
        name: _,
        decree_number,
        session_date,
        chair,
        secretary,
        state: _,
        etag: _,
        applications: _,
        accredited_count: _,
        refused_count: _,
        created_by: _,
        adopted_by: _,
        create_time: _,
        adopt_time: _,
        proposals: _,
        revoked_count: _,
        annulled_count: _,
        reinstated_count: _,
        selection: _,
        scans: _,
        receipt: _,
    } = message;
    let session_date = date(&session_date, &format!("{path}.session_date"), violations)?;
    let (chair, secretary) = (Personal::new(chair), Personal::new(secretary));
    Some(DecreeDraft { decree_number, session_date, chair, secretary })
}

/// The decree as readers see it.
pub fn to_message(decree: &Decree) -> v1::Decree {
    let etag = decree.etag();
    let Decree {
        name,
        decree_number,
        session_date,
        chair,
        secretary,
        state,
        version: _,
        applications,
        proposals,
        created_by,
        create_time,
        scans,
    } = decree;
    let message = v1::Decree {
        name: name.to_string(),
        decree_number: decree_number.clone(),
        session_date: session_date.to_string(),
        chair: chair.expose().clone(),
        secretary: secretary.expose().clone(),
        state: v1::DecreeState::Draft.into(),
        etag,
        applications: applications.iter().map(ToString::to_string).collect(),
        accredited_count: 0,
        refused_count: 0,
        created_by: created_by.to_string(),
        adopted_by: String::new(),
        create_time: Some(timestamp(*create_time)),
        adopt_time: None,
        proposals: proposals.iter().map(ToString::to_string).collect(),
        revoked_count: 0,
        annulled_count: 0,
        reinstated_count: 0,
        selection: None,
        scans: scans.iter().map(scan_to_message).collect(),
        receipt: None,
    };
    match state {
        DecreeState::Draft => message,
        DecreeState::Adopted { by, time, accredited, refused, revoked, annulled, reinstated } => v1::Decree {
            state: v1::DecreeState::Adopted.into(),
            accredited_count: number(*accredited),
            refused_count: number(*refused),
            revoked_count: number(*revoked),
            annulled_count: number(*annulled),
            reinstated_count: number(*reinstated),
            adopted_by: by.to_string(),
            adopt_time: Some(timestamp(*time)),
            ..message
        },
    }
}

/// A scan of a signed decree.
pub fn scan_to_message(scan: &DecreeScan) -> v1::DecreeScan {
    let DecreeScan { decree: _, id: _, sha256, size_bytes, attached_by, attach_time } = scan;
    v1::DecreeScan {
        sha256: sha256.to_vec(),
        size_bytes: *size_bytes,
        attached_by: attached_by.to_string(),
        attach_time: Some(timestamp(*attach_time)),
    }
}

/// What came of a filter.
pub fn selection_to_message(selection: &Selection) -> v1::DecreeSelection {
    let Selection { added, left, left_out } = selection;
    let left_out = left_out.iter();
    v1::DecreeSelection {
        added_count: number(*added),
        left_count: number(*left),
        left_out: left_out
            .map(|(reason, count)| v1::LeftOut { reason: reason.number(), count: number(*count) })
            .collect(),
    }
}

/// Reads a recommendation's way and ground. A refusal without a ground is read as one with an empty ground, which the
/// domain refuses by its own reason; a ground to accredit is a violation.
pub fn verdict(verdict: i32, refusal: Option<v1::Refusal>, violations: &mut Violations) -> Option<Verdict> {
    match v1::Verdict::try_from(verdict) {
        Ok(v1::Verdict::Accredit) if refusal.is_none() => Some(Verdict::Accredit),
        Ok(v1::Verdict::Accredit) => {
            violations.add_if_absent("refusal", "must be left out to accredit");
            None
        }
        Ok(v1::Verdict::Refuse) => {
            let v1::Refusal { ground, text, appeal: _ } = refusal.unwrap_or_default();
            Some(Verdict::Refuse(RefusalGround { ground, text: Personal::new(text) }))
        }
        Ok(v1::Verdict::Unspecified) | Err(_) => {
            violations.add_if_absent("verdict", "must be VERDICT_ACCREDIT or VERDICT_REFUSE");
            None
        }
    }
}

/// A verdict and its ground as messages have them.
pub(super) fn verdict_to_message(verdict: &Verdict) -> (v1::Verdict, Option<v1::Refusal>) {
    match verdict {
        Verdict::Accredit => (v1::Verdict::Accredit, None),
        Verdict::Refuse(ground) => (v1::Verdict::Refuse, Some(refusal_to_message(ground, ""))),
    }
}

/// A ground, and how the refusal can be appealed.
pub(super) fn refusal_to_message(ground: &RefusalGround, appeal: &str) -> v1::Refusal {
    let RefusalGround { ground, text } = ground;
    v1::Refusal { ground: ground.clone(), text: text.expose().clone(), appeal: appeal.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_draft_reads_back_as_written() {
        let decree = sample::decree();
        let message = to_message(&decree);
        assert_eq!(message.name, "elections/kz-2019/decrees/4");
        assert_eq!(message.state(), v1::DecreeState::Draft);
        assert_eq!(message.etag, decree.etag());
        assert_eq!(message.applications, [sample::APPLICATION]);
        assert_eq!(message.created_by, "organizations/cec/principals/adopter");
        assert_eq!((message.adopted_by.as_str(), message.adopt_time), ("", None));
        let mut violations = Violations::default();
        let Decree { decree_number, session_date, chair, secretary, .. } = decree;
        let expected = Some(DecreeDraft { decree_number, session_date, chair, secretary });
        assert_eq!(draft(message, "decree", &mut violations), expected);
    }

    #[test]
    fn an_adopted_decree_shows_who_when_and_how_many() {
        let (by, time) =
            (sample::principal("organizations/cec/principals/adopter"), sample::time("2019-05-14T10:00:00Z"));
        let state = DecreeState::Adopted {
            by: by.clone(),
            time,
            accredited: 45,
            refused: 2,
            revoked: 3,
            annulled: 4,
            reinstated: 5,
        };
        let scan = DecreeScan {
            decree: sample::decree().name,
            id: uuid::Uuid::nil(),
            sha256: [7; 32],
            size_bytes: 12,
            attached_by: by.clone(),
            attach_time: time,
        };
        let message = to_message(&Decree { state, scans: vec![scan], ..sample::decree() });
        let shown = &message.scans[0];
        assert_eq!((shown.sha256.as_slice(), shown.size_bytes), (&[7; 32][..], 12));
        assert_eq!((shown.attached_by.as_str(), shown.attach_time), (by.to_string().as_str(), Some(timestamp(time))));
        assert_eq!(message.state(), v1::DecreeState::Adopted);
        assert_eq!((message.accredited_count, message.refused_count), (45, 2));
        assert_eq!((message.revoked_count, message.annulled_count), (3, 4));
        assert_eq!(message.reinstated_count, 5);
        assert_eq!(message.adopted_by, "organizations/cec/principals/adopter");
        assert_eq!(message.adopt_time, Some(timestamp(time)));
    }

    #[test]
    fn a_session_on_no_day_is_a_violation() {
        let message = v1::Decree { session_date: "2019-02-30".to_owned(), ..Default::default() };
        let mut violations = Violations::default();
        assert_eq!(draft(message, "decree", &mut violations), None);
        assert!(violations.contains_field("decree.session_date"));
    }

    #[test]
    fn a_verdict_has_a_ground_exactly_when_it_refuses() {
        let ground = || v1::Refusal { ground: "g1".to_owned(), text: "Why.".to_owned(), appeal: "ignored".to_owned() };
        let refuse = |ground: &str, text: &str| {
            Some(Verdict::Refuse(RefusalGround { ground: ground.to_owned(), text: Personal::new(text.to_owned()) }))
        };
        let check = |number: i32, refusal: Option<v1::Refusal>, expected: Option<Verdict>, violated: &str| {
            let mut violations = Violations::default();
            assert_eq!(verdict(number, refusal, &mut violations), expected);
            assert_eq!(violations.is_empty(), expected.is_some());
            assert!(expected.is_some() || violations.contains_field(violated), "{violations:?}");
        };
        check(1, None, Some(Verdict::Accredit), "");
        check(1, Some(ground()), None, "refusal");
        check(2, Some(ground()), refuse("g1", "Why."), "");
        check(2, None, refuse("", ""), "");
        check(0, None, None, "verdict");
        check(3, Some(ground()), None, "verdict");
    }
}

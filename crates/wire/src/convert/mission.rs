//! Invitations and missions.

use domain::accreditation::Accreditation;
use domain::application::Application;
use domain::mission::{
    Invitation, ItemOutcome, Mission, MissionDraft, MissionWithdrawal, Quota, WithdrawnItem, withdrawn_items,
};
use domain::vocabulary::name::OrganizationName;
use domain::vocabulary::personal::Personal;

use super::enums::{self, Enumerated as _};
use super::time::{date, timestamp};
use super::transparency;
use crate::v1;
use crate::violations::Violations;

/// Reads the quotas of an invitation. Two for one category are a violation.
pub fn quotas(message: v1::Invitation, path: &str, violations: &mut Violations) -> Option<Vec<Quota>> {
    let v1::Invitation { name: _, inviter: _, state: _, quotas, create_time: _, response_time: _, etag: _, receipt: _ } =
        message;
    let mut read: Vec<Quota> = Vec::with_capacity(quotas.len());
    let count = quotas.len();
    for (index, v1::Quota { category, limit }) in quotas.into_iter().enumerate() {
        let field = format!("{path}.quotas[{index}].category");
        let Some(category) = enums::read(category, &field, violations) else { continue };
        if read.iter().any(|quota| quota.category == category) {
            violations.add_if_absent(&field, "must be a category that no other quota has; remove one");
        }
        read.push(Quota { category, limit });
    }
    (read.len() == count).then_some(read)
}

/// The invitation as readers see it.
pub fn invitation_to_message(invitation: &Invitation) -> v1::Invitation {
    let Invitation { name, inviter, state, quotas, version: _, create_time, response_time } = invitation;
    let quota = |Quota { category, limit }: &Quota| v1::Quota { category: category.number(), limit: *limit };
    v1::Invitation {
        name: name.to_string(),
        inviter: OrganizationName { organization: inviter.clone() }.to_string(),
        state: state.number(),
        quotas: quotas.iter().map(quota).collect(),
        create_time: Some(timestamp(*create_time)),
        response_time: response_time.map(timestamp),
        etag: invitation.etag(),
        receipt: None,
    }
}

/// Reads the fields of a mission that a delegation sets.
pub fn draft(message: v1::Mission, path: &str, violations: &mut Violations) -> Option<MissionDraft> {
    let v1::Mission {
        name: _,
        format,
        head,
        headquarters,
        start_date,
        end_date,
        create_time: _,
        etag: _,
        withdraw_time: _,
        withdraw_note_number: _,
        withdraw_reason: _,
        receipt: _,
    } = message;
    let start_date = date(&start_date, &format!("{path}.start_date"), violations);
    let end_date = date(&end_date, &format!("{path}.end_date"), violations);
    Some(MissionDraft { format, head: Personal::new(head), headquarters, start_date: start_date?, end_date: end_date? })
}

/// The mission as readers see it.
pub fn to_message(mission: &Mission) -> v1::Mission {
    let Mission { name, format, head, headquarters, start_date, end_date, version: _, create_time, withdrawal } =
        mission;
    let of_withdrawal =
        |part: fn(&MissionWithdrawal) -> &String| withdrawal.as_ref().map(part).cloned().unwrap_or_default();
    v1::Mission {
        name: name.to_string(),
        format: format.clone(),
        head: head.expose().clone(),
        headquarters: headquarters.clone(),
        start_date: start_date.to_string(),
        end_date: end_date.to_string(),
        create_time: Some(timestamp(*create_time)),
        etag: mission.etag(),
        withdraw_time: withdrawal.as_ref().map(|withdrawal| timestamp(withdrawal.time)),
        withdraw_note_number: of_withdrawal(|withdrawal| &withdrawal.note_number),
        withdraw_reason: of_withdrawal(|withdrawal| withdrawal.reason.expose()),
        receipt: None,
    }
}

/// A mission after its withdrawal, and what became of each of its applications.
pub fn withdrawal_to_message(
    mission: &Mission,
    applications: &[Application],
    accreditations: &[Accreditation],
) -> v1::WithdrawMissionResponse {
    let items = mission.withdrawal.as_ref().map(|withdrawal| withdrawn_items(withdrawal, applications, accreditations));
    let items = items.unwrap_or_default();
    v1::WithdrawMissionResponse {
        mission: Some(to_message(mission)),
        items: items.iter().map(item_to_message).collect(),
        receipt: None,
    }
}

fn item_to_message(item: &WithdrawnItem) -> v1::WithdrawnItem {
    let WithdrawnItem { application, state, accreditation, outcome } = item;
    let outcome = match outcome {
        ItemOutcome::Withdrawn => v1::WithdrawalOutcome::Withdrawn,
        ItemOutcome::Ended => v1::WithdrawalOutcome::Ended,
        ItemOutcome::OverAlready => v1::WithdrawalOutcome::OverAlready,
    };
    let (name, ended) = match accreditation {
        Some((name, state)) => (name.to_string(), state.number()),
        None => (String::new(), v1::AccreditationState::Unspecified.into()),
    };
    v1::WithdrawnItem {
        application: application.to_string(),
        application_state: transparency::state(*state).into(),
        accreditation: name,
        accreditation_state: ended,
        outcome: outcome.into(),
    }
}

#[cfg(test)]
mod tests {
    use domain::mission::InvitationState;
    use domain::vocabulary::category::Category;

    use super::super::sample;
    use super::*;

    #[test]
    fn an_invitation_reads_back_as_written() {
        let invitation = sample::invitation();
        let message = invitation_to_message(&invitation);
        assert_eq!(message.name, "elections/kz-2019/invitations/cis");
        assert_eq!(message.inviter, "organizations/mfa");
        assert_eq!((message.state(), message.etag.as_str()), (v1::InvitationState::Pending, "3"));
        assert_eq!((message.create_time, message.response_time), (Some(timestamp(invitation.create_time)), None));
        let mut violations = Violations::default();
        assert_eq!(quotas(message, "invitation", &mut violations), Some(invitation.quotas.clone()));
        let time = sample::time("2019-04-15T00:00:00Z");
        let answered = invitation.answer(InvitationState::Accepted, time).expect("it is pending");
        let message = invitation_to_message(&answered);
        assert_eq!((message.state(), message.response_time), (v1::InvitationState::Accepted, Some(timestamp(time))));
    }

    #[test]
    fn a_category_has_one_quota() {
        let mut message = invitation_to_message(&sample::invitation());
        message.quotas.push(v1::Quota { category: Category::Driver.number(), limit: 1 });
        message.quotas.push(v1::Quota { category: 0, limit: 1 });
        let mut violations = Violations::default();
        assert_eq!(quotas(message, "invitation", &mut violations), None);
        assert!(violations.contains_field("invitation.quotas[2].category"), "{violations:?}");
        assert!(violations.contains_field("invitation.quotas[3].category"), "{violations:?}");
    }

    #[test]
    fn a_mission_reads_back_as_written() {
        let mission = sample::mission();
        let message = to_message(&mission);
        assert_eq!((message.name.as_str(), message.etag.as_str()), ("elections/kz-2019/missions/cis", "4"));
        assert_eq!(message.create_time, Some(timestamp(mission.create_time)));
        let Mission { format, head, headquarters, start_date, end_date, .. } = mission;
        let expected = Some(MissionDraft { format, head, headquarters, start_date, end_date });
        assert_eq!(draft(message, "mission", &mut Violations::default()), expected);
    }

    #[test]
    fn both_days_of_a_mission_are_looked_at() {
        let mut violations = Violations::default();
        let (start_date, end_date) = ("2019-05-32".to_owned(), "2019-06-00".to_owned());
        let message = v1::Mission { start_date, end_date, ..to_message(&sample::mission()) };
        assert_eq!(draft(message, "mission", &mut violations), None);
        assert!(violations.contains_field("mission.start_date") && violations.contains_field("mission.end_date"));
    }
}

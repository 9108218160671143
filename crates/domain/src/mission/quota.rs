//! Quotas: how many people of a category an invitation expects, and what happens when more come.

use crate::mission::Invitation;
use crate::refusal::Refusal;
use crate::rule_pack::{Quotas, RulePack};
use crate::vocabulary::category::Category;

/// Whether one more application of a category is more than the invitation expects. `used` counts the organization's
/// other applications of the category that [`crate::vocabulary::state::StateKind::counts_for_quota`]; a category without a
/// quota has no limit.
pub fn quota_exceeded(invitation: &Invitation, category: Category, used: i64) -> bool {
    invitation.quota(category).is_some_and(|limit| used >= i64::from(limit))
}

/// Refuses one more application of a category where quotas bind.
pub fn check(rules: &RulePack, invitation: &Invitation, category: Category, used: i64) -> Result<(), Refusal> {
    match (rules.quotas, invitation.quota(category)) {
        (Quotas::Binding, Some(limit)) if quota_exceeded(invitation, category, used) => {
            Err(Refusal::QuotaExceeded { category, limit, used })
        }
        _ => Ok(()),
    }
}

/// The places of an organization in a category, counted for an application, which itself is not counted.
#[derive(Debug)]
pub struct Places(pub Option<(Invitation, i64)>);

impl Places {
    /// Refuses one more.
    pub fn check(&self, rules: &RulePack, category: Category) -> Result<(), Refusal> {
        let Some((invitation, used)) = &self.0 else { return Ok(()) };
        check(rules, invitation, category, *used)
    }
}

impl RulePack {
    /// Whether places have to be counted before one more is taken.
    pub fn quotas_bind(&self) -> bool {
        self.quotas == Quotas::Binding
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::mission::{InvitationState, Quota};
    use crate::vocabulary::state::StateKind;

    fn invitation() -> Invitation {
        let quota = |category, limit| Quota { category, limit };
        Invitation {
            name: "elections/kz-2019/invitations/cis".parse().expect("a name"),
            inviter: "mfa".parse().expect("a code"),
            state: InvitationState::Accepted,
            quotas: vec![quota(Category::ShortTermObserver, 5), quota(Category::Driver, 0)],
            version: 1,
            create_time: Timestamp::UNIX_EPOCH,
            response_time: None,
        }
    }

    #[test]
    fn a_quota_is_exceeded_by_the_first_one_too_many() {
        for (category, used, exceeded) in [
            (Category::ShortTermObserver, 0, false),
            (Category::ShortTermObserver, 4, false),
            (Category::ShortTermObserver, 5, true),
            (Category::ShortTermObserver, 900, true),
            (Category::Driver, 0, true),
            (Category::LongTermObserver, 100_000, false),
        ] {
            assert_eq!(quota_exceeded(&invitation(), category, used), exceeded, "{category:?} {used}");
            let check = |pack| check(&RulePack::find(pack).expect("it is bundled"), &invitation(), category, used);
            assert_eq!(check("kz/1"), Ok(()), "advisory");
            assert_eq!(check("kz/2").is_err(), exceeded, "binding");
        }
    }

    #[test]
    fn what_the_ministry_may_present_or_the_commission_decide_counts_and_what_came_to_nothing_does_not() {
        let counted: Vec<_> = StateKind::ALL.into_iter().filter(|kind| kind.counts_for_quota()).collect();
        let expected = [
            StateKind::Submitted,
            StateKind::Presented,
            StateKind::InReview,
            StateKind::ReturnedByCommission,
            StateKind::Recommended,
            StateKind::Accredited,
        ];
        assert_eq!(counted, expected);
    }
}

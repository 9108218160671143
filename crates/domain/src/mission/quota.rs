//! Quotas: how many people of a category an invitation expects, and what happens when more are filed.
//!
//! The rule pack says whether quotas are advisory or binding. A lower quota never affects somebody who is accredited.

use crate::mission::Invitation;
use crate::refusal::Refusal;
use crate::rule_pack::{Quotas, RulePack};
use crate::vocabulary::category::Category;

/// Whether one more application of a category would exceed the quota of the invitation.
///
/// `used` counts the organization's other applications of the category for which
/// [`crate::vocabulary::state::StateKind::counts_for_quota`]. A category without a quota has no limit.
pub fn quota_exceeded(invitation: &Invitation, category: Category, used: i64) -> bool {
    invitation.quota(category).is_some_and(|limit| used >= i64::from(limit))
}

/// Checks that a binding quota has room for one more application of a category.
///
/// # Errors
///
/// [`Refusal::QuotaExceeded`] if it has not.
pub fn check(rules: &RulePack, invitation: &Invitation, category: Category, used: i64) -> Result<(), Refusal> {
    match (rules.quotas.value, invitation.quota(category)) {
        (Quotas::Binding, Some(limit)) if quota_exceeded(invitation, category, used) => {
            Err(Refusal::QuotaExceeded { category, limit, used })
        }
        _ => Ok(()),
    }
}

/// The invitation of an organization, and how many of its other applications count for the quota. `None` if nothing
/// has to be counted, because quotas do not bind.
#[derive(Debug)]
pub struct Places(pub Option<(Invitation, i64)>);

impl Places {
    /// Checks that there is room for one more application of a category.
    ///
    /// # Errors
    ///
    /// [`Refusal::QuotaExceeded`] if there is not.
    pub fn check(&self, rules: &RulePack, category: Category) -> Result<(), Refusal> {
        let Some((invitation, used)) = &self.0 else { return Ok(()) };
        check(rules, invitation, category, *used)
    }
}

impl RulePack {
    /// Whether quotas are binding, so that they have to be counted before an application is accepted.
    pub fn quotas_bind(&self) -> bool {
        self.quotas.value == Quotas::Binding
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::application::fixture::rules;
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

    /// The limit itself is still allowed.
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
            let check = |pack| check(&rules(pack), &invitation(), category, used);
            assert_eq!(check("kz-1"), Ok(()), "advisory");
            assert_eq!(check("kz-2").is_err(), exceeded, "binding");
        }
    }

    /// An application that was refused, withdrawn or not submitted must not block the place of another person.
    #[test]
    fn open_and_accredited_applications_count_for_the_quota() {
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

//! Whether an invitation has a place left for one more application.

use domain::application::Application;
use domain::content::Category;
use domain::election::Election;
use domain::mission::Invitation;
use domain::name::InvitationName;
use domain::quota;
use domain::refusal::Refusal;
use domain::rule_pack::Quotas;
use store::{StoreError, Tx};

/// An organization's places in a category, as they are until the transaction ends.
pub(super) struct Places {
    category: Category,
    /// None where quotas do not bind.
    held: Option<(Invitation, i64)>,
}

impl Places {
    /// Counts them for an application, which itself is not counted. Where quotas bind, others wait until this one has
    /// taken its place or has not.
    pub(super) async fn hold(
        tx: &mut Tx<'_>,
        election: &Election,
        of: &Application,
        category: Category,
    ) -> Result<Self, StoreError> {
        if election.rules.quotas == Quotas::Advisory {
            return Ok(Self { category, held: None });
        }
        let (election, organization) = (of.name.election.clone(), of.name.organization.clone());
        let Some(invitation) = tx.hold_invitation(&InvitationName { election, organization }).await? else {
            return Ok(Self { category, held: None });
        };
        let used = tx.quota_used(&of.name, category).await?;
        Ok(Self { category, held: Some((invitation, used)) })
    }

    /// Refuses one more.
    pub(super) fn check(&self, election: &Election) -> Result<(), Refusal> {
        let Some((invitation, used)) = &self.held else { return Ok(()) };
        quota::check(&election.rules, invitation, self.category, *used)
    }
}

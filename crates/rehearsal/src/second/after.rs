//! What happens in the second election once its decree is adopted.

use anyhow::{Context, ensure};
use jiff::civil::date;
use wire::v1;

use super::{Cast, ODIHR, REVIEWER, STATE, Second};
use crate::calls::request_id;

impl Second<'_> {
    /// One accreditation is revoked and one annulled, by one decree.
    pub(super) async fn end(&self, cast: &Cast) -> anyhow::Result<()> {
        self.clock("2022-11-01T05:00:00Z").await?;
        let mut proposals = Vec::new();
        let interference = (v1::ProposalKind::Revoke, "interference", "Told voters how to vote.");
        let in_error = (v1::ProposalKind::Annul, "", "Another person of the same name was meant.");
        for (application, what) in [(&cast.revoked, interference), (&cast.annulled, in_error)] {
            proposals.push(self.propose(application, what).await?);
        }
        let decree = self.adopt(date(2022, 11, 1), Vec::new(), proposals).await?;
        let ended = (decree.revoked_count, decree.annulled_count);
        ensure!(ended == (1, 1), "{} revokes and annuls {ended:?}", decree.name);
        Ok(())
    }

    async fn propose(
        &self,
        application: &str,
        (kind, ground, text): (v1::ProposalKind, &str, &str),
    ) -> anyhow::Result<String> {
        let name = self.accreditation_of(application).await?.name;
        let request = v1::ProposeChangeRequest {
            request_id: request_id(),
            name: name.clone(),
            kind: kind.into(),
            ground: ground.to_owned(),
            text: text.to_owned(),
        };
        let proposed = self.calls().make(self.commission(REVIEWER).propose_change(request)).await;
        Ok(proposed.with_context(|| format!("cannot propose what is to become of {name}"))?.name)
    }

    /// Somebody else comes in an observer's place.
    pub(super) async fn replace(&mut self, replaced: &str) -> anyhow::Result<()> {
        self.clock("2022-11-05T05:00:00Z").await?;
        let before = self.accreditation_of(replaced).await?;
        let content = v1::Application { replaces: before.name, ..self.someone(v1::Category::LongTermObserver, "NOR") };
        let names = self.submit(ODIHR, vec![content]).await?;
        self.present("2022/2", &names).await?;
        self.review(&names).await?;
        self.adopt(date(2022, 11, 7), names.clone(), Vec::new()).await?;
        let after = self.accreditation_of(replaced).await?;
        let (by, found) = (&names[0], &after.replaced_by);
        ensure!(found == by, "{} is replaced by {found:?} and not by {by}", after.name);
        Ok(())
    }

    /// A state's mission goes home, two days after voting day.
    pub(super) async fn withdraw_mission(&self) -> anyhow::Result<()> {
        self.clock("2022-11-22T05:00:00Z").await?;
        let request = v1::WithdrawMissionRequest {
            request_id: request_id(),
            name: format!("{}/missions/{STATE}", self.election),
            reason: "The embassy has recalled its observers.".to_owned(),
            note_number: "2022/3".to_owned(),
        };
        let withdrawn = self.calls().make(self.secretary(STATE).withdraw_mission(request)).await;
        let items = withdrawn.context("cannot withdraw the mission")?.items;
        let ended = items.iter().filter(|item| item.outcome() == v1::WithdrawalOutcome::Ended).count();
        ensure!((items.len(), ended) == (3, 3), "{ended} of {} people are withdrawn", items.len());
        Ok(())
    }
}

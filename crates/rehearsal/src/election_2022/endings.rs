//! What happens in the election of 2022 after its first decree: appeals, revocations, a replacement, a withdrawal.

use anyhow::{Context, ensure};
use jiff::civil::date;
use wire::v1;

use super::{ADOPTERS, Election2022, ODIHR, PlannedEndings, REVIEWERS, STATE};
use crate::calls::request_id;

impl Election2022<'_> {
    /// The delegation appeals a refusal and wins. Another reviewer and another adopter then accredit the person.
    pub(super) async fn overturn_refusal(&self, refused: &str) -> anyhow::Result<()> {
        self.set_clock("2022-10-26T05:00:00Z").await?;
        self.appeal(refused, "The letter of nomination went with note 2022/1.").await?;
        let reviewer = self.commission(REVIEWERS[1]);
        let read = v1::GetApplicationRequest { name: refused.to_owned() };
        let held = self.calls().make(reviewer.get_application(read)).await.context("cannot read it again")?;
        self.recommend(&reviewer, held, false).await?;
        self.set_clock("2022-10-31T09:00:00Z").await?;
        let decree = self.adopt(ADOPTERS[1], date(2022, 10, 31), vec![refused.to_owned()], Vec::new()).await?;
        ensure!(decree.accredited_count == 1, "{} accredits {}", decree.name, decree.accredited_count);
        Ok(())
    }

    /// One decree revokes two accreditations and annuls one. An appeal then reinstates one of the two.
    pub(super) async fn end_and_reinstate(&self, planned: &PlannedEndings) -> anyhow::Result<()> {
        self.set_clock("2022-11-01T05:00:00Z").await?;
        let mut proposals = Vec::new();
        let interference = (v1::ProposalKind::Revoke, "interference", "Told voters how to vote.");
        let in_error = (v1::ProposalKind::Annul, "", "Another person of the same name was meant.");
        for (application, what) in
            [(&planned.revoked, interference), (&planned.reinstated, interference), (&planned.annulled, in_error)]
        {
            proposals.push(self.propose(application, what).await?);
        }
        let decree = self.adopt(ADOPTERS[0], date(2022, 11, 1), Vec::new(), proposals).await?;
        let ended = (decree.revoked_count, decree.annulled_count);
        ensure!(ended == (2, 1), "{} revokes and annuls {ended:?}", decree.name);

        let before = self.get_accreditation_of(&planned.reinstated).await?;
        self.set_clock("2022-11-03T05:00:00Z").await?;
        self.appeal(&planned.reinstated, "The observer was in another city that day.").await?;
        let proposal = self.get_open_proposal().await?;
        self.adopt(ADOPTERS[1], date(2022, 11, 3), Vec::new(), vec![proposal]).await?;
        let after = self.get_accreditation_of(&planned.reinstated).await?;
        // The accreditation keeps its name, but the old badge is void, so there must be a new one.
        let serial = |of: &v1::Accreditation| of.badge.as_ref().map(|badge| badge.serial);
        ensure!(before.name == after.name && serial(&before) < serial(&after), "{} has no new badge", after.name);
        Ok(())
    }

    /// Proposes that a decree end the accreditation of an application. Returns the proposal's name.
    async fn propose(
        &self,
        application: &str,
        (kind, ground, text): (v1::ProposalKind, &str, &str),
    ) -> anyhow::Result<String> {
        let name = self.get_accreditation_of(application).await?.name;
        let request = v1::ProposeChangeRequest {
            request_id: request_id(),
            name: name.clone(),
            kind: kind.into(),
            ground: ground.to_owned(),
            text: text.to_owned(),
        };
        let proposed = self.calls().make(self.commission(REVIEWERS[0]).propose_change(request)).await;
        Ok(proposed.with_context(|| format!("cannot propose to end {name}"))?.name)
    }

    /// Files an appeal as the delegation, and upholds it as a reviewer who had no part in the decision.
    async fn appeal(&self, application: &str, text: &str) -> anyhow::Result<()> {
        let file =
            v1::FileAppealRequest { request_id: request_id(), name: application.to_owned(), text: text.to_owned() };
        let filed = self.calls().make(self.secretary(ODIHR).file_appeal(file)).await;
        let filed = filed.with_context(|| format!("cannot appeal about {application}"))?;
        let decide = v1::DecideAppealRequest {
            request_id: request_id(),
            name: filed.name,
            outcome: v1::AppealOutcome::Uphold.into(),
            text: "The delegation has shown that it is so.".to_owned(),
        };
        let decided = self.calls().make(self.commission(REVIEWERS[1]).decide_appeal(decide)).await;
        decided.with_context(|| format!("cannot decide the appeal about {application}"))?;
        Ok(())
    }

    /// The proposal that the upheld appeal made. It is the only one that is open.
    async fn get_open_proposal(&self) -> anyhow::Result<String> {
        let all = v1::ListProposalsRequest { parent: self.name.clone(), page_size: 1000, ..Default::default() };
        let all = self.calls().list(self.commission(ADOPTERS[1]).all_proposals(all)).await;
        let mut open = all.context("cannot list proposals")?.into_iter();
        let open = open.find(|proposal| proposal.state() == v1::ProposalState::Open);
        Ok(open.context("the upheld appeal made no proposal")?.name)
    }

    /// Replaces an observer by another person of the same mission, and checks that the two are linked.
    pub(super) async fn replace(&mut self, replaced: &str) -> anyhow::Result<()> {
        self.set_clock("2022-11-05T05:00:00Z").await?;
        let before = self.get_accreditation_of(replaced).await?;
        let content =
            v1::Application { replaces: before.name, ..self.new_application(v1::Category::LongTermObserver, "NOR") };
        let names = self.submit(ODIHR, vec![content]).await?;
        self.present("2022/2", &names).await?;
        self.review(&names, None).await?;
        self.adopt(ADOPTERS[0], date(2022, 11, 7), names.clone(), Vec::new()).await?;
        let after = self.get_accreditation_of(replaced).await?;
        let (by, found) = (&names[0], &after.replaced_by);
        ensure!(found == by, "{} is replaced by {found:?} and not by {by}", after.name);
        Ok(())
    }

    /// Withdraws a state's mission two days after voting day, and with it its three accreditations.
    pub(super) async fn withdraw_mission(&self) -> anyhow::Result<()> {
        self.set_clock("2022-11-22T05:00:00Z").await?;
        let request = v1::WithdrawMissionRequest {
            request_id: request_id(),
            name: format!("{}/missions/{STATE}", self.name),
            reason: "The embassy has recalled its observers.".to_owned(),
            note_number: "2022/3".to_owned(),
        };
        let withdrawn = self.calls().make(self.secretary(STATE).withdraw_mission(request)).await;
        let items = withdrawn.context("cannot withdraw the mission")?.items;
        // Each of the three people must have an accreditation that ends, not only an application.
        let ended = items.iter().filter(|item| item.outcome() == v1::WithdrawalOutcome::Ended).count();
        ensure!((items.len(), ended) == (3, 3), "{ended} of {} people are withdrawn", items.len());
        Ok(())
    }
}

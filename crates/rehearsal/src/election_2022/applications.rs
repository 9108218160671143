//! The ordinary steps of an application in the election of 2022: submitted, presented, reviewed, decided.

use anyhow::{Context, ensure};
use client::Client;
use jiff::civil::Date;
use wire::v1;

use super::{ELECTION_CODE, Election2022, REVIEWERS};
use crate::calls::request_id;
use crate::world::{CEC, SECRETARY};

impl Election2022<'_> {
    /// The client of a delegation's secretary.
    pub(super) fn secretary(&self, organization: &str) -> Client {
        self.world.actor(organization, SECRETARY)
    }

    /// The client of a principal of the commission.
    pub(super) fn commission(&self, principal: &str) -> Client {
        self.world.actor(CEC, principal)
    }

    /// Files applications of an organization with their documents, and submits them. Returns their names.
    pub(super) async fn submit(
        &self,
        organization: &str,
        content: Vec<v1::Application>,
    ) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::with_capacity(content.len());
        for application in content {
            let name = self.world.file(ELECTION_CODE, organization, &application).await?;
            self.world.submit(organization, &name).await.with_context(|| format!("cannot submit {name}"))?;
            names.push(name);
        }
        Ok(names)
    }

    /// Presents a list under a note, and waits until it is screened.
    pub(super) async fn present(&self, note_number: &str, list: &[String]) -> anyhow::Result<()> {
        self.world.present(ELECTION_CODE, note_number.to_owned(), list).await?;
        self.wait_for_checks(list).await
    }

    /// Reviews a list and recommends to accredit everyone, except `refused`.
    pub(super) async fn review(&self, list: &[String], refused: Option<&String>) -> anyhow::Result<()> {
        let reviewer = self.commission(REVIEWERS[0]);
        for name in list {
            let claim = v1::ClaimApplicationRequest { request_id: request_id(), name: name.clone() };
            let claimed = self.calls().make(reviewer.claim_application(claim)).await;
            let claimed = claimed.with_context(|| format!("cannot claim {name}"))?;
            // None of these people has an incident, so a finding would be a mistake of screening.
            ensure!(claimed.findings.is_empty(), "the checks find {:?} in {name}", claimed.findings);
            self.recommend(&reviewer, claimed, refused == Some(name)).await?;
        }
        Ok(())
    }

    /// Recommends an application that the reviewer has claimed.
    pub(super) async fn recommend(&self, reviewer: &Client, held: v1::Application, refuse: bool) -> anyhow::Result<()> {
        let refusal = v1::Refusal {
            ground: "not-nominated".to_owned(),
            text: "No letter of nomination was received.".to_owned(),
            ..Default::default()
        };
        let request = v1::RecommendApplicationRequest {
            request_id: request_id(),
            name: held.name.clone(),
            etag: held.etag,
            verdict: if refuse { v1::Verdict::Refuse } else { v1::Verdict::Accredit }.into(),
            refusal: refuse.then_some(refusal),
            ..Default::default()
        };
        let recommended = self.calls().make(reviewer.recommend_application(request)).await;
        recommended.with_context(|| format!("cannot recommend {}", held.name))?;
        Ok(())
    }

    /// Drafts a decree about applications and proposals, and adopts it.
    pub(super) async fn adopt(
        &self,
        adopter: &str,
        session: Date,
        applications: Vec<String>,
        proposals: Vec<String>,
    ) -> anyhow::Result<v1::Decree> {
        let number = format!("2022/{}", self.next_decree_number());
        self.world.adopt(ELECTION_CODE, adopter, number, session, applications, proposals).await
    }
}

//! The ordinary way of an application in the second election, for a few people at a time.

use anyhow::{Context, ensure};
use client::Client;
use jiff::civil::Date;
use wire::v1;

use super::{REVIEWERS, Second};
use crate::calls::request_id;
use crate::filing;
use crate::world::{CEC, MFA, MFA_OFFICER, SECRETARY};

impl Second<'_> {
    pub(super) fn secretary(&self, organization: &str) -> Client {
        self.world.actor(organization, SECRETARY)
    }

    pub(super) fn commission(&self, principal: &str) -> Client {
        self.world.actor(CEC, principal)
    }

    /// Files people of an organization with their documents and submits them, each in the place of an accreditation if
    /// one is named; answers their names.
    pub(super) async fn submit(
        &self,
        organization: &str,
        content: Vec<v1::Application>,
    ) -> anyhow::Result<Vec<String>> {
        let secretary = self.secretary(organization);
        let mut names = Vec::with_capacity(content.len());
        for application in content {
            let create = v1::CreateApplicationRequest {
                request_id: request_id(),
                parent: format!("{}/missions/{organization}", self.election),
                application: Some(application.clone()),
                validate_only: false,
            };
            let created = self.calls().make(secretary.create_application(create)).await;
            let name = created.with_context(|| format!("{organization} cannot file an application"))?.name;
            filing::upload(self.calls(), &secretary, &name, &application, &[]).await?;
            let submit =
                v1::SubmitApplicationRequest { request_id: request_id(), name: name.clone(), etag: String::new() };
            let submitted = self.calls().make(secretary.submit_application(submit)).await;
            submitted.with_context(|| format!("cannot submit {name}"))?;
            names.push(name);
        }
        Ok(names)
    }

    /// Presents a list under a note.
    pub(super) async fn present(&self, note_number: &str, list: &[String]) -> anyhow::Result<()> {
        let request = v1::CreatePresentationRequest {
            request_id: request_id(),
            parent: self.election.clone(),
            presentation: Some(v1::Presentation {
                note_number: note_number.to_owned(),
                applications: list.to_vec(),
                ..Default::default()
            }),
            expected_count: i32::try_from(list.len()).context("a short list")?,
        };
        let presented = self.calls().make(self.world.actor(MFA, MFA_OFFICER).create_presentation(request)).await;
        presented.with_context(|| format!("cannot present note {note_number}"))?;
        self.wait_for_checks(list).await
    }

    /// Reviews a list: recommends to accredit everyone but one, if one is named.
    pub(super) async fn review(&self, list: &[String], refused: Option<&String>) -> anyhow::Result<()> {
        let reviewer = self.commission(REVIEWERS[0]);
        for name in list {
            let claim = v1::ClaimApplicationRequest { request_id: request_id(), name: name.clone() };
            let claimed = self.calls().make(reviewer.claim_application(claim)).await;
            let claimed = claimed.with_context(|| format!("cannot claim {name}"))?;
            ensure!(claimed.findings.is_empty(), "the checks find {:?} in {name}", claimed.findings);
            self.recommend(&reviewer, claimed, refused == Some(name)).await?;
        }
        Ok(())
    }

    /// Recommends what a reviewer holds.
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

    /// Drafts a decree over applications and proposals, and adopts it.
    pub(super) async fn adopt(
        &self,
        adopter: &str,
        session: Date,
        applications: Vec<String>,
        proposals: Vec<String>,
    ) -> anyhow::Result<v1::Decree> {
        let adopter = self.commission(adopter);
        let decree_number = format!("2022/{}", self.number());
        let what = format!("the decree {decree_number}");
        let create = v1::CreateDecreeRequest {
            request_id: request_id(),
            parent: self.election.clone(),
            decree: Some(v1::Decree {
                decree_number,
                session_date: session.to_string(),
                chair: "Chair of the Commission".to_owned(),
                secretary: "Secretary of the Commission".to_owned(),
                ..Default::default()
            }),
        };
        let draft = self.calls().make(adopter.create_decree(create)).await;
        let name = draft.with_context(|| format!("cannot draft {what}"))?.name;
        let add = v1::AddDecreeItemsRequest { request_id: request_id(), name: name.clone(), applications, proposals };
        let added = self.calls().make(adopter.add_decree_items(add)).await;
        let etag = added.with_context(|| format!("cannot list anything in {what}"))?.etag;
        let adopt = v1::AdoptDecreeRequest { request_id: request_id(), name, etag, ..Default::default() };
        let adopted = self.calls().make(adopter.adopt_decree(adopt)).await;
        adopted.with_context(|| format!("cannot adopt {what}"))
    }
}

//! The commission's steps: two reviewers work through the queue, and a third person adopts decrees.

use anyhow::{Context, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use wire::v1;

use super::Election2019;
use crate::calls::{IN_FLIGHT, request_id};
use crate::plan::{Case, Ending, Ground, Incident};
use crate::world::{CEC, ELECTION};

/// The two principals that review. Each is used by several clients at once.
const REVIEWERS: [&str; 2] = ["reviewer-1", "reviewer-2"];

/// The most people in one decree.
const MAX_DECREE_LENGTH: usize = 1000;

impl Election2019<'_> {
    /// Reviews a session's queue until it is empty, and once more when the delegations have answered.
    pub(super) async fn review(&self, session: usize, due: Timestamp) -> anyhow::Result<()> {
        self.drain_queue(due).await?;
        self.answer(session).await?;
        self.wait_for_checks().await?;
        self.drain_queue(due).await
    }

    /// Reviews until the queue is empty, with [`IN_FLIGHT`] workers that share the two reviewers' certificates.
    async fn drain_queue(&self, due: Timestamp) -> anyhow::Result<()> {
        let workers = REVIEWERS.iter().cycle().take(IN_FLIGHT).map(|reviewer| self.world.actor(CEC, reviewer));
        let waiting = self.list_in_state(&self.world.actor(CEC, REVIEWERS[0]), "PRESENTED").await?.len();
        // All workers run at once, so that they compete for the queue as in a real session.
        let workers: Vec<_> = workers.map(|reviewer| self.review_until_empty(reviewer, due)).collect();
        self.progress.begin("reviewing applications", waiting);
        let done: usize = futures_util::future::try_join_all(workers).await?.into_iter().sum();
        // Two workers that got the same application, or an application that none got, would show here.
        ensure!(done == waiting, "{waiting} applications waited for review and {done} were claimed");
        Ok(())
    }

    /// Claims and reviews applications until the queue is empty. Returns how many it reviewed.
    async fn review_until_empty(&self, reviewer: client::Client, due: Timestamp) -> anyhow::Result<usize> {
        for done in 0.. {
            let claim = v1::ClaimNextApplicationRequest {
                request_id: request_id(),
                parent: format!("elections/{ELECTION}"),
                ..Default::default()
            };
            match self.calls().make(reviewer.claim_next_application(claim)).await {
                Ok(claimed) => self.review_one(&reviewer, claimed, due).await?,
                Err(error) if error.reason() == Some("QUEUE_EMPTY") => return Ok(done),
                Err(error) => return Err(error).context("cannot claim the next application"),
            }
            self.progress.advance();
        }
        unreachable!("the range has no end")
    }

    /// Reviews a claimed application: asks a question, or recommends a decision.
    async fn review_one(
        &self,
        reviewer: &client::Client,
        claimed: v1::Application,
        due: Timestamp,
    ) -> anyhow::Result<()> {
        let case = self.get_case(&claimed)?;
        self.download_passport_page(reviewer, &claimed.name).await?;
        let found: Vec<&str> = claimed.findings.iter().map(|finding| finding.code.as_str()).collect();
        let expected = case.incident.and_then(Incident::finding);
        ensure!(found == Vec::from_iter(expected), "screening finds {found:?} in {}, not {expected:?}", claimed.name);
        match case.incident {
            Some(incident) if incident.has_question() && claimed.return_count == 0 => {
                self.ask(reviewer, claimed, incident, due).await
            }
            _ => self.recommend(reviewer, claimed, case).await,
        }
    }

    /// Downloads the passport page, as a reviewer does before anything else.
    async fn download_passport_page(&self, reviewer: &client::Client, name: &str) -> anyhow::Result<()> {
        let list = v1::ListDocumentsRequest { parent: name.to_owned() };
        let list = self.calls().make(reviewer.list_documents(list)).await;
        let documents = list.with_context(|| format!("cannot list the documents of {name}"))?.documents;
        let page = documents.iter().find(|document| document.kind() == v1::DocumentKind::PassportPage);
        let page = page.with_context(|| format!("{name} has no passport page"))?;
        let read = v1::DownloadDocumentRequest { name: page.name.clone(), purpose: "review".to_owned() };
        let read = self.calls().make(reviewer.download_document(read)).await;
        read.with_context(|| format!("cannot read {}", page.name)).map(drop)
    }

    /// Asks the delegation a question, to be answered before `due`.
    async fn ask(
        &self,
        reviewer: &client::Client,
        claimed: v1::Application,
        incident: Incident,
        due: Timestamp,
    ) -> anyhow::Result<()> {
        let (field, reason, text) = match incident {
            Incident::AskedForPhoto => ("documents", v1::ReturnReason::Illegible, "The photo shows no face."),
            _ => ("person.native_name", v1::ReturnReason::Unclear, "Is this the spelling in the passport?"),
        };
        let question = v1::Question {
            field: field.to_owned(),
            reason: reason.into(),
            text: text.to_owned(),
            ..Default::default()
        };
        let request = v1::RaiseQuestionsRequest {
            request_id: request_id(),
            name: claimed.name.clone(),
            etag: claimed.etag,
            questions: vec![question],
            due_time: Some(wire_time(due)),
        };
        let asked = self.calls().make(reviewer.raise_questions(request)).await;
        asked.with_context(|| format!("cannot ask about {}", claimed.name))?;
        Ok(())
    }

    /// Recommends the decision of the plan.
    async fn recommend(&self, reviewer: &client::Client, claimed: v1::Application, case: &Case) -> anyhow::Result<()> {
        let name = claimed.name.clone();
        let (etag, ground) = match case.ending {
            // Open findings only block a recommendation to accredit.
            Ending::Refused(ground) => (claimed.etag, Some(ground)),
            _ => (self.clear_findings(reviewer, claimed).await?, None),
        };
        let verdict = if ground.is_some() { v1::Verdict::Refuse } else { v1::Verdict::Accredit };
        let refusal = |ground: &Ground| v1::Refusal {
            ground: ground.code.to_owned(),
            text: ground.text.to_owned(),
            ..Default::default()
        };
        let request = v1::RecommendApplicationRequest {
            request_id: request_id(),
            name: name.clone(),
            etag,
            verdict: verdict.into(),
            refusal: ground.map(refusal),
            ..Default::default()
        };
        let recommended = self.calls().make(reviewer.recommend_application(request)).await;
        recommended.with_context(|| format!("cannot recommend {name}"))?;
        Ok(())
    }

    /// Clears every finding, and returns the application's etag afterwards.
    async fn clear_findings(&self, reviewer: &client::Client, claimed: v1::Application) -> anyhow::Result<String> {
        let mut etag = claimed.etag;
        for finding in claimed.findings {
            let request = v1::ClearFindingRequest {
                request_id: request_id(),
                name: claimed.name.clone(),
                etag,
                code: finding.code,
                reason: "The sending organization has confirmed it in writing.".to_owned(),
            };
            let cleared = self.calls().make(reviewer.clear_finding(request)).await;
            etag = cleared.with_context(|| format!("cannot clear a finding in {}", claimed.name))?.etag;
        }
        Ok(etag)
    }

    /// Adopts decrees about all recommended applications. Accreditations and refusals are in separate decrees.
    pub(super) async fn adopt_decrees(&self, session: usize, day: Date) -> anyhow::Result<()> {
        let adopter = self.world.actor(CEC, "adopter");
        let (mut accredited, mut refused) = (Vec::new(), Vec::new());
        for application in self.list_in_state(&adopter, "RECOMMENDED").await? {
            let verdict = application.recommendation.as_ref().map(v1::Recommendation::verdict);
            let list = if verdict == Some(v1::Verdict::Refuse) { &mut refused } else { &mut accredited };
            list.push(application.name);
        }
        let expected = self.plan.table.by_session()[session];
        ensure!(
            accredited.len() == expected as usize,
            "{} people are to be accredited, not {expected}",
            accredited.len()
        );
        let lists: Vec<_> = accredited.chunks(MAX_DECREE_LENGTH).chain(refused.chunks(MAX_DECREE_LENGTH)).collect();
        self.progress.begin("adopting decrees", lists.len());
        for (index, list) in lists.into_iter().enumerate() {
            let number = format!("{}/{}", session + 1, index + 1);
            let decree = self.world.adopt(ELECTION, "adopter", number, day, list.to_vec(), Vec::new()).await?;
            let decided = decree.accredited_count + decree.refused_count;
            ensure!(
                decided as usize == list.len(),
                "{} lists {} people and decides {decided}",
                decree.name,
                list.len()
            );
            self.progress.advance();
        }
        Ok(())
    }
}

/// A time as protobuf has it.
fn wire_time(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}

//! The delegations' steps: they file, submit, correct, answer and withdraw applications.

use anyhow::{Context, ensure};
use wire::v1;

use super::Election2019;
use crate::calls::request_id;
use crate::filing;
use crate::plan::{Case, Ending, Incident, Lapse, Withdrawal};
use crate::rosters;
use crate::world::ELECTION;

impl<'a> Election2019<'a> {
    /// Files every case with its documents, and submits those that the plan submits in time. Returns their names.
    ///
    /// The content takes the way through a spreadsheet, as a real list would, so the roster crate is exercised as well.
    pub(super) async fn file(&self, cases: &[&'a Case]) -> anyhow::Result<Vec<(String, &'a Case)>> {
        // One list for each delegation: the cases of a plan are ordered by delegation within a session.
        let mut rows = Vec::with_capacity(cases.len());
        for of_one in cases.chunk_by(|one, next| one.delegation == next.delegation) {
            let applications: Vec<_> = of_one.iter().map(|case| &case.application).collect();
            let read = rosters::read(&rosters::write(&applications)).context("a delegation's roster")?;
            rows.extend(of_one.iter().copied().zip(read));
        }
        let file = |(case, content): (&'a Case, v1::Application)| async move {
            Ok((self.file_one(case, content).await?, case))
        };
        self.each("filing applications", rows, file).await
    }

    /// Files one case, and submits it unless the plan leaves it a draft.
    async fn file_one(&self, case: &Case, content: v1::Application) -> anyhow::Result<String> {
        let organization = &self.plan.delegation(case).code;
        let name = self.world.file(ELECTION, organization, &content).await?;
        if case.is_submitted() {
            self.world.submit(organization, &name).await.with_context(|| format!("cannot submit {name}"))?;
        }
        Ok(name)
    }

    /// Uploads the documents that `content` declares and `before` does not.
    async fn upload(
        &self,
        secretary: &client::Client,
        name: &str,
        content: &v1::Application,
        before: &[v1::Document],
    ) -> anyhow::Result<()> {
        filing::upload(self.calls(), secretary, name, content, before).await
    }

    /// Corrects what the ministry returned and submits it again, except the cases that are never corrected.
    pub(super) async fn correct_returned(&self, session: usize) -> anyhow::Result<()> {
        let corrected =
            |case: &Case| case.is_returned_by_ministry() && case.ending != Ending::Lapsed(Lapse::NeverCorrected);
        let correct = |(name, case)| self.correct_one(name, case);
        self.each("correcting returned applications", self.list_filed(session, corrected), correct).await?;
        Ok(())
    }

    /// Replaces the photo of one application, and submits it again.
    async fn correct_one(&self, name: &str, case: &Case) -> anyhow::Result<()> {
        let secretary = self.secretary(case);
        let read = self.read(&secretary, name).await?;
        let corrected = filing::with_another_photo(&read);
        self.upload(&secretary, name, &corrected, &read.documents).await?;
        let update = v1::UpdateApplicationRequest {
            request_id: request_id(),
            name: name.to_owned(),
            etag: read.etag.clone(),
            application: Some(corrected),
            validate_only: false,
        };
        let updated = self.calls().make(secretary.update_application(update)).await;
        updated.with_context(|| format!("cannot correct {name}"))?;
        let organization = &self.plan.delegation(case).code;
        self.world.submit(organization, name).await.with_context(|| format!("cannot submit {name} again"))?;
        Ok(())
    }

    /// The application as the delegation sees it now.
    async fn read(&self, secretary: &client::Client, name: &str) -> anyhow::Result<v1::Application> {
        let read =
            self.calls().make(secretary.get_application(v1::GetApplicationRequest { name: name.to_owned() })).await;
        read.with_context(|| format!("cannot read {name}"))
    }

    /// Answers all questions of the commission in a session.
    pub(super) async fn answer(&self, session: usize) -> anyhow::Result<()> {
        let asked = self.list_filed(session, |case| case.incident.is_some_and(Incident::has_question));
        self.each("answering questions", asked, |(name, case)| self.answer_one(name, case)).await?;
        Ok(())
    }

    /// Answers the questions about one application, with another photo if one was asked for.
    async fn answer_one(&self, name: &str, case: &Case) -> anyhow::Result<()> {
        let secretary = self.secretary(case);
        let read = self.read(&secretary, name).await?;
        let questions = read.last_return.as_ref().map_or(&[][..], |asked| &asked.questions);
        ensure!(!questions.is_empty(), "{name} has no question, but the plan has the commission ask one");
        let reply = |question: &v1::Question| v1::Answer {
            field: question.field.clone(),
            text: "We have looked at it again; the passport has it so.".to_owned(),
        };
        let corrected = (case.incident == Some(Incident::AskedForPhoto)).then(|| filing::with_another_photo(&read));
        if let Some(corrected) = &corrected {
            self.upload(&secretary, name, corrected, &read.documents).await?;
        }
        let answer = v1::AnswerQuestionsRequest {
            request_id: request_id(),
            name: name.to_owned(),
            answers: questions.iter().map(reply).collect(),
            application: corrected,
        };
        let answered = self.calls().make(secretary.answer_questions(answer)).await;
        answered.with_context(|| format!("cannot answer about {name}"))?;
        Ok(())
    }

    /// Withdraws the applications that the plan withdraws in this state.
    pub(super) async fn withdraw(&self, session: usize, when: Withdrawal) -> anyhow::Result<()> {
        let withdrawn = self.list_filed(session, |case| case.ending == Ending::Withdrawn(when));
        self.each("withdrawing applications", withdrawn, |(name, case)| self.withdraw_one(name, case)).await?;
        Ok(())
    }

    /// Withdraws one application.
    async fn withdraw_one(&self, name: &str, case: &Case) -> anyhow::Result<()> {
        let withdraw = v1::WithdrawApplicationRequest {
            request_id: request_id(),
            name: name.to_owned(),
            reason: "The observer cannot travel.".to_owned(),
        };
        let withdrawn = self.calls().make(self.secretary(case).withdraw_application(withdraw)).await;
        withdrawn.with_context(|| format!("cannot withdraw {name}"))?;
        Ok(())
    }
}

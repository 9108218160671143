//! The delegations' side: file, submit, mend, answer, withdraw.

use anyhow::{Context, ensure};
use wire::v1;

use super::Play;
use crate::calls::request_id;
use crate::filing;
use crate::plan::{Case, Ending, Incident, Lapse, Withdrawal};
use crate::rosters;
use crate::world::ELECTION;

impl<'a> Play<'a> {
    /// Files every case from its delegation's roster, with its documents, and submits those that are submitted in time;
    /// answers their names.
    pub(super) async fn file(&self, cases: &[&'a Case]) -> anyhow::Result<Vec<(String, &'a Case)>> {
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

    async fn file_one(&self, case: &Case, content: v1::Application) -> anyhow::Result<String> {
        let organization = &self.plan.delegation(case).code;
        let name = self.world.file(ELECTION, organization, &content).await?;
        if case.is_submitted() {
            self.world.submit(organization, &name).await.with_context(|| format!("cannot submit {name}"))?;
        }
        Ok(name)
    }

    /// Uploads what is declared and was not before.
    async fn upload(
        &self,
        secretary: &client::Client,
        name: &str,
        content: &v1::Application,
        before: &[v1::Document],
    ) -> anyhow::Result<()> {
        filing::upload(self.calls(), secretary, name, content, before).await
    }

    /// Mends what the ministry returned and submits it again; some are never mended.
    pub(super) async fn mend(&self, session: usize) -> anyhow::Result<()> {
        let mended = |case: &Case| case.is_returned_by_ministry() && case.ending != Ending::Lapsed(Lapse::NeverMended);
        let mend = |(name, case)| self.mend_one(name, case);
        self.each("mending returned applications", self.filed(session, mended), mend).await?;
        Ok(())
    }

    async fn mend_one(&self, name: &str, case: &Case) -> anyhow::Result<()> {
        let secretary = self.secretary(case);
        let read = self.read(&secretary, name).await?;
        let mended = filing::with_another_photo(&read);
        self.upload(&secretary, name, &mended, &read.documents).await?;
        let update = v1::UpdateApplicationRequest {
            request_id: request_id(),
            name: name.to_owned(),
            etag: read.etag.clone(),
            application: Some(mended),
            validate_only: false,
        };
        let updated = self.calls().make(secretary.update_application(update)).await;
        updated.with_context(|| format!("cannot mend {name}"))?;
        let organization = &self.plan.delegation(case).code;
        self.world.submit(organization, name).await.with_context(|| format!("cannot submit {name} again"))?;
        Ok(())
    }

    async fn read(&self, secretary: &client::Client, name: &str) -> anyhow::Result<v1::Application> {
        let read =
            self.calls().make(secretary.get_application(v1::GetApplicationRequest { name: name.to_owned() })).await;
        read.with_context(|| format!("cannot read {name}"))
    }

    /// Answers the commission's questions.
    pub(super) async fn answer(&self, session: usize) -> anyhow::Result<()> {
        let asked = self.filed(session, |case| case.incident.is_some_and(Incident::asks));
        self.each("answering questions", asked, |(name, case)| self.answer_one(name, case)).await?;
        Ok(())
    }

    async fn answer_one(&self, name: &str, case: &Case) -> anyhow::Result<()> {
        let secretary = self.secretary(case);
        let read = self.read(&secretary, name).await?;
        let questions = read.last_return.as_ref().map_or(&[][..], |asked| &asked.questions);
        ensure!(!questions.is_empty(), "{name} is to be asked about, and is not");
        let reply = |question: &v1::Question| v1::Answer {
            field: question.field.clone(),
            text: "We have looked at it again; the passport has it so.".to_owned(),
        };
        let mended = (case.incident == Some(Incident::AskedForPhoto)).then(|| filing::with_another_photo(&read));
        if let Some(mended) = &mended {
            self.upload(&secretary, name, mended, &read.documents).await?;
        }
        let answer = v1::AnswerQuestionsRequest {
            request_id: request_id(),
            name: name.to_owned(),
            answers: questions.iter().map(reply).collect(),
            application: mended,
        };
        let answered = self.calls().make(secretary.answer_questions(answer)).await;
        answered.with_context(|| format!("cannot answer about {name}"))?;
        Ok(())
    }

    /// Withdraws those who are withdrawn at this point.
    pub(super) async fn withdraw(&self, session: usize, when: Withdrawal) -> anyhow::Result<()> {
        let withdrawn = self.filed(session, |case| case.ending == Ending::Withdrawn(when));
        self.each("withdrawing applications", withdrawn, |(name, case)| self.withdraw_one(name, case)).await?;
        Ok(())
    }

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

//! The delegations' side: file, submit, mend, answer, withdraw.

use anyhow::{Context, ensure};
use wire::v1;

use super::Play;
use crate::calls::request_id;
use crate::filing;
use crate::plan::{Case, Ending, Incident, Lapse, Withdrawal};
use crate::world::ELECTION;

impl<'a> Play<'a> {
    /// Files every case, and submits those that are submitted in time; answers their names.
    pub(super) async fn file(&self, cases: &[&'a Case]) -> anyhow::Result<Vec<(String, &'a Case)>> {
        let file = |case: &&'a Case| {
            let case = *case;
            async move { Ok((self.file_one(case).await?, case)) }
        };
        self.each("filing applications", cases, file).await
    }

    async fn file_one(&self, case: &Case) -> anyhow::Result<String> {
        let organization = &self.plan.delegation(case).code;
        let secretary = self.secretary(case);
        let create = v1::CreateApplicationRequest {
            request_id: request_id(),
            parent: format!("elections/{ELECTION}/missions/{organization}"),
            application: Some(case.application.clone()),
            validate_only: false,
        };
        let created = self.calls().make(secretary.create_application(create)).await;
        let name = created.with_context(|| format!("{organization} cannot file an application"))?.name;
        self.upload(&secretary, &name, &case.application, &[]).await?;
        if case.is_submitted() {
            self.submit(&secretary, &name).await.with_context(|| format!("cannot submit {name}"))?;
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

    pub(super) async fn submit(
        &self,
        secretary: &client::Client,
        name: &str,
    ) -> Result<v1::Application, client::Error> {
        let submit =
            v1::SubmitApplicationRequest { request_id: request_id(), name: name.to_owned(), etag: String::new() };
        self.calls().make(secretary.submit_application(submit)).await
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
        self.submit(&secretary, name).await.with_context(|| format!("cannot submit {name} again"))?;
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

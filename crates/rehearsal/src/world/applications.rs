//! The steps of applications in any election: filed, submitted, presented, decided.

use anyhow::{Context, ensure};
use jiff::civil::Date;
use wire::v1;

use super::World;
use super::election::{CEC, MFA, MFA_OFFICER, SECRETARY};
use crate::calls::request_id;
use crate::filing;

impl World {
    /// Files an application with its documents, as the organization's secretary. Returns its name.
    ///
    /// The application stays a draft. [`Self::submit`] submits it.
    pub async fn file(&self, election: &str, organization: &str, content: &v1::Application) -> anyhow::Result<String> {
        let secretary = self.actor(organization, SECRETARY);
        let create = v1::CreateApplicationRequest {
            request_id: request_id(),
            parent: format!("elections/{election}/missions/{organization}"),
            application: Some(content.clone()),
            validate_only: false,
        };
        let created = self.calls.make(secretary.create_application(create)).await;
        let name = created.with_context(|| format!("{organization} cannot file an application"))?.name;
        filing::upload(&self.calls, &secretary, &name, content, &[]).await?;
        Ok(name)
    }

    /// Submits an application as the organization's secretary.
    ///
    /// # Errors
    ///
    /// Returns the client's own error, because some callers expect a refusal and look at its reason.
    pub async fn submit(&self, organization: &str, name: &str) -> Result<v1::Application, client::Error> {
        let submit =
            v1::SubmitApplicationRequest { request_id: request_id(), name: name.to_owned(), etag: String::new() };
        self.calls.make(self.actor(organization, SECRETARY).submit_application(submit)).await
    }

    /// Presents a list of at most 1,000 applications under a note, as the ministry's officer.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses the list, or presents fewer applications than the list has.
    pub async fn present(&self, election: &str, note_number: String, list: &[String]) -> anyhow::Result<()> {
        let request = v1::CreatePresentationRequest {
            request_id: request_id(),
            parent: format!("elections/{election}"),
            presentation: Some(v1::Presentation {
                note_number: note_number.clone(),
                applications: list.to_vec(),
                ..Default::default()
            }),
            expected_count: i32::try_from(list.len()).context("a list has at most a thousand people")?,
        };
        let presented = self.calls.make(self.actor(MFA, MFA_OFFICER).create_presentation(request)).await;
        let presented = presented.with_context(|| format!("cannot present {} people", list.len()))?.applications.len();
        ensure!(presented == list.len(), "note {note_number} lists {} people, {presented} are presented", list.len());
        Ok(())
    }

    /// Drafts a decree about applications and proposals, and adopts it, as a principal of the commission.
    ///
    /// `adopter` is the name of a principal with the role `cec.adopter`, and `session` the date in the decree.
    pub async fn adopt(
        &self,
        election: &str,
        adopter: &str,
        decree_number: String,
        session: Date,
        applications: Vec<String>,
        proposals: Vec<String>,
    ) -> anyhow::Result<v1::Decree> {
        let adopter = self.actor(CEC, adopter);
        let (people, ends) = (applications.len(), proposals.len());
        let what = format!("the decree {decree_number} about {people} people and {ends} proposals");
        let create = v1::CreateDecreeRequest {
            request_id: request_id(),
            parent: format!("elections/{election}"),
            decree: Some(v1::Decree {
                decree_number,
                session_date: session.to_string(),
                chair: "Chair of the Commission".to_owned(),
                secretary: "Secretary of the Commission".to_owned(),
                ..Default::default()
            }),
        };
        let draft = self.calls.make(adopter.create_decree(create)).await;
        let name = draft.with_context(|| format!("cannot draft {what}"))?.name;
        let add = v1::AddDecreeItemsRequest {
            request_id: request_id(),
            name: name.clone(),
            applications,
            proposals,
            ..Default::default()
        };
        let added = self.calls.make(adopter.add_decree_items(add)).await;
        let etag = added.with_context(|| format!("cannot add items to {what}"))?.etag;
        let adopt = v1::AdoptDecreeRequest { request_id: request_id(), name, etag, ..Default::default() };
        let adopted = self.calls.make(adopter.adopt_decree(adopt)).await;
        adopted.with_context(|| format!("cannot adopt {what}"))
    }
}

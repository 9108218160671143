//! The ministry's steps: it returns applications, or presents them to the commission in numbered lists.

use anyhow::{Context, ensure};
use jiff::civil::Date;
use wire::v1;

use super::Election2019;
use crate::calls::request_id;
use crate::plan::{Case, Ending};
use crate::world::{ELECTION, MFA, MFA_OFFICER};

/// The most people in one presentation; the API accepts no more.
const MAX_LIST_LENGTH: usize = 1000;

impl Election2019<'_> {
    /// Returns the applications whose photo is illegible, as the plan says.
    pub(super) async fn return_illegible(&self, session: usize) -> anyhow::Result<()> {
        let submitted = self.list_submitted(session).await?;
        let mut returned = Vec::new();
        for application in submitted {
            if self.get_case(&application)?.is_returned_by_ministry() {
                returned.push(application);
            }
        }
        self.each("returning applications", returned, |application| self.return_one(application)).await?;
        Ok(())
    }

    /// Returns one application, with a question about its photo.
    async fn return_one(&self, application: v1::Application) -> anyhow::Result<()> {
        let question = v1::Question {
            field: "documents".to_owned(),
            reason: v1::ReturnReason::Illegible.into(),
            text: "The photo is blurred.".to_owned(),
            ..Default::default()
        };
        let request = v1::ReturnApplicationRequest {
            request_id: request_id(),
            name: application.name.clone(),
            etag: application.etag,
            questions: vec![question],
        };
        let officer = self.world.actor(MFA, MFA_OFFICER);
        let returned = self.calls().make(officer.return_application(request)).await;
        returned.with_context(|| format!("cannot return {}", application.name))?;
        Ok(())
    }

    /// Presents the applications of a session: those that will be accredited first, then all others.
    pub(super) async fn present(&self, session: usize, day: Date) -> anyhow::Result<()> {
        let (mut accredited, mut others) = (Vec::new(), Vec::new());
        for application in self.list_submitted(session).await? {
            match self.get_case(&application)? {
                case if case.ending == Ending::Accredited => accredited.push(application.name),
                case if case.is_presented() => others.push(application.name),
                _ => {}
            }
        }
        // Compared before presenting, because a missing application would otherwise only show in the last totals.
        let expected = self.list_filed(session, Case::is_presented).len();
        let found = accredited.len() + others.len();
        ensure!(found == expected, "the ministry finds {found} applications to present and not {expected}");
        let lists: Vec<_> =
            accredited.chunks(MAX_LIST_LENGTH).chain(others.chunks(MAX_LIST_LENGTH)).enumerate().collect();
        self.progress.begin("presenting lists", lists.len());
        for (index, list) in lists {
            self.world.present(ELECTION, format!("{day}/{}", index + 1), list).await?;
            self.progress.advance();
        }
        Ok(())
    }

    /// The submitted applications of a session, as the ministry sees them.
    async fn list_submitted(&self, session: usize) -> anyhow::Result<Vec<v1::Application>> {
        let officer = self.world.actor(MFA, MFA_OFFICER);
        let mut submitted = self.list_in_state(&officer, "SUBMITTED").await?;
        for application in &submitted {
            self.get_case(application)?;
        }
        submitted.retain(|application| self.get_case(application).is_ok_and(|case| case.session == session));
        Ok(submitted)
    }

    /// The applications of all delegations in a state, as a client sees them.
    pub(super) async fn list_in_state(
        &self,
        client: &client::Client,
        state: &str,
    ) -> anyhow::Result<Vec<v1::Application>> {
        let request = v1::ListApplicationsRequest {
            parent: format!("elections/{ELECTION}/missions/-"),
            filter: format!("state = {state}"),
            ..Default::default()
        };
        let listed = self.calls().list(client.all_applications(request)).await;
        listed.with_context(|| format!("cannot list the applications in the state {state}"))
    }
}

//! The ministry's side: return, or present in numbered lists.

use anyhow::{Context, ensure};
use jiff::civil::Date;
use wire::v1;

use super::Play;
use crate::calls::request_id;
use crate::plan::{Case, Ending};
use crate::world::{ELECTION, MFA, MFA_OFFICER};

/// How many people one list can have.
const LONGEST_LIST: usize = 1000;

impl Play<'_> {
    /// Returns to their delegations those of which a photo cannot be read.
    pub(super) async fn return_some(&self, session: usize) -> anyhow::Result<()> {
        let submitted = self.submitted(session).await?;
        let mut returned = Vec::new();
        for application in submitted {
            if self.case(&application)?.is_returned_by_ministry() {
                returned.push(application);
            }
        }
        self.each("returning applications", returned, |application| self.return_one(application)).await?;
        Ok(())
    }

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

    /// Presents one list of those who will be accredited, as long as the decree, and another of all others.
    pub(super) async fn present(&self, session: usize, day: Date) -> anyhow::Result<()> {
        let (mut accredited, mut others) = (Vec::new(), Vec::new());
        for application in self.submitted(session).await? {
            match self.case(&application)? {
                case if case.ending == Ending::Accredited => accredited.push(application.name),
                case if case.is_presented() => others.push(application.name),
                _ => {}
            }
        }
        let expected = self.filed(session, Case::is_presented).len();
        let found = accredited.len() + others.len();
        ensure!(found == expected, "the ministry finds {found} applications to present and not {expected}");
        let lists: Vec<_> = accredited.chunks(LONGEST_LIST).chain(others.chunks(LONGEST_LIST)).enumerate().collect();
        self.progress.begin("presenting lists", lists.len());
        for (place, list) in lists {
            self.world.present(ELECTION, format!("{day}/{}", place + 1), list).await?;
            self.progress.advance();
        }
        Ok(())
    }

    /// What the ministry has of a session.
    async fn submitted(&self, session: usize) -> anyhow::Result<Vec<v1::Application>> {
        let officer = self.world.actor(MFA, MFA_OFFICER);
        let mut submitted = self.in_state(&officer, "SUBMITTED").await?;
        for application in &submitted {
            self.case(application)?;
        }
        submitted.retain(|application| self.case(application).is_ok_and(|case| case.session == session));
        Ok(submitted)
    }

    /// Everyone's applications in a state, as a client sees them.
    pub(super) async fn in_state(&self, client: &client::Client, state: &str) -> anyhow::Result<Vec<v1::Application>> {
        let request = v1::ListApplicationsRequest {
            parent: format!("elections/{ELECTION}/missions/-"),
            filter: format!("state = {state}"),
            ..Default::default()
        };
        let listed = self.calls().list(client.all_applications(request)).await;
        listed.with_context(|| format!("cannot list what is {state}"))
    }
}

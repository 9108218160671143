//! Requests pages of applications.

use std::time::Duration;

use anyhow::Context;
use client::{Client, Error};
use wire::v1;

use super::timed;
use crate::installation::{Installation, mission, organization};

/// Which page to request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The first page of all applications, read by the commission.
    First,
    /// The first page of one organization.
    Organization,
    /// The first page of a state that few applications have.
    State,
    /// The first page of one organization in one state.
    OrganizationAndState,
    /// The first page of the applications of a delegation, read by it.
    Delegation,
    /// The first page of applications with findings, in any state.
    Findings,
    /// The first page of applications that are refused or recommended for refusal.
    Refusals,
    /// The first page of the queue.
    Queue,
    /// The last full page of the queue.
    QueueTail,
}

/// The filter of the queue. In a large election few applications are in the queue, and they were filed late.
const QUEUE: &str = "state = PRESENTED";
/// The page size with which the end of a large queue is searched.
const LARGE_PAGE: i32 = 1000;

impl List {
    /// The name of the page in ids.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::First => &["list"],
            Self::Organization => &["list-organization"],
            Self::State => &["list-state"],
            Self::OrganizationAndState => &["list-organization-state"],
            Self::Delegation => &["list-delegation"],
            Self::Findings => &["list-findings"],
            Self::Refusals => &["list-refusals"],
            Self::Queue => &["queue"],
            Self::QueueTail => &["queue-last"],
        }
    }

    /// Requests the page. Every page must be full, so that pages of different elections can be compared.
    pub async fn request(self, installation: &Installation, page_size: i32) -> Result<Vec<Duration>, Error> {
        let own = organization(0);
        let (client, request) = match self {
            Self::First => (&installation.reviewer, of_all("")),
            Self::Organization => (&installation.reviewer, of_all(&format!("organization = {own}"))),
            Self::State => (&installation.reviewer, of_all("state = REFUSED")),
            Self::OrganizationAndState => {
                (&installation.reviewer, of_all(&format!("organization = {own} AND {QUEUE}")))
            }
            Self::Delegation => {
                let parent = mission(&own);
                (&installation.secretary, v1::ListApplicationsRequest { parent, ..Default::default() })
            }
            Self::Findings => (&installation.reviewer, of_all("findings = true")),
            Self::Refusals => (&installation.reviewer, of_all("verdict = REFUSE")),
            Self::Queue => (&installation.reviewer, of_queue(String::new())),
            Self::QueueTail => (&installation.reviewer, of_queue(installation.queue_tail.clone())),
        };
        let request = v1::ListApplicationsRequest { page_size, ..request };
        let (took, page) = timed(client.list_applications(request)).await?;
        assert_eq!(
            page.applications.len(),
            usize::try_from(page_size).unwrap_or_default(),
            "{self:?}: the page is not full"
        );
        Ok(vec![took])
    }
}

/// A request for applications of all organizations.
fn of_all(filter: &str) -> v1::ListApplicationsRequest {
    v1::ListApplicationsRequest { parent: mission("-"), filter: filter.to_owned(), ..Default::default() }
}

/// A request for the queue, from a page token on.
fn of_queue(page_token: String) -> v1::ListApplicationsRequest {
    v1::ListApplicationsRequest { order_by: "queue".to_owned(), page_token, ..of_all(QUEUE) }
}

/// The page token of the last full page of the queue.
pub async fn queue_tail(reviewer: &Client, page_size: i32, size: usize) -> anyhow::Result<String> {
    // `Plan` puts a twentieth of the applications into the queue.
    let mut large_pages = (size / 20).saturating_sub(1) / usize::try_from(LARGE_PAGE)?;
    let mut tokens = [String::new(), String::new()];
    loop {
        let size = if large_pages > 0 { LARGE_PAGE } else { page_size };
        large_pages = large_pages.saturating_sub(1);
        let request = v1::ListApplicationsRequest { page_size: size, ..of_queue(tokens[1].clone()) };
        let page = reviewer.list_applications(request).await.context("cannot list the queue")?;
        if page.next_page_token.is_empty() {
            // This page is the last one and may not be full. The page before it is full.
            return Ok(std::mem::take(&mut tokens[0]));
        }
        tokens = [std::mem::take(&mut tokens[1]), page.next_page_token];
    }
}

/// The name of the application that was filed first.
pub async fn first_application(reviewer: &Client) -> anyhow::Result<String> {
    let request = v1::ListApplicationsRequest { page_size: 1, ..of_all("") };
    let page = reviewer.list_applications(request).await?;
    Ok(page.applications.into_iter().next().context("an election with applications")?.name)
}

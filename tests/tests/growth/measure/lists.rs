//! Pages of applications.

use std::time::Duration;

use anyhow::Context;
use client::{Client, Error};
use wire::v1;

use super::timed;
use crate::installation::{Installation, mission, organization};

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The first of all, as the commission reads it.
    First,
    /// The first of an organization's.
    Organization,
    /// The first of a state that few are in.
    State,
    /// The first of an organization's in a state.
    OrganizationAndState,
    /// The first of a delegation's own.
    Delegation,
    /// The first of those in whose way something stands, in any state.
    Findings,
    /// The first of those who are recommended to be refused, or were.
    Refusals,
    /// The first of the queue.
    Queue,
    /// The last full one of the queue.
    QueueTail,
}

/// Of a large election few wait in the queue, and they were filed late.
const QUEUE: &str = "state = PRESENTED";
/// How much of a large queue is walked at once.
const STRIDE: i32 = 1000;

impl List {
    /// Its name in ids.
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

    /// Asks for it. Every page is full, so that pages of different elections can be compared.
    pub async fn ask(self, on: &Installation, page_size: i32) -> Result<Vec<Duration>, Error> {
        let own = organization(0);
        let (client, request) = match self {
            Self::First => (&on.reviewer, of_all("")),
            Self::Organization => (&on.reviewer, of_all(&format!("organization = {own}"))),
            Self::State => (&on.reviewer, of_all("state = REFUSED")),
            Self::OrganizationAndState => (&on.reviewer, of_all(&format!("organization = {own} AND {QUEUE}"))),
            Self::Delegation => {
                let parent = mission(&own);
                (&on.secretary, v1::ListApplicationsRequest { parent, ..Default::default() })
            }
            Self::Findings => (&on.reviewer, of_all("findings = true")),
            Self::Refusals => (&on.reviewer, of_all("verdict = REFUSE")),
            Self::Queue => (&on.reviewer, of_queue(String::new())),
            Self::QueueTail => (&on.reviewer, of_queue(on.queue_tail.clone())),
        };
        let request = v1::ListApplicationsRequest { page_size, ..request };
        let (took, page) = timed(client.list_applications(request)).await?;
        assert_eq!(page.applications.len(), usize::try_from(page_size).unwrap_or_default(), "{self:?}: a full page");
        Ok(vec![took])
    }
}

fn of_all(filter: &str) -> v1::ListApplicationsRequest {
    v1::ListApplicationsRequest { parent: mission("-"), filter: filter.to_owned(), ..Default::default() }
}

fn of_queue(page_token: String) -> v1::ListApplicationsRequest {
    v1::ListApplicationsRequest { order_by: "queue".to_owned(), page_token, ..of_all(QUEUE) }
}

/// The page token behind which the last full page of the queue begins.
pub async fn queue_tail(reviewer: &Client, page_size: i32, size: usize) -> anyhow::Result<String> {
    // As Plan has it, a twentieth waits.
    let mut strides = (size / 20).saturating_sub(1) / usize::try_from(STRIDE)?;
    let mut tokens = [String::new(), String::new()];
    loop {
        let stride = if strides > 0 { STRIDE } else { page_size };
        strides = strides.saturating_sub(1);
        let request = v1::ListApplicationsRequest { page_size: stride, ..of_queue(tokens[1].clone()) };
        let page = reviewer.list_applications(request).await.context("cannot walk the queue")?;
        if page.next_page_token.is_empty() {
            // This page was the last, and perhaps not full; the one before it was.
            return Ok(std::mem::take(&mut tokens[0]));
        }
        tokens = [std::mem::take(&mut tokens[1]), page.next_page_token];
    }
}

/// The name of whoever was filed first.
pub async fn first_application(reviewer: &Client) -> anyhow::Result<String> {
    let request = v1::ListApplicationsRequest { page_size: 1, ..of_all("") };
    let page = reviewer.list_applications(request).await?;
    Ok(page.applications.into_iter().next().context("an election with applications")?.name)
}

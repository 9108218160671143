//! Adopts a draft: every application is decided as recommended and every proposal carried out, by another person, or none
//! is.

use std::collections::BTreeMap;

use domain::decree::acts::{self, Numbers, ToAdopt};
use domain::decree::{Decree, FreeNumbers, Items};
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;

pub(crate) struct AdoptDecree;

impl Mutation for AdoptDecree {
    const ACTION: Action = Action::AdoptDecree;
    type Message = v1::AdoptDecreeRequest;
    type Input = request::AdoptDecree;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::adopt_decree(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn signature(input: &Self::Input) -> Vec<u8> {
        input.signature.clone()
    }

    fn validate_only(input: &Self::Input) -> bool {
        input.validate_only
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_decree(by.permit, &input.decree).await?;
        let decree = found.ok_or_else(|| Refusal::not_found(&input.decree))?;
        let loaded = load(decree, tx, by).await?;
        Ok(acts::adopt_decree(by, &input.etag, loaded)?)
    }
}

/// Loads what a draft lists, what stands in its way, and as many free numbers as it needs.
async fn load(decree: Decree, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<ToAdopt, CommandError> {
    let election = decree.name.election.clone();
    let items = Items {
        applications: tx.applications(by.permit, &election, &decree.applications).await?,
        proposals: tx.proposed(by.permit, &election, &decree.proposals).await?,
    };
    let Numbers { accreditations, badges } = items.numbers();
    let free = FreeNumbers {
        accreditation: tx.take_numbers(by.permit, &election, Series::Accreditation, accreditations).await?,
        badge: tx.take_numbers(by.permit, &election, Series::Badge, badges).await?,
    };
    let mut standing = BTreeMap::new();
    for application in items.applications.iter().flatten() {
        standing.insert(application.name.clone(), tx.screening_to_go_by(&application.name).await?.standing());
    }
    let taken = replacement::taken_places(&items.taken_places(), tx, by).await?;
    Ok(ToAdopt { decree, items, standing, free, taken })
}

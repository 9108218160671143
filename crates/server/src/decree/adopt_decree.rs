//! `AdoptDecree`: puts a draft into force. Every application is decided as recommended and every
//! proposal is carried out, or nothing is.
//!
//! - **Rule:** `domain::decree::acts::adopt_decree`. The adopter recommended, proposed or
//!   entered none of the items, and nothing that the checks found stands in the way.
//! - **Reads and locks, in this order:**
//! 1. The draft and its applications, without locks. Their updates name the versions that were
//!    read.
//! 2. The proposals, which lock the applications that they are about, and the mission (shared)
//!    to reinstate somebody.
//! 3. The counters of accreditations and of badges, as many numbers as are needed. From here on,
//!    two decrees of one election wait for each other.
//! 4. What the checks found about each application. The lock makes a running check wait; what it
//!    finds then comes after the adoption.
//! 5. The applications whose places are taken, so that no other decree ends the same
//!    accreditation.
//! - **Two at once:** the decree's row is written first. The later adoption finds another
//!   version, runs again and is refused by its etag.
//! - **A reviewer acts meanwhile:** the application's version differs, everything is rolled
//!   back, and the next run says which items are not ready.
//! - **Dry run:** with `validate_only` all of this happens and is rolled back. So the adopter
//!   sees the numbers and the problems before.
//! - **Signature:** the caller's detached signature is stored with the request, unread.

use std::collections::BTreeMap;

use domain::decree::acts::{self, AdoptInput, Numbers};
use domain::decree::{Decree, FreeNumbers, Items};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;

/// Adopts one draft.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_decree(by.permit, &input.decree).await?;
        let decree = found.ok_or_else(|| Refusal::not_found(&input.decree))?;
        let loaded = load(decree, tx, by).await?;
        Ok(acts::adopt_decree(by, &input.etag, loaded)?)
    }
}

/// Loads what a draft lists, what stands in its way, and as many free numbers as it needs.
///
/// The order of the locks is that of the module's comment. Change both together.
async fn load(decree: Decree, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<AdoptInput, CommandError> {
    let election = decree.name.election.clone();
    let items = Items {
        applications: tx.applications(by.permit, &election, &decree.applications).await?,
        proposals: tx.proposed(by.permit, &election, &decree.proposals).await?,
    };
    // Taken before it is known whether the act will refuse. A refusal rolls back, so no number is
    // lost.
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
    Ok(AdoptInput { decree, items, standing, free, taken })
}

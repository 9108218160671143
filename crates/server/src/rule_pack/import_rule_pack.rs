//! `ImportRulePack`: takes a file as a rule pack, for elections that are registered later.
//!
//! So the law is changed by a recorded act, and every server has the same. No file on a server
//! changes it.
//!
//! - **Rule:** `domain::rule_pack::acts::import`.
//! - **Locks:** nothing. The id is unique, and so is the digest.
//! - **Two at once:** the later one finds its key taken, runs again and answers ALREADY_EXISTS.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::rule_pack::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Imports one rule pack.
pub(crate) struct ImportRulePack;

impl Mutation for ImportRulePack {
    const ACTION: Action = Action::ImportRulePack;
    type Message = v1::ImportRulePackRequest;
    type Input = request::ImportRulePack;
    type Answer = v1::RulePack;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::import_rule_pack(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let file = acts::read(&input.content)?;
        let before = tx.lookup_rule_pack(&file.rules().id).await?;
        Ok(acts::import(by, file, before.as_ref())?)
    }
}

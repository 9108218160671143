//! `RulePackService`: the law of a country as data, imported once and never changed.

pub(crate) mod import_rule_pack;

use domain::outcome::CallContext;
use domain::policy::Action;
use domain::vocabulary::name::RulePackName;
pub(crate) use import_rule_pack::ImportRulePack;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::get::get;
use crate::engine::{Query, page};

get!(GetRulePack, RulePackName, GetRulePackRequest, v1::RulePack, get_rule_pack);

/// Lists the imported rule packs, without their files.
pub(crate) struct ListRulePacks;

impl Query for ListRulePacks {
    const ACTION: Action = Action::ListRulePacks;
    type Message = v1::ListRulePacksRequest;
    type Input = request::Page;
    type Answer = v1::ListRulePacksResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_rule_packs(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_rule_packs(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.id.clone());
        let rule_packs = found.iter().map(convert::rule_pack::to_list_item).collect();
        Ok(v1::ListRulePacksResponse { rule_packs, next_page_token })
    }
}

//! The calls of RulePackService.

use rehearsal::calls::request_id;
use wire::v1;

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "ImportRulePack" => caller.import_rule_pack(new_rule_pack(call).await?).await.map(drop),
        "GetRulePack" => {
            let id = if call.is(Relation::Absent) { "no-such-pack" } else { "kz-1" };
            caller.get_rule_pack(v1::GetRulePackRequest { name: format!("rulePacks/{id}") }).await.map(drop)
        }
        "ListRulePacks" => caller.list_rule_packs(v1::ListRulePacksRequest::default()).await.map(drop),
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The request that imports a pack with a new id.
async fn new_rule_pack(call: &Call<'_>) -> anyhow::Result<v1::ImportRulePackRequest> {
    let request = v1::GetRulePackRequest { name: "rulePacks/kz-1".to_owned() };
    let content = call.fixture.scene.registrar.get_rule_pack(request).await?.content;
    let content = content.replace("\"id\": \"kz-1\"", &format!("\"id\": \"new-{}\"", call.number()));
    Ok(v1::ImportRulePackRequest { request_id: request_id(), content })
}

//! Rule packs.

use domain::rule_pack::{ImportedRulePack, ListedRulePack};
use domain::vocabulary::name::RulePackName;

use super::time::timestamp;
use crate::v1;

/// The rule pack with its file.
pub fn to_message(pack: &ImportedRulePack) -> v1::RulePack {
    let ImportedRulePack { file, import_time } = pack;
    v1::RulePack {
        name: pack.name().to_string(),
        sha256: file.digest().to_vec(),
        law: file.rules().law.clone(),
        content: file.text().to_owned(),
        import_time: Some(timestamp(*import_time)),
        receipt: None,
    }
}

/// The rule pack in a list. A page of a thousand files would be too long.
pub fn to_list_item(pack: &ListedRulePack) -> v1::RulePack {
    let ListedRulePack { id, digest, import_time } = pack;
    v1::RulePack {
        name: RulePackName { rule_pack: id.clone() }.to_string(),
        sha256: digest.to_vec(),
        law: String::new(),
        content: String::new(),
        import_time: Some(timestamp(*import_time)),
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_list_has_the_digest_and_not_the_file() {
        let (file, import_time) = (sample::rule_pack(), sample::time("2019-04-01T00:00:00Z"));
        let whole = to_message(&ImportedRulePack { file: file.clone(), import_time });
        assert_eq!((&*whole.name, &*whole.content, &*whole.law), ("rulePacks/kz-1", file.text(), &*file.rules().law));
        let listed = ListedRulePack { id: file.rules().id.clone(), digest: file.digest(), import_time };
        assert_eq!(v1::RulePack { content: String::new(), law: String::new(), ..whole }, to_list_item(&listed));
    }
}

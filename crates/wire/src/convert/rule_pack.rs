//! Rule packs.

use domain::rule_pack::ImportedRulePack;

use super::time::timestamp;
use crate::v1;

/// The rule pack with its file.
pub fn to_message(pack: &ImportedRulePack) -> v1::RulePack {
    v1::RulePack { content: pack.file.text().to_owned(), ..to_list_item(pack) }
}

/// The rule pack without its file: a page of a thousand files would be too long.
pub fn to_list_item(pack: &ImportedRulePack) -> v1::RulePack {
    let ImportedRulePack { file, import_time } = pack;
    v1::RulePack {
        name: pack.name().to_string(),
        sha256: file.digest().to_vec(),
        law: file.rules().law.clone(),
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
        let pack = ImportedRulePack { file: file.clone(), import_time };
        let (whole, item) = (to_message(&pack), to_list_item(&pack));
        assert_eq!((&*whole.name, &*whole.content), ("rulePacks/kz-1", file.text()));
        assert_eq!(item.sha256, file.digest());
        assert_eq!(v1::RulePack { content: String::new(), ..whole }, item);
    }
}

//! The regions of the host state, as versioned data. A reform makes a new set, and an election keeps the set of its
//! day: 17 regions in 2019, 20 since 2022.

use std::sync::LazyLock;

use serde::Deserialize;

/// Every region set of this version, from `region_sets/`.
static SETS: LazyLock<[RegionSet; 2]> = LazyLock::new(|| {
    [include_str!("../../region_sets/kz-2019.json"), include_str!("../../region_sets/kz-2022.json")]
        .map(|text| serde_json::from_str(text).expect("a test reads every bundled set"))
});

/// The regions at one time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionSet {
    /// The id, such as `kz-2019`.
    pub id: String,
    /// The act that it restates, and the source of the codes.
    pub source: String,
    /// The regions, ordered by code.
    pub regions: Vec<Region>,
}

/// A region, or a city of the same rank.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The ISO 3166-2 code, such as `KZ-75`. It is the same in every set.
    pub code: String,
    /// The name in English.
    pub name_en: String,
    /// The name in Russian.
    pub name_ru: String,
    /// The name in Kazakh.
    pub name_kk: String,
}

impl RegionSet {
    /// The set with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        SETS.iter().find(|set| set.id == id)
    }

    /// The ids of all sets, with commas between them, for a message.
    pub fn known() -> String {
        SETS.iter().map(|set| set.id.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Whether the set has a region with this code.
    pub fn contains(&self, code: &str) -> bool {
        self.regions.iter().any(|region| region.code == code)
    }

    /// The codes of all regions, with commas between them, for a message.
    pub fn codes(&self) -> String {
        self.regions.iter().map(|region| region.code.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A set that cannot be read would stop the service when the first election uses it.
    #[test]
    fn every_bundled_set_can_be_read_and_found() {
        for (set, count) in SETS.iter().zip([17, 20]) {
            assert_eq!(RegionSet::find(&set.id), Some(set));
            let codes: BTreeSet<_> = set.regions.iter().map(|region| &region.code).collect();
            assert_eq!((set.regions.len(), codes.len()), (count, count), "{}", set.id);
            assert!(set.regions.is_sorted_by_key(|region| &region.code), "{}", set.id);
        }
        assert_eq!(RegionSet::find("kz-1900"), None);
        assert_eq!(RegionSet::known(), "kz-2019, kz-2022");
    }

    /// Codes are stable, so that reports of two elections can be compared.
    #[test]
    fn the_reform_of_2022_added_three_regions() {
        let [before, after] = ["kz-2019", "kz-2022"].map(|id| RegionSet::find(id).expect("it is bundled"));
        let new: Vec<_> = after.regions.iter().filter(|region| !before.contains(&region.code)).collect();
        assert_eq!(new.iter().map(|region| region.code.as_str()).collect::<Vec<_>>(), ["KZ-10", "KZ-33", "KZ-62"]);
        assert!(before.regions.iter().all(|region| after.contains(&region.code)));
    }
}

//! Counts checks that passed and checks that failed.

use std::fmt;
use std::ops::AddAssign;

/// How many checks passed and how many failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that passed.
    pub passed: u64,
    /// Checks that failed.
    pub failed: u64,
}

impl Tally {
    /// One check that passed. A step that counts no checks itself returns this.
    pub const ONE_PASSED: Self = Self { passed: 1, failed: 0 };
    /// One check that failed.
    pub const ONE_FAILED: Self = Self { passed: 0, failed: 1 };

    /// Reads the result line of `cargo test`, for example `test result: ok. 12 passed; 0 failed; …`.
    pub fn of_cargo_test(line: &str) -> Option<Self> {
        let result = line.strip_prefix("test result: ")?;
        Some(Self { passed: lookup_number_before(result, "passed")?, failed: lookup_number_before(result, "failed")? })
    }

    /// Reads the last line of pytest, for example `== 1 failed, 12 passed, 2 errors in 3.21s ==`.
    ///
    /// A skipped test counts as failed: no test of this workspace has a reason to be skipped.
    pub fn of_pytest(line: &str) -> Option<Self> {
        let (counts, _seconds) = line.trim_matches(['=', ' ']).split_once(" in ")?;
        let count = |word| lookup_number_before(counts, word).unwrap_or(0);
        let failed = ["failed", "error", "errors", "skipped"].map(count).iter().sum();
        let tally = Self { passed: count("passed"), failed };
        (tally != Self::default()).then_some(tally)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The number before `word` in `text`. `None` if there is none.
fn lookup_number_before(text: &str, word: &str) -> Option<u64> {
    let words: Vec<&str> = text.split([' ', ';', ',', '.']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|candidate| *candidate == word)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_line_of_cargo_test_is_read() {
        let check = |line, expected| assert_eq!(Tally::of_cargo_test(line), expected, "{line}");
        let ok = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        check(ok, Some(Tally { passed: 12, failed: 0 }));
        let failed =
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s";
        check(failed, Some(Tally { passed: 3, failed: 2 }));
        check("test tally::tests::sums ... ok", None);
        check("running 12 tests", None);
    }

    #[test]
    fn the_last_line_of_pytest_is_read() {
        let check = |line, expected| assert_eq!(Tally::of_pytest(line), expected, "{line}");
        check("============= 12 passed in 3.21s =============", Some(Tally { passed: 12, failed: 0 }));
        check("==== 1 failed, 4 passed, 2 errors in 61.00s (0:01:01) ====", Some(Tally { passed: 4, failed: 3 }));
        check("3 passed, 1 skipped in 0.5s", Some(Tally { passed: 3, failed: 1 }));
        check("============= no tests ran in 0.01s =============", None);
        check("tests/python/test_recount.py ....", None);
        check("the totals in 2019", None);
    }

    #[test]
    fn tallies_are_added_and_displayed() {
        let mut tally = Tally { passed: 3, failed: 1 };
        tally += Tally::ONE_PASSED;
        tally += Tally::ONE_FAILED;
        assert_eq!(tally.to_string(), "4 passed, 2 failed");
    }
}

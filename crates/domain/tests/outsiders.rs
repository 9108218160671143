//! What nobody outside of this crate can make.

#[test]
fn only_this_crate_makes_an_outcome_or_a_permit() {
    trybuild::TestCases::new().compile_fail("tests/outsiders/*.rs");
}

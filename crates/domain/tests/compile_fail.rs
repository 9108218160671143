//! What no other crate can make: an outcome, or a permit.
//!
//! A store that could make an outcome could write a row without its event. A server that could make a permit could skip
//! the policy. Each program in `compile_fail` tries one of the two and must not compile.

/// The compiler refuses each program for the expected reason, which is in the `.stderr` file beside it.
#[test]
fn no_other_crate_makes_an_outcome_or_a_permit() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

//! Retention: how long personal data is stored, legal holds that extend it, and the export about one person.
//!
//! Personal data is erased 90 days after the results or the last decision on an appeal; the rule pack has the number.
//! Register and log stay, because they show who was accredited and who decided.

pub mod legal_hold;
pub mod subject;

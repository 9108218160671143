//! Retention of personal data: legal holds, and exports of what is stored about one person.
//!
//! Personal data is erased at the end of its retention period. A hold prevents that while a court or an appeal needs
//! the data.

pub mod hold;
pub mod subject;

//! The vocabulary that all rules share: identifiers, resource names, states, languages, countries. It depends on no
//! rule.

pub mod accreditation_state;
pub mod category;
pub mod country;
pub mod dated_name;
pub mod document_kind;
pub mod finding_code;
pub mod ground;
pub mod id;
pub mod language;
pub mod log;
pub mod name;
pub mod personal;
pub mod role;
pub mod sex;
pub mod source;
pub mod state;
pub mod verb;

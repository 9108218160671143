//! The paper that an application came on.

use domain::application::{PaperDraft, PaperFiling};
use domain::policy::View;

use super::super::time::{moment, timestamp};
use crate::v1;
use crate::violations::Violations;

/// Reads the paper that an application came on: `Some(None)` without one, `None` if it cannot be read.
pub fn draft(message: Option<v1::PaperFiling>, path: &str, violations: &mut Violations) -> Option<Option<PaperDraft>> {
    let Some(v1::PaperFiling { note_number, receive_time, registered_by: _ }) = message else { return Some(None) };
    let path = format!("{path}.receive_time");
    let receive_time = violations.require(receive_time, &path)?;
    let receive_time = moment(receive_time, &path, violations)?;
    Some(Some(PaperDraft { note_number, receive_time }))
}

/// The paper as a reader may see it. A delegation does not see the registrar. Nobody sees which person it was.
pub(super) fn to_message(paper: &PaperFiling, view: View) -> v1::PaperFiling {
    let PaperFiling { note_number, receive_time, registered_by, also_by: _ } = paper;
    v1::PaperFiling {
        note_number: note_number.clone(),
        receive_time: Some(timestamp(*receive_time)),
        registered_by: match view {
            View::Delegation => String::new(),
            View::Ministry | View::Commission | View::Registrar | View::CommissionAndRegistrar => {
                registered_by.principal.to_string()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    #[test]
    fn it_reads_back_as_written_and_a_delegation_learns_nobody_s_name() {
        let filed = sample::paper();
        let full = to_message(&filed, View::Commission);
        assert_eq!(full.registered_by, "organizations/cec/principals/registrar");
        assert_eq!(to_message(&filed, View::Registrar), full);
        let told = to_message(&filed, View::Delegation);
        assert_eq!(told, v1::PaperFiling { registered_by: String::new(), ..full.clone() });
        let mut violations = Violations::default();
        let PaperFiling { note_number, receive_time, .. } = filed;
        let expected = Some(Some(PaperDraft { note_number, receive_time }));
        assert_eq!(draft(Some(full), "application.paper", &mut violations), expected);
        assert_eq!(draft(None, "application.paper", &mut violations), Some(None));
        assert!(violations.is_empty());
    }

    #[test]
    fn it_was_received_at_some_time() {
        let mut violations = Violations::default();
        let message = v1::PaperFiling { note_number: "7".to_owned(), ..Default::default() };
        assert_eq!(draft(Some(message), "application.paper", &mut violations), None);
        assert!(violations.contains_field("application.paper.receive_time"), "{violations:?}");
    }
}

//! Presentations.

use domain::presentation::Presentation;
use domain::vocabulary::name::ApplicationName;

use super::time::timestamp;
use crate::v1;
use crate::violations::Violations;

/// The fields of a presentation that a ministry sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentationDraft {
    /// The number of the ministry's note.
    pub note_number: String,
    /// The people, in the order of the list.
    pub applications: Vec<ApplicationName>,
}

/// Reads the fields of a presentation that a ministry sets.
pub fn draft(message: v1::Presentation, path: &str, violations: &mut Violations) -> Option<PresentationDraft> {
    let v1::Presentation { name: _, note_number, applications, presented_by: _, create_time: _, receipt: _ } = message;
    let applications = super::application::names(&applications, &format!("{path}.applications"), violations)?;
    Some(PresentationDraft { note_number, applications })
}

/// The presentation as readers see it.
pub fn to_message(presentation: &Presentation) -> v1::Presentation {
    let Presentation { name, note_number, applications, presented_by, create_time } = presentation;
    v1::Presentation {
        name: name.to_string(),
        note_number: note_number.clone(),
        applications: applications.iter().map(ToString::to_string).collect(),
        presented_by: presented_by.to_string(),
        create_time: Some(timestamp(*create_time)),
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_presentation_reads_back_as_written() {
        let presentation = sample::presentation();
        let message = to_message(&presentation);
        assert_eq!(message.name, "elections/kz-2019/presentations/3");
        assert_eq!(message.presented_by, "organizations/mfa/principals/officer");
        assert_eq!(message.create_time, Some(timestamp(presentation.create_time)));
        let mut violations = Violations::default();
        let Presentation { note_number, applications, .. } = presentation;
        let expected = Some(PresentationDraft { note_number, applications });
        assert_eq!(draft(message, "presentation", &mut violations), expected);
        assert!(violations.is_empty());
    }

    #[test]
    fn a_name_that_is_none_is_a_violation_at_its_place() {
        let mut message = to_message(&sample::presentation());
        message.applications.push("elections/kz-2019".to_owned());
        let mut violations = Violations::default();
        assert_eq!(draft(message, "presentation", &mut violations), None);
        assert!(violations.contains_field("presentation.applications[2]"), "{violations:?}");
    }
}

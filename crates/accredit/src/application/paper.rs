//! The note verbale on paper that brought an application.
//!
//! The note's number and its date of receipt are on record, because a note that was received in time keeps the
//! application in time, even if a registrar enters it later.

use clap::Args;
use prost_types::Timestamp;
use wire::v1;

use crate::terminal::time::parse_time;

/// The options by which a registrar describes the note.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "On paper (a registrar enters it for the organization)")]
pub struct PaperArgs {
    /// The number of the note verbale. Upload its scan as a document of kind note-verbale.
    #[arg(long, value_name = "NUMBER")]
    note_number: Option<String>,
    /// The time at which the note was received, as in 2019-06-03T17:20:00+06:00. The cutoff is compared with this time.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    received: Option<Timestamp>,
}

impl PaperArgs {
    /// Whether no option was given.
    pub fn is_empty(&self) -> bool {
        self.note_number.is_none() && self.received.is_none()
    }

    /// Marks the application as filed on paper, or changes the mark. What no option names stays as it is.
    pub fn apply_to(&self, application: &mut v1::Application) {
        if self.is_empty() {
            return;
        }
        let paper = application.paper.get_or_insert_default();
        if let Some(number) = &self.note_number {
            paper.note_number.clone_from(number);
        }
        if self.received.is_some() {
            paper.receive_time = self.received;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An application without any option must stay unmarked, because a mark makes it a paper filing.
    #[test]
    fn only_given_options_mark_the_application() {
        let mut application = v1::Application::default();
        PaperArgs::default().apply_to(&mut application);
        assert_eq!(application.paper, None);
        let received = parse_time("2019-06-03T17:20:00+06:00").ok();
        PaperArgs { note_number: Some("12/345".to_owned()), received }.apply_to(&mut application);
        PaperArgs { note_number: Some("12/346".to_owned()), received: None }.apply_to(&mut application);
        let paper = application.paper.expect("it is marked");
        assert_eq!((paper.note_number.as_str(), paper.receive_time), ("12/346", received));
    }
}

//! The note verbale that applications came with on paper.

use clap::Args;
use prost_types::Timestamp;
use wire::v1;

use crate::terminal::words::parse_time;

/// What a registrar says of the paper.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "On paper (a registrar enters it for the organization)")]
pub struct Paper {
    /// The number of the note verbale that it came with; its scan is a document of kind note-verbale.
    #[arg(long, value_name = "NUMBER")]
    note_number: Option<String>,
    /// When the note was received, as in 2019-06-03T17:20:00+06:00: before the submission cutoff or after it.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    received: Option<Timestamp>,
}

impl Paper {
    /// Whether anything is said of it.
    pub fn is_empty(&self) -> bool {
        self.note_number.is_none() && self.received.is_none()
    }

    /// Marks an application, or changes its mark; what no flag names stays as it is.
    pub fn onto(&self, application: &mut v1::Application) {
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

    #[test]
    fn flags_change_what_they_name_and_mark_nothing_by_themselves() {
        let mut application = v1::Application::default();
        Paper::default().onto(&mut application);
        assert_eq!(application.paper, None);
        let received = parse_time("2019-06-03T17:20:00+06:00").ok();
        Paper { note_number: Some("12/345".to_owned()), received }.onto(&mut application);
        Paper { note_number: Some("12/346".to_owned()), received: None }.onto(&mut application);
        let paper = application.paper.expect("it is marked");
        assert_eq!((paper.note_number.as_str(), paper.receive_time), ("12/346", received));
    }
}

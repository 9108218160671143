//! Reads arguments and files, and creates the files that a command writes.
//!
//! A path of `-` means stdin in every command that reads a file. So a program can pass personal data without writing it
//! to disk.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use clap::Args;
use wire::convert::dated_name;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::proto_enum::parse_enum;

/// The full name of a resource, which people may give by its code alone: `kz-2019` becomes `elections/kz-2019`.
pub fn full_name(collection: &str, given: &str) -> String {
    if given.contains('/') { given.to_owned() } else { format!("{collection}/{given}") }
}

/// Reads a text file, or stdin if the path is `-`.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| Failure::file(path, error))?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))
}

/// Creates a file that only its owner can read. Fails if the file exists.
///
/// Exports and documents hold personal data; an existing file may be somebody's work.
pub fn create_private_file(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| Failure::new_file(path, &error))
}

/// Parses `KEY=VALUE`.
pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE, as in person.birth_date=corrected")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// Parses one question to a delegation: `FIELD=REASON` or `FIELD=REASON:TEXT`.
pub fn parse_question(text: &str) -> Result<v1::Question, String> {
    let (field, rest) = text
        .split_once('=')
        .ok_or("expected FIELD=REASON or FIELD=REASON:TEXT, as in person.passport.expiry_date=expired:renew it")?;
    let (reason, text) = rest.split_once(':').unwrap_or((rest, ""));
    let reason = parse_enum::<v1::ReturnReason>(reason)?;
    Ok(v1::Question {
        field: field.to_owned(),
        reason: reason.into(),
        text: text.trim().to_owned(),
        ..Default::default()
    })
}

/// Parses one quota: `CATEGORY=LIMIT`.
pub fn parse_quota(text: &str) -> Result<v1::Quota, String> {
    let (category, limit) = text.split_once('=').ok_or("expected CATEGORY=LIMIT, as in short-term-observer=300")?;
    let category = parse_enum::<v1::Category>(category)?;
    let limit = limit.parse().map_err(|_| format!("expected a whole number after the =, found `{limit}`"))?;
    Ok(v1::Quota { category: category.into(), limit })
}

/// The `--name` options of a command that registers an election or an organization.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// The official name with its language: kk, ru or en, as in 'en=The name'. Repeat it for each language.
    #[arg(long = "name", value_name = "LANGUAGE=TEXT", required = true, value_parser = dated_name::parse)]
    pub names: Vec<v1::DatedName>,
}

/// Applications, given one by one or as a file of names.
#[derive(Debug, Args)]
#[group(id = "listed", multiple = true)]
pub struct ApplicationArgs {
    /// The full names of the applications.
    applications: Vec<String>,

    /// A file with one application name on each line; - reads stdin.
    #[arg(long, value_name = "FILE", conflicts_with = "applications")]
    from: Option<std::path::PathBuf>,
}

impl ApplicationArgs {
    /// The names, in the order given: a presentation and a decree list them in that order.
    pub fn read_names(self) -> Result<Vec<String>, Failure> {
        match self.from {
            Some(path) => Ok(non_empty_lines(&read_text(&path)?)),
            None => Ok(self.applications),
        }
    }
}

/// The lines of a text without blanks around them. Empty lines are skipped, so a file may end with one.
fn non_empty_lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People type codes; scripts pass the full names that an earlier command printed.
    #[test]
    fn codes_become_names() {
        assert_eq!(full_name("elections", "kz-2019"), "elections/kz-2019");
        assert_eq!(full_name("elections", "elections/kz-2019"), "elections/kz-2019");
    }

    /// The text may contain `=` and `:`, so each separator counts once.
    #[test]
    fn a_question_has_field_reason_and_optional_text() {
        let question = |text| super::parse_question(text).map(|q| (q.field.clone(), q.reason(), q.text.clone()));
        let asked = |text: &str| ("person.passport".to_owned(), v1::ReturnReason::Expired, text.to_owned());
        assert_eq!(question("person.passport=expired"), Ok(asked("")));
        assert_eq!(question("person.passport=EXPIRED: renew: now = today"), Ok(asked("renew: now = today")));
        assert!(question("person.passport").is_err());
        assert!(question("person.passport=old").is_err());
    }

    /// Empty lines and Windows line endings come from editors and spreadsheet programs.
    #[test]
    fn a_file_of_names_has_one_on_each_line() {
        assert_eq!(non_empty_lines("a\n\n  b\r\nc"), ["a", "b", "c"]);
    }
}

//! What is read from the command line and from files, and the files that are written.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use clap::Args;
use wire::convert::dated_name;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::words;

/// The full name of a resource that was given by its code or by its name.
pub fn full_name(collection: &str, given: &str) -> String {
    if given.contains('/') { given.to_owned() } else { format!("{collection}/{given}") }
}

/// The text of a file, or of stdin for `-`.
pub fn text(path: &Path) -> Result<String, Failure> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| Failure::file(path, error))?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))
}

/// A file to write, which must not exist yet and which nobody else can read.
pub fn new_file(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| Failure::file(path, error))
}

/// A `KEY=VALUE` of the command line.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("not KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// `FIELD=REASON`, or `FIELD=REASON:TEXT`.
pub fn question(text: &str) -> Result<v1::Question, String> {
    let (field, rest) = text.split_once('=').ok_or("not FIELD=REASON or FIELD=REASON:TEXT")?;
    let (reason, text) = rest.split_once(':').unwrap_or((rest, ""));
    let reason = words::parse::<v1::ReturnReason>(reason)?;
    Ok(v1::Question {
        field: field.to_owned(),
        reason: reason.into(),
        text: text.trim().to_owned(),
        ..Default::default()
    })
}

/// `CATEGORY=LIMIT`.
pub fn quota(text: &str) -> Result<v1::Quota, String> {
    let (category, limit) = text.split_once('=').ok_or("not CATEGORY=LIMIT")?;
    let category = words::parse::<v1::Category>(category)?;
    let limit = limit.parse().map_err(|_| format!("`{limit}` is not a number"))?;
    Ok(v1::Quota { category: category.into(), limit })
}

/// Names, as options of the command that registers what is called so.
#[derive(Debug, Args)]
pub struct Named {
    /// The name as it is to be printed, with its language: kk, ru or en, as in 'en=The name'; once for each language.
    #[arg(long = "name", value_name = "LANGUAGE=TEXT", required = true, value_parser = dated_name::parse)]
    pub names: Vec<v1::DatedName>,
}

/// Applications, named one by one.
#[derive(Debug, Args)]
#[group(id = "listed", multiple = true)]
pub struct Listed {
    /// The applications, by their full names.
    applications: Vec<String>,

    /// A file that names one application a line, - for stdin.
    #[arg(long, value_name = "FILE", conflicts_with = "applications")]
    from: Option<std::path::PathBuf>,
}

impl Listed {
    /// The names, in their order.
    pub fn names(self) -> Result<Vec<String>, Failure> {
        match self.from {
            Some(path) => Ok(lines(&text(&path)?)),
            None => Ok(self.applications),
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_names() {
        assert_eq!(full_name("elections", "kz-2019"), "elections/kz-2019");
        assert_eq!(full_name("elections", "elections/kz-2019"), "elections/kz-2019");
    }

    #[test]
    fn a_question_has_a_field_a_reason_and_perhaps_a_text() {
        let question = |text| super::question(text).map(|q| (q.field.clone(), q.reason(), q.text.clone()));
        let asked = |text: &str| ("person.passport".to_owned(), v1::ReturnReason::Expired, text.to_owned());
        assert_eq!(question("person.passport=expired"), Ok(asked("")));
        assert_eq!(question("person.passport=EXPIRED: renew: now = today"), Ok(asked("renew: now = today")));
        assert!(question("person.passport").is_err());
        assert!(question("person.passport=old").is_err());
    }

    #[test]
    fn a_list_of_names_has_one_a_line() {
        assert_eq!(lines("a\n\n  b\r\nc"), ["a", "b", "c"]);
    }
}

//! The names of organizations and elections.

use domain::vocabulary::dated_name::{DatedName, NameDraft, Names, check_text, problems};

use super::enums::{self, Enumerated as _};
use super::time::{moment, timestamp};
use crate::v1;
use crate::violations::Violations;

/// Reads the names of a new organization or election.
pub fn drafts(messages: Vec<v1::DatedName>, path: &str, violations: &mut Violations) -> Option<Vec<NameDraft>> {
    let read = messages.into_iter().enumerate();
    let read: Vec<_> = read.map(|(index, message)| draft(message, &format!("{path}[{index}]"), violations)).collect();
    let drafts: Vec<_> = read.into_iter().collect::<Option<_>>()?;
    for problem in problems(&drafts, path) {
        violations.add_if_absent(&problem.field, problem.problem);
    }
    Some(drafts)
}

fn draft(message: v1::DatedName, path: &str, violations: &mut Violations) -> Option<NameDraft> {
    if violations.is_full() {
        return None;
    }
    let v1::DatedName { language, text, valid_from } = message;
    let language = enums::read(language, &format!("{path}.language"), violations);
    if let Err(problem) = check_text(&text) {
        violations.add_if_absent(&format!("{path}.text"), problem);
    }
    let valid_from = match valid_from {
        Some(time) => Some(moment(time, &format!("{path}.valid_from"), violations)?),
        None => None,
    };
    Some(NameDraft { language: language?, text, valid_from })
}

/// All names, as readers see them.
pub fn to_messages(names: &Names) -> Vec<v1::DatedName> {
    let message = |name: &DatedName| {
        let DatedName { language, text, valid_from } = name;
        let valid_from = Some(timestamp(*valid_from));
        v1::DatedName { language: language.number(), text: text.clone(), valid_from }
    };
    names.all().iter().map(message).collect()
}

/// A name as a request has it, from `LANGUAGE=TEXT`.
///
/// # Errors
///
/// What the text must be.
pub fn parse(text: &str) -> Result<v1::DatedName, String> {
    let NameDraft { language, text, valid_from } = text.parse()?;
    Ok(v1::DatedName { language: language.number(), text, valid_from: valid_from.map(timestamp) })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn fields(messages: Vec<v1::DatedName>) -> Vec<String> {
        let mut violations = Violations::default();
        drafts(messages, "organization.names", &mut violations);
        violations.into_iter().map(|violation| violation.field).collect()
    }

    #[test]
    fn names_read_back_as_written() {
        let names = sample::organization().names;
        let mut violations = Violations::default();
        let read = drafts(to_messages(&names), "names", &mut violations).expect("nothing is wrong");
        assert_eq!(Names::register(read, "names", sample::time("2019-04-01T00:00:00Z")), Ok(names));
        assert!(violations.is_empty());
    }

    #[test]
    fn each_problem_names_its_field() {
        let name = |text: &str| parse(text).expect("a name");
        let early = prost_types::Timestamp { seconds: 0, nanos: -1 };
        let wrong = vec![
            v1::DatedName { language: 0, ..name("en=A") },
            v1::DatedName { text: " \u{7} ".to_owned(), ..name("ru=A") },
            v1::DatedName { valid_from: Some(early), ..name("kk=A") },
        ];
        let expected =
            ["organization.names[0].language", "organization.names[1].text", "organization.names[2].valid_from"];
        assert_eq!(fields(wrong), expected);
        assert_eq!(fields(vec![name("en=A"), name("ru=A"), name("en=B")]), ["organization.names[2]"]);
        assert_eq!(fields(Vec::new()), ["organization.names"]);
        assert_eq!(fields(vec![name("en=A"), name("ru=A")]), [""; 0]);
    }

    #[test]
    fn a_name_is_written_with_its_language_before_it() {
        let name = parse("kk=Қазақстан").expect("a name");
        assert_eq!((name.language(), &*name.text, name.valid_from), (v1::Language::Kk, "Қазақстан", None));
        assert_eq!(parse("Kazakhstan"), Err("expected kk=TEXT, ru=TEXT or en=TEXT".to_owned()));
    }
}

//! Names of organizations and elections, by language and date. Organizations change their names, and old lists keep
//! the old.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::refusal::{FieldProblem, Refusal};
use crate::vocabulary::language::Language;
use crate::vocabulary::personal::is_hidden;

/// The maximum number of names of one organization or election.
pub const MAX_NAMES: usize = 30;

/// The maximum number of characters of a name.
pub const MAX_CHARACTERS: usize = 200;

/// A name in one language, valid from some moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedName {
    /// The language.
    pub language: Language,
    /// The name, as it is printed.
    pub text: String,
    /// When it becomes valid. It replaces an earlier name in the same language.
    pub valid_from: Timestamp,
}

/// All names of an organization or an election. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DatedName>")]
pub struct Names(Vec<DatedName>);

/// A name, as the registrar gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDraft {
    /// The language.
    pub language: Language,
    /// The name, as it is to be printed.
    pub text: String,
    /// When it becomes valid; `None` for the time of the registration.
    pub valid_from: Option<Timestamp>,
}

/// Checks a text that is printed in lists; the error says what was expected.
pub fn check_text(text: &str) -> Result<(), String> {
    let length = text.trim().chars().count();
    match (1..=MAX_CHARACTERS).contains(&length) && !text.trim().contains(is_hidden) {
        true => Ok(()),
        false => Err(format!("must have 1 to {MAX_CHARACTERS} characters, all of which can be seen")),
    }
}

/// The problems of names, as far as they can be found before the time of the registration is known. `path` is the
/// path of the list in the request.
pub fn problems(drafts: &[NameDraft], path: &str) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut found = |field: String, problem: String| problems.push(FieldProblem { field, problem });
    if !(1..=MAX_NAMES).contains(&drafts.len()) {
        found(path.to_owned(), format!("must have 1 to {MAX_NAMES} items"));
        return problems;
    }
    for (index, draft) in drafts.iter().enumerate() {
        if let Err(problem) = check_text(&draft.text) {
            found(format!("{path}[{index}].text"), problem);
        }
        let same = |other: &NameDraft| (other.language, other.valid_from) == (draft.language, draft.valid_from);
        if let Some(first) = drafts[..index].iter().position(same) {
            found(format!("{path}[{index}]"), repeated(first));
        }
    }
    problems
}

/// The problem of a name that has language and date of an earlier one in the list.
fn repeated(first: usize) -> String {
    format!("must not have the language and the valid_from of [{first}]")
}

impl Names {
    /// The names of something that is registered at `now`. `field` is the path of the list in the request.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] for `field` if a name is not valid, stands twice, or if none is valid yet.
    pub fn register(drafts: Vec<NameDraft>, field: &'static str, now: Timestamp) -> Result<Self, Refusal> {
        let invalid = |problem: String| Refusal::InvalidField { field, problem };
        if let Some(FieldProblem { field: at, problem }) = problems(&drafts, "").into_iter().next() {
            return Err(invalid(if at.is_empty() { problem } else { format!("{at} {problem}") }));
        }
        let mut names: Vec<DatedName> = Vec::with_capacity(drafts.len());
        for (index, NameDraft { language, text, valid_from }) in drafts.into_iter().enumerate() {
            let valid_from = valid_from.unwrap_or(now);
            let same = |other: &DatedName| (other.language, other.valid_from) == (language, valid_from);
            if let Some(first) = names.iter().position(same) {
                return Err(invalid(format!("[{index}] {}", repeated(first))));
            }
            names.push(DatedName { language, text: text.trim().to_owned(), valid_from });
        }
        if names.iter().all(|name| name.valid_from > now) {
            return Err(invalid(format!("must have a name that holds already; it is {now} now")));
        }
        Ok(Self(names))
    }

    /// The name in a language at a moment: the newest one that is valid then. Otherwise the one in English, in
    /// Russian or in Kazakh. Before any name is valid, the earliest.
    pub fn at(&self, language: Language, moment: Timestamp) -> &str {
        let newest = |wanted: Language| {
            let held = self.0.iter().filter(|name| name.language == wanted && name.valid_from <= moment);
            held.max_by_key(|name| name.valid_from)
        };
        let held = std::iter::once(language).chain(Language::ALL).find_map(newest);
        let earliest = || self.0.iter().min_by_key(|name| (name.valid_from, name.language != language));
        &held.or_else(earliest).expect("there is at least one").text
    }

    /// The name at a moment for a reader who sees one name only: in English, if there is one.
    pub fn shown(&self, moment: Timestamp) -> &str {
        self.at(Language::En, moment)
    }

    /// All names, in every language and of every time.
    pub fn all(&self) -> &[DatedName] {
        &self.0
    }
}

impl TryFrom<Vec<DatedName>> for Names {
    type Error = &'static str;
    fn try_from(names: Vec<DatedName>) -> Result<Self, Self::Error> {
        if names.is_empty() { Err("there is no name") } else { Ok(Self(names)) }
    }
}

/// Reads `LANGUAGE=TEXT`, as on the command line: a name that is valid from the registration.
impl FromStr for NameDraft {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (language, text) = text
            .split_once('=')
            .and_then(|(code, text)| Some((Language::of_code(code)?, text)))
            .ok_or("expected kk=TEXT, ru=TEXT or en=TEXT")?;
        check_text(text).map_err(|problem| format!("the text {problem}"))?;
        Ok(Self { language, text: text.trim().to_owned(), valid_from: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::at;

    const NOW: &str = "2019-04-10T00:00:00Z";

    fn draft(text: &str, valid_from: &str) -> NameDraft {
        let valid_from = (!valid_from.is_empty()).then(|| at(valid_from));
        NameDraft { valid_from, ..text.parse().expect("a name") }
    }

    fn registered(drafts: &[(&str, &str)]) -> Result<Names, Refusal> {
        Names::register(drafts.iter().map(|(text, from)| draft(text, from)).collect(), "names", at(NOW))
    }

    /// Without a date the registration counts.
    #[test]
    fn a_name_without_a_date_is_valid_from_the_registration() {
        let names = registered(&[("en=  The name ", ""), ("kk=Атауы", "2018-01-01T00:00:00Z")]).expect("two names");
        let [en, kk] = names.all() else { panic!("{names:?}") };
        assert_eq!((en.text.as_str(), en.valid_from), ("The name", at(NOW)));
        assert_eq!((kk.text.as_str(), kk.valid_from), ("Атауы", at("2018-01-01T00:00:00Z")));
    }

    /// A reader gets a name in any case, in the language closest to the requested one.
    #[test]
    fn the_newest_valid_name_is_used_or_one_in_another_language() {
        let all = [
            ("ru=старое", "2010-01-01T00:00:00Z"),
            ("ru=новое", "2015-01-01T00:00:00Z"),
            ("ru=будущее", "2030-01-01T00:00:00Z"),
            ("en=new", "2012-01-01T00:00:00Z"),
            ("kk=ескі", "2005-01-01T00:00:00Z"),
        ];
        let (names, without_english) = (registered(&all).expect("names"), [all[0], all[1], all[4]]);
        let without_english = registered(&without_english).expect("names");
        let only_kazakh = registered(&[all[4]]).expect("a name");
        for (names, language, moment, expected) in [
            (&names, Language::Ru, NOW, "новое"),
            (&names, Language::Ru, "2015-01-01T00:00:00Z", "новое"),
            (&names, Language::Ru, "2014-12-31T23:59:59Z", "старое"),
            (&names, Language::Ru, "2031-01-01T00:00:00Z", "будущее"),
            (&names, Language::Ru, "2009-01-01T00:00:00Z", "ескі"),
            (&names, Language::En, "2011-01-01T00:00:00Z", "старое"),
            (&names, Language::Kk, NOW, "ескі"),
            (&names, Language::En, "2000-01-01T00:00:00Z", "ескі"),
            (&without_english, Language::En, NOW, "новое"),
            (&only_kazakh, Language::Ru, NOW, "ескі"),
        ] {
            assert_eq!(names.at(language, at(moment)), expected, "{language:?} {moment}");
        }
        assert_eq!((names.shown(at(NOW)), without_english.shown(at(NOW))), ("new", "новое"));
        assert_eq!(registered(&[("kk=бірге", ""), ("ru=вместе", "")]).expect("names").shown(at(NOW)), "вместе");
    }

    /// A date before the first name must not leave a gap in a report.
    #[test]
    fn before_the_first_valid_name_the_earliest_is_used() {
        let names = registered(&[("en=one", ""), ("ru=один", "")]).expect("names");
        let before = at("2000-01-01T00:00:00Z");
        assert_eq!((names.at(Language::Ru, before), names.at(Language::Kk, before)), ("один", "one"));
    }

    /// A line break or a hidden character would spoil a printed list.
    #[test]
    fn a_text_is_short_and_on_one_line() {
        for good in ["a", "  a  ", &"Ә".repeat(200), &format!(" {} ", "a".repeat(200))] {
            assert_eq!(check_text(good), Ok(()), "{good:?}");
        }
        for bad in ["", "  ", "a\nb", "a\u{0}b", "a\u{9b}b", &"a".repeat(201)] {
            assert!(check_text(bad).is_err(), "{bad:?}");
        }
    }

    /// A client shows each problem at its field.
    #[test]
    fn problems_have_the_path_of_their_field() {
        let name = |text: &str| NameDraft { language: Language::Kk, text: text.to_owned(), valid_from: None };
        let found = |drafts: &[NameDraft]| problems(drafts, "n").into_iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(found(&[name("a")]), [""; 0]);
        assert_eq!(found(&[]), ["n"]);
        assert_eq!(found(&vec![name("a"); 31]), ["n"]);
        assert_eq!(found(&[name("a"), name("\n")]), ["n[1].text", "n[1]"]);
        let other = NameDraft { valid_from: Some(at(NOW)), ..name("b") };
        assert_eq!(found(&[name("a"), other.clone(), NameDraft { language: Language::Ru, ..other.clone() }]), [""; 0]);
        assert_eq!(found(&[other.clone(), name("a"), other]), ["n[2]"]);
        let thirty = (1..=30).map(|day| draft("en=a", &format!("2019-03-{day:02}T00:00:00Z"))).collect::<Vec<_>>();
        assert_eq!(found(&thirty), [""; 0]);
    }

    /// Something without a valid name could not be printed.
    #[test]
    fn names_that_are_not_yet_valid_or_stand_twice_are_refused() {
        let refused = |drafts: &[(&str, &str)]| registered(drafts).expect_err("refused").to_string();
        let later = refused(&[("en=a", "2019-04-10T00:00:01Z"), ("ru=a", "2020-01-01T00:00:00Z")]);
        assert_eq!(later, "names: must have a name that holds already; it is 2019-04-10T00:00:00Z now");
        assert!(registered(&[("en=a", "2019-04-10T00:00:01Z"), ("ru=a", NOW)]).is_ok());
        let twice = "names: [1] must not have the language and the valid_from of [0]";
        assert_eq!(refused(&[("en=a", NOW), ("en=b", "")]), twice);
        assert_eq!(refused(&[("en=a", ""), ("en=b", "")]), twice);
        assert_eq!(refused(&[]), "names: must have 1 to 30 items");
        let text = NameDraft { text: "a\tb".to_owned(), ..draft("en=a", "") };
        let refused = Names::register(vec![text], "names", at(NOW)).expect_err("a tab").to_string();
        assert!(refused.starts_with("names: [0].text must have 1 to 200 characters"), "{refused}");
    }

    /// The stored form is read by later versions.
    #[test]
    fn names_are_stored_with_language_and_date() {
        let names = registered(&[("kk=Атауы", "")]).expect("a name");
        let text = serde_json::to_string(&names).expect("JSON");
        assert_eq!(text, r#"[{"language":"kk","text":"Атауы","valid_from":"2019-04-10T00:00:00Z"}]"#);
        assert_eq!(serde_json::from_str::<Names>(&text).expect("names"), names);
        assert!(serde_json::from_str::<Names>("[]").is_err());
    }

    /// The language is mandatory on the command line.
    #[test]
    fn a_name_on_the_command_line_has_its_language_before_it() {
        for (text, language) in [("kk=a=b", Language::Kk), ("ru= a=b ", Language::Ru), ("en=a=b", Language::En)] {
            let expected = NameDraft { language, text: "a=b".to_owned(), valid_from: None };
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for bad in ["A name", "de=Name", "EN=Name", "=Name", ""] {
            let expected = Err("expected kk=TEXT, ru=TEXT or en=TEXT".to_owned());
            assert_eq!(bad.parse::<NameDraft>(), expected, "{bad}");
        }
        assert!("en= ".parse::<NameDraft>().expect_err("empty").starts_with("the text must have"));
    }
}

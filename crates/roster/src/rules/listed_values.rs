//! The rules for columns whose cells hold one value of a list: category, sex and country.

use domain::vocabulary::category::Category;
use domain::vocabulary::country;
use domain::vocabulary::sex::Sex;

use crate::cell::Cell;
use crate::labels;

/// The rule of the category: its code, or its label in one of three languages.
pub(crate) fn category(cell: &Cell) -> Result<Category, String> {
    labels::parse_category(&cell.shown()).ok_or_else(|| {
        format!(
            "The category is missing or unknown. Write one of {}, or its name in English, Russian or Kazakh.",
            labels::category_codes()
        )
    })
}

/// The rule of the sex as printed in the passport.
pub(crate) fn sex(cell: &Cell) -> Result<Sex, String> {
    labels::parse_sex(&cell.shown()).ok_or_else(|| {
        "The sex is missing or unknown. Write F, M or X as in the passport, or the word in English, Russian or Kazakh."
            .to_owned()
    })
}

/// The rule of nationality and issuing state: a three-letter code of ICAO Doc 9303.
///
/// A country's name is not accepted but answered with its code. Names are ambiguous, and the code must be that of the
/// passport: `GBR` and `GBN` are different nationalities.
pub(crate) fn country(cell: &Cell) -> Result<String, String> {
    let text = cell.shown();
    if country::is_known(&text) {
        return Ok(text);
    }
    Err(match country::suggest(&text) {
        Some(code) => {
            let name = country::english_name(code).expect("only codes of the table are suggested");
            format!("The three-letter code of the passport is expected. For {name} write {code}.")
        }
        None => "A three-letter code of ICAO 9303, such as KAZ, DEU or UNO, is expected. Copy it from the passport's \
            machine-readable zone."
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_a_three_letter_code_and_a_name_is_answered_with_its_code() {
        let check = |text: &str, expected: &str| match country(&Cell::text(text)) {
            Ok(code) => assert_eq!(code, expected, "{text}"),
            Err(message) => assert!(message.contains(expected), "{text}: {message}"),
        };
        for code in ["KAZ", "UNO", "UNA", "XXA", "XXB", "XXC", "XXX", "RKS", "EUE", "XPO", "XOM"] {
            check(code, code);
            assert!(country(&Cell::text(code)).is_ok(), "{code}");
        }
        check("D", "For Germany write DEU");
        check("KZ", "For Kazakhstan write KAZ");
        check("kaz", "write KAZ");
        check("Kyrgyzstan", "write KGZ");
        check("ZZZ", "ICAO 9303");
        check("", "three-letter code");
        assert!(country(&Cell::Number(398.0)).is_err());
    }

    #[test]
    fn an_unknown_category_or_sex_is_answered_with_the_accepted_values() {
        assert!(category(&Cell::text("Guest")).is_err_and(|message| message.contains("SHORT_TERM_OBSERVER")));
        assert!(sex(&Cell::Empty).is_err_and(|message| message.contains("F, M or X")));
        assert_eq!(category(&Cell::text("Водитель")), Ok(Category::Driver));
    }
}

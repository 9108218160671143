//! Categories, sexes and countries: cells that hold one of a list.

use domain::vocabulary::category::Category;
use domain::vocabulary::country;
use domain::vocabulary::sex::Sex;

use crate::cell::Cell;
use crate::words;

pub(crate) fn category(cell: &Cell) -> Result<Category, String> {
    words::category(&cell.shown()).ok_or_else(|| {
        format!(
            "A category is expected. Write one of {}, or its name in English, Russian or Kazakh.",
            words::category_codes()
        )
    })
}

pub(crate) fn sex(cell: &Cell) -> Result<Sex, String> {
    words::sex(&cell.shown()).ok_or_else(|| {
        "The sex as in the passport is expected. Write F, M or X, or the word in English, Russian or Kazakh.".to_owned()
    })
}

pub(crate) fn country(cell: &Cell) -> Result<String, String> {
    let text = cell.shown();
    if country::is_known(&text) {
        return Ok(text);
    }
    Err(match country::suggest(&text) {
        Some(code) => {
            let name = country::english_name(code).expect("only codes of the table are suggested");
            format!("The three-letter code as in the passport is expected. For {name} write {code}.")
        }
        None => {
            "A three-letter code as in the passport (ICAO 9303, such as KAZ, DEU or UNO) is expected. Copy it from \
            the passport's machine-readable zone."
                .to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_codes_of_three_letters_and_what_was_meant_is_said() {
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
    fn what_is_no_category_or_sex_is_told_what_is() {
        assert!(category(&Cell::text("Guest")).is_err_and(|message| message.contains("SHORT_TERM_OBSERVER")));
        assert!(sex(&Cell::Empty).is_err_and(|message| message.contains("F, M or X")));
        assert_eq!(category(&Cell::text("Водитель")), Ok(Category::Driver));
    }
}

//! The short reference of an application, for people: on paper, on the telephone, in a table.
//!
//! It says nothing about the application, and unlike a resource name it can be typed. Its last sign is a check sign.

use std::fmt;
use std::str::FromStr;

/// The signs of a reference: digits and capital letters without 0, I, L, O and U, which are easily confused. There are
/// 31, a prime number, so the check sign detects every wrong sign and every exchange of two signs.
const SIGNS: &[u8; 31] = b"123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many signs stand before the check sign.
const LENGTH: usize = 6;

/// A reference such as `A-7K3F9Q-V`, unique in its election: six signs without meaning, and a check sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference([u8; LENGTH]);

/// Why a text is not a valid reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReference {
    /// The text does not have the form of a reference.
    #[error("expected a reference such as A-7K3F9Q-V: A, six signs and a check, without 0, I, L, O and U")]
    Malformed,
    /// The check sign is wrong: one sign is wrong, or two were exchanged.
    #[error("the last sign of the reference does not fit the others: compare it with the original")]
    Mistyped,
}

impl Reference {
    /// The reference for a number. After 31⁶ numbers, about 887 million, they repeat.
    pub fn from_number(mut number: u64) -> Self {
        Self(std::array::from_fn(|_| {
            let sign = number % SIGNS.len() as u64;
            number /= SIGNS.len() as u64;
            u8::try_from(sign).expect("it is less than 31")
        }))
    }

    /// The check sign: it makes the weighted sum of all signs a multiple of 31. Each position has another weight.
    fn check(self) -> u8 {
        let weighted = self.0.iter().zip(2_u32..).map(|(sign, weight)| u32::from(*sign) * weight);
        let sum = weighted.sum::<u32>() % 31;
        u8::try_from((31 - sum) % 31).expect("it is less than 31")
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |value: u8| char::from(SIGNS[usize::from(value)]);
        f.write_str("A-")?;
        for value in self.0 {
            write!(f, "{}", sign(value))?;
        }
        write!(f, "-{}", sign(self.check()))
    }
}

/// Reads a reference as people write it: also in small letters, and with or without the hyphens.
impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        let signs = text.chars().filter(|sign| !matches!(sign, '-' | ' ')).map(|sign| sign.to_ascii_uppercase());
        let mut signs = signs.take(LENGTH + 3);
        if signs.next() != Some('A') {
            return Err(InvalidReference::Malformed);
        }
        let place = |sign: char| SIGNS.iter().position(|known| char::from(*known) == sign);
        let values: Option<Vec<_>> = signs.map(|sign| place(sign).and_then(|place| u8::try_from(place).ok())).collect();
        let (values, check) = match values.as_deref() {
            Some([values @ .., check]) => (values.try_into().map_err(|_| InvalidReference::Malformed)?, *check),
            _ => return Err(InvalidReference::Malformed),
        };
        let reference = Self(values);
        if reference.check() == check { Ok(reference) } else { Err(InvalidReference::Mistyped) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People leave out hyphens and use small letters.
    #[test]
    fn a_reference_is_parsed_as_people_write_it() {
        for number in [0, 1, 30, 31, 887_503_680, 887_503_681, u64::MAX] {
            let reference = Reference::from_number(number);
            let text = reference.to_string();
            assert_eq!((text.len(), text.parse()), (10, Ok(reference)), "{text}");
            assert_eq!(text.to_lowercase().replace('-', " ").parse(), Ok(reference), "{text}");
        }
        assert_eq!(Reference::from_number(5), Reference::from_number(5 + 31_u64.pow(6)));
    }

    /// A reference that was typed wrongly must not find somebody else's application.
    #[test]
    fn the_check_sign_detects_wrong_and_exchanged_signs() {
        for number in (0..2_000).map(|n: u64| n * 443_867) {
            let text = Reference::from_number(number).to_string();
            let signs: Vec<char> = text.chars().collect();
            for place in (2..8).chain([9]) {
                for other in SIGNS.iter().map(|sign| char::from(*sign)).filter(|sign| *sign != signs[place]) {
                    let mut wrong = signs.clone();
                    wrong[place] = other;
                    let wrong: String = wrong.into_iter().collect();
                    assert_eq!(wrong.parse::<Reference>(), Err(InvalidReference::Mistyped), "{text} as {wrong}");
                }
                for with in (2..8).chain([9]).filter(|with| signs[*with] != signs[place]) {
                    let mut wrong = signs.clone();
                    wrong.swap(place, with);
                    let wrong: String = wrong.into_iter().collect();
                    assert_eq!(wrong.parse::<Reference>(), Err(InvalidReference::Mistyped), "{text} as {wrong}");
                }
            }
        }
    }

    #[test]
    fn texts_of_another_form_are_refused() {
        for text in ["", "A", "A-", "A-7K3F9Q", "B-7K3F9Q-V", "A-7K3F9QQ-BB", "A-7K3F0Q-V", "A-7K3FЯQ-V", "7K3F9Q-V"] {
            assert_eq!(text.parse::<Reference>(), Err(InvalidReference::Malformed), "{text}");
        }
    }
}

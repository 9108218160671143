//! Sounds of Arabic letters: Arabic, Persian and Urdu.
//!
//! Short vowels are not written, so the skeleton has none. Letters that write long vowels may also be consonants. They
//! have sounds of their own, written as capitals.

/// Alif: a long vowel, or the carrier of an initial one.
pub const ALIF: char = 'A';
/// Waw: u, o, v or w.
pub const WAW: char = 'W';
/// Ya: i, e or y.
pub const YA: char = 'Y';
/// Ain: heard as a vowel, or not at all.
pub const AIN: char = 'E';
/// Ta marbuta: a, at or ah.
pub const MARBUTA: char = 'T';

/// Alif maqsura: a final a. Romanizations letter by letter write it like ya, and Egypt writes ya like it.
pub const MAQSURA: char = 'I';

/// The sound of a letter; `' '` if it is not heard, `None` if it is not Arabic.
pub fn sound(letter: char) -> Option<char> {
    Some(match letter {
        'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' => ALIF,
        'ى' => MAQSURA,
        'و' | 'ؤ' | 'ۇ' | 'ۆ' => WAW,
        'ي' | 'ی' | 'ئ' | 'ے' | 'ې' => YA,
        'ع' => AIN,
        'ة' | 'ۃ' => MARBUTA,
        'ب' => 'b',
        'پ' => 'p',
        'ت' | 'ث' | 'ط' | 'ٹ' => 't',
        'ج' => 'ǰ',
        'چ' => 'č',
        'ح' | 'ه' | 'ہ' | 'ە' => 'h',
        'خ' => 'x',
        'د' | 'ذ' | 'ض' | 'ڈ' => 'd',
        'ر' | 'ڑ' => 'r',
        'ز' | 'ظ' => 'z',
        'ژ' => 'ž',
        'س' | 'ص' => 's',
        'ش' => 'š',
        'غ' | 'گ' => 'g',
        'ف' => 'f',
        'ق' | 'ك' | 'ک' => 'k',
        'ل' => 'l',
        'م' => 'm',
        'ن' | 'ں' => 'n',
        // Hamza alone, vowel marks, the Urdu aspirate and ornaments are not heard.
        '\u{0600}'..='\u{06ff}' | '\u{0750}'..='\u{077f}' | '\u{08a0}'..='\u{08ff}' => ' ',
        _ => return None,
    })
}

/// The Arabic sound for a Latin one, in a romanization that leaves vowels out, such as `mhmd`.
pub fn of_romanized(sound: char) -> char {
    match sound {
        'a' => ALIF,
        'i' => YA,
        'w' | 'u' => WAW,
        other => other,
    }
}

/// The last sound of such a skeleton, where `t` and `y` may be vowels.
pub fn last_of_romanized(letter: char) -> char {
    match letter {
        't' => MARBUTA,
        YA => MAQSURA,
        other => other,
    }
}

//! Sounds of Cyrillic letters: Slavic languages, Kazakh, Kyrgyz, Mongolian, Tajik and Uzbek.

/// The sounds of a lower-case letter; `None` if it is not Cyrillic.
pub fn sounds(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' | 'ә' | 'ӓ' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' | 'ғ' | 'ѓ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' | 'є' => "e",
        'ж' | 'җ' => "ž",
        'з' | 'ѕ' | 'ҙ' => "z",
        'и' | 'й' | 'ы' | 'і' | 'ї' | 'ј' | 'ӣ' => "i",
        'к' | 'қ' | 'ќ' | 'ҡ' => "k",
        'л' | 'љ' => "l",
        'м' => "m",
        'н' | 'ң' | 'њ' | 'ҥ' => "n",
        'о' | 'ө' | 'ӧ' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ҫ' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' | 'ў' | 'ӯ' | 'ӱ' => "u",
        'ф' => "f",
        'х' => "x",
        'һ' | 'ҳ' => "h",
        'ц' => "c",
        'ч' | 'ћ' => "č",
        'ҷ' | 'ђ' | 'џ' => "ǰ",
        'ш' | 'щ' => "š",
        'ю' => "iu",
        'я' => "ia",
        // Hard and soft signs, and other letters that are not heard.
        '\u{0400}'..='\u{052f}' => "",
        _ => return None,
    })
}

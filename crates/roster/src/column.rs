//! The columns of a list, and the headers by which they are recognized in three languages.
//!
//! Secretaries rarely start from the template. They paste from their own lists, so a column has many accepted headers,
//! and case, spaces and punctuation do not matter.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::vocabulary::language::Language;

/// The longest header, in bytes, that is compared at all. A longer first line is text without delimiters, and
/// normalizing it would cost time that grows with the file.
const MAX_HEADER_BYTES: usize = 500;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The capacity in which the person is accredited, such as short-term observer.
    Category,
    /// Family name in the passport's Latin letters. A person with only one name has it here.
    FamilyName,
    /// Given names in the passport's Latin letters; empty for a person with only one name.
    GivenName,
    /// Full name in the person's own script, at most 200 characters; may be empty.
    NativeName,
    /// Full name in Kazakh, as the decree in Kazakh prints it; may be empty.
    NameKk,
    /// Full name in Russian, as the decree in Russian prints it; may be empty.
    NameRu,
    /// Nationality, as the three-letter code of ICAO Doc 9303.
    Nationality,
    /// Date of birth, in a form that can mean only one day.
    BirthDate,
    /// Sex as printed in the passport: F, M or X.
    Sex,
    /// Passport number, 3 to 20 Latin letters and digits.
    PassportNumber,
    /// The state or organization that issued the passport, as the three-letter code of ICAO Doc 9303.
    IssuingState,
    /// The last day on which the passport is valid.
    PassportExpiry,
    /// The two lines of 44 characters at the bottom of the passport page (ICAO Doc 9303-4, format TD3).
    Mrz,
}

impl Column {
    /// Every column, in the order of the template.
    pub const ALL: [Self; 13] = [
        Self::Category,
        Self::FamilyName,
        Self::GivenName,
        Self::NativeName,
        Self::NameKk,
        Self::NameRu,
        Self::Nationality,
        Self::BirthDate,
        Self::Sex,
        Self::PassportNumber,
        Self::IssuingState,
        Self::PassportExpiry,
        Self::Mrz,
    ];

    /// Whether a list must have this column. Its cells can still be empty where the rules allow it.
    pub fn is_required(self) -> bool {
        !matches!(self, Self::NativeName | Self::NameKk | Self::NameRu | Self::Mrz)
    }

    /// The column's English header, as the template and the messages use it.
    pub fn header(self) -> &'static str {
        self.header_in(Language::En)
    }

    /// The column's header in a language, as the template uses it.
    pub fn header_in(self, language: Language) -> &'static str {
        language.choose(HEADERS[self as usize])[0]
    }

    /// Every header by which the column is recognized, in all languages.
    pub fn headers(self) -> impl Iterator<Item = &'static str> {
        HEADERS[self as usize].into_iter().flatten().copied()
    }

    /// Whether this language uses the header for this column. It tells which language a list is written in.
    pub(crate) fn has_header(self, header: &str, language: Language) -> bool {
        language.choose(HEADERS[self as usize]).iter().any(|known| normalize(known) == normalize(header))
    }

    /// The column that a header stands for, or `None` for an unknown header.
    ///
    /// Case, spaces and punctuation do not matter. If the whole header is unknown, the text before a bracket is tried,
    /// so that `Date of birth (YYYY-MM-DD)` is recognized.
    pub(crate) fn lookup_header(header: &str) -> Option<Self> {
        static KNOWN: LazyLock<HashMap<String, Column>> = LazyLock::new(|| {
            let named = |column: Column| column.headers().map(move |header| (normalize(header), column));
            Column::ALL.into_iter().flat_map(named).collect()
        });
        if header.len() > MAX_HEADER_BYTES {
            return None;
        }
        let outside = header.split(['(', '[']).next().unwrap_or_default();
        KNOWN.get(&normalize(header)).or_else(|| KNOWN.get(&normalize(outside))).copied()
    }
}

/// The header of the column of messages in a file of bad rows, in English, Russian and Kazakh.
///
/// A column with this header is skipped when a corrected file is read, so that the secretary need not delete it.
pub(crate) const PROBLEMS: [&str; 3] = ["Problems", "Ошибки", "Қателер"];

/// Whether a header is that of the column of messages.
pub(crate) fn is_problems(header: &str) -> bool {
    PROBLEMS.iter().any(|known| normalize(known) == normalize(header))
}

/// Reduces a text to lower-case letters and digits, so that case, spaces and punctuation do not matter.
///
/// `ё` becomes `е`, because many Russian writers use `е` for both.
pub(crate) fn normalize(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.map(|letter| if letter == 'ё' { 'е' } else { letter }).collect()
}

/// The headers of one column in English, Russian and Kazakh. In each language the template's header comes first.
type Headers = [&'static [&'static str]; 3];

/// The headers of every column, in the order of [`Column::ALL`]. A test checks that no header has two meanings.
const HEADERS: [Headers; 13] = [
    [
        &["Category", "Capacity", "Role", "Observer category"],
        &["Категория", "Категория наблюдателя", "В качестве"],
        &["Санат", "Санаты", "Бақылаушы санаты"],
    ],
    [
        &["Family name", "Surname", "Last name", "Family names", "Primary identifier"],
        &["Фамилия", "Фамилия латиницей", "Фамилия по паспорту"],
        &["Тегі", "Тегі латынша", "Тек"],
    ],
    [
        &["Given name", "Given names", "First name", "First names", "Forename", "Forenames", "Secondary identifier"],
        &["Имя", "Имена", "Имя латиницей", "Имя по паспорту"],
        &["Аты", "Есімі", "Аты латынша"],
    ],
    [
        &["Native name", "Name in own script", "Full name in own script", "Name in native script"],
        &["Имя на родном языке", "ФИО на родном языке", "Полное имя на родном языке"],
        &["Ана тіліндегі аты-жөні", "Өз жазуындағы аты-жөні"],
    ],
    [
        &["Name in Kazakh", "Full name in Kazakh", "Kazakh name", "Name kk"],
        &["Имя на казахском", "ФИО на казахском", "ФИО на казахском языке"],
        &["Қазақша аты-жөні", "Аты-жөні қазақша", "Қазақ тіліндегі аты-жөні"],
    ],
    [
        &["Name in Russian", "Full name in Russian", "Russian name", "Name ru"],
        &["Имя на русском", "ФИО на русском", "ФИО на русском языке", "ФИО"],
        &["Орысша аты-жөні", "Аты-жөні орысша", "Орыс тіліндегі аты-жөні"],
    ],
    [
        &["Nationality", "Citizenship", "Nationality code"],
        &["Гражданство", "Код гражданства"],
        &["Азаматтығы", "Азаматтық"],
    ],
    [
        &["Birth date", "Date of birth", "Birthdate", "DOB", "Born"],
        &["Дата рождения", "День рождения"],
        &["Туған күні", "Туған жылы, айы, күні"],
    ],
    [&["Sex", "Gender"], &["Пол"], &["Жынысы", "Жыныс"]],
    [
        &["Passport number", "Passport no", "Passport", "Passport nr", "Document number", "Travel document number"],
        &["Номер паспорта", "Паспорт", "№ паспорта", "Паспорт №", "Номер документа"],
        &["Паспорт нөмірі", "Төлқұжат нөмірі", "Құжат нөмірі"],
    ],
    [
        &["Issuing state", "Issuing country", "Issuer", "Passport issued by", "Country of issue", "Issued by"],
        &["Государство выдачи", "Кем выдан", "Страна выдачи", "Кем выдан паспорт", "Выдавшее государство"],
        &["Берген мемлекет", "Паспортты берген мемлекет", "Берген ел", "Кім берген"],
    ],
    [
        &[
            "Passport expiry",
            "Expiry date",
            "Date of expiry",
            "Passport expiry date",
            "Passport valid until",
            "Valid until",
            "Expires",
        ],
        &[
            "Срок действия паспорта",
            "Действителен до",
            "Срок действия",
            "Паспорт действителен до",
            "Дата окончания срока действия",
        ],
        &["Паспорттың жарамдылық мерзімі", "Жарамдылық мерзімі", "Жарамды мерзімі", "Дейін жарамды"],
    ],
    [
        &["MRZ", "Machine-readable zone", "Machine readable zone"],
        &["МСЗ", "Машиносчитываемая зона"],
        &["МОА", "Машинамен оқылатын аймақ"],
    ],
];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn headers_are_recognized_in_three_languages_and_any_spelling() {
        for (header, column) in [
            ("Family name", Some(Column::FamilyName)),
            ("  SURNAME* ", Some(Column::FamilyName)),
            ("Фамилия:", Some(Column::FamilyName)),
            ("тегі", Some(Column::FamilyName)),
            ("passport_no.", Some(Column::PassportNumber)),
            ("№ паспорта", Some(Column::PassportNumber)),
            ("ПАСПОРТ НӨМІРІ", Some(Column::PassportNumber)),
            ("Date of birth (YYYY-MM-DD)", Some(Column::BirthDate)),
            ("Туған күні", Some(Column::BirthDate)),
            ("Phone", None),
            ("", None),
        ] {
            assert_eq!(Column::lookup_header(header), column, "{header}");
        }
        assert!(is_problems(" ОШИБКИ ") && is_problems("problems") && !is_problems("Problem"));
    }

    /// With a header of two meanings, the order of a hash map would decide how a list is read.
    #[test]
    fn no_header_stands_for_two_columns() {
        let mut seen = HashMap::new();
        for column in Column::ALL {
            for header in column.headers() {
                let other = seen.insert(normalize(header), column);
                assert!(other.is_none_or(|other| other == column), "{header}: {column:?} and {other:?}");
                assert!(!is_problems(header));
            }
        }
    }
}

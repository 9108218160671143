//! The columns, and what their headers are called.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::vocabulary::language::Language;

/// No header is longer; a line of text without delimiters is.
const HEADER_BYTES: usize = 500;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// In which capacity the person is accredited.
    Category,
    /// Family name in the passport's Latin letters.
    FamilyName,
    /// Given names in the passport's Latin letters; empty for a mononym.
    GivenName,
    /// Full name in the person's own script.
    NativeName,
    /// Full name in Kazakh.
    NameKk,
    /// Full name in Russian.
    NameRu,
    /// Code of the nationality.
    Nationality,
    /// Date of birth.
    BirthDate,
    /// As in the passport.
    Sex,
    /// Number of the passport.
    PassportNumber,
    /// Code of the passport's issuer.
    IssuingState,
    /// The last day of the passport's validity.
    PassportExpiry,
    /// The two lines of the machine-readable zone.
    Mrz,
}

impl Column {
    /// Every column, in the template's order.
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

    /// Whether a list without it cannot be read.
    pub fn required(self) -> bool {
        !matches!(self, Self::NativeName | Self::NameKk | Self::NameRu | Self::Mrz)
    }

    /// Its header in English.
    pub fn header(self) -> &'static str {
        self.header_in(Language::En)
    }

    /// Its header in a language.
    pub fn header_in(self, language: Language) -> &'static str {
        language.choose(HEADERS[self as usize])[0]
    }

    /// Every header that is taken for it.
    pub fn headers(self) -> impl Iterator<Item = &'static str> {
        HEADERS[self as usize].into_iter().flatten().copied()
    }

    /// Whether a header is one that the language has for it.
    pub(crate) fn is_called(self, header: &str, language: Language) -> bool {
        language.choose(HEADERS[self as usize]).iter().any(|known| plain(known) == plain(header))
    }

    /// The column that a header stands for. Case, spaces, punctuation and what is in brackets do not matter.
    pub(crate) fn of(header: &str) -> Option<Self> {
        static KNOWN: LazyLock<HashMap<String, Column>> = LazyLock::new(|| {
            let named = |column: Column| column.headers().map(move |header| (plain(header), column));
            Column::ALL.into_iter().flat_map(named).collect()
        });
        if header.len() > HEADER_BYTES {
            return None;
        }
        let outside = header.split(['(', '[']).next().unwrap_or_default();
        KNOWN.get(&plain(header)).or_else(|| KNOWN.get(&plain(outside))).copied()
    }
}

/// The header of the last column of a file of bad rows. It is read over wherever it stands.
pub(crate) const PROBLEMS: [&str; 3] = ["Problems", "Ошибки", "Қателер"];

/// Whether a header is that of the problems.
pub(crate) fn is_problems(header: &str) -> bool {
    PROBLEMS.iter().any(|known| plain(known) == plain(header))
}

/// Small letters and digits alone: what is left when case, spaces and punctuation do not matter.
pub(crate) fn plain(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.map(|letter| if letter == 'ё' { 'е' } else { letter }).collect()
}

/// In English, Russian and Kazakh: what the template calls the column, then what else is understood.
type Headers = [&'static [&'static str]; 3];

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
    fn headers_are_found_in_three_languages_and_however_they_are_written() {
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
            assert_eq!(Column::of(header), column, "{header}");
        }
        assert!(is_problems(" ОШИБКИ ") && is_problems("problems") && !is_problems("Problem"));
    }

    #[test]
    fn no_header_stands_for_two_columns() {
        let mut seen = HashMap::new();
        for column in Column::ALL {
            for header in column.headers() {
                let other = seen.insert(plain(header), column);
                assert!(other.is_none_or(|other| other == column), "{header}: {column:?} and {other:?}");
                assert!(!is_problems(header));
            }
        }
    }
}

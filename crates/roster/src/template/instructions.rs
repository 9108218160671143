//! The texts of the template, in English, Russian and Kazakh.
//!
//! They are here and not in files, so that a new column does not compile without its instruction in every language.

use domain::vocabulary::language::Language;

use crate::column::Column;

/// The template's texts in one language, apart from the instructions for each column.
pub(super) struct SheetTexts {
    /// The names of the two sheets.
    pub(super) sheets: [&'static str; 2],
    /// The headers of the sheet of instructions.
    pub(super) titles: [&'static str; 4],
    /// The words for a required column and for an optional one.
    pub(super) required: [&'static str; 2],
    /// The note about the example row.
    pub(super) example: &'static str,
}

/// The template's texts in a language.
pub(super) fn sheet_texts(language: Language) -> SheetTexts {
    match language {
        Language::En => SheetTexts {
            sheets: ["Observers", "Columns"],
            titles: ["Column", "Required", "What to write", "Accepted headers"],
            required: ["yes", "no"],
            example: "The grey row is an example and is not read. Overwrite it or delete it.",
        },
        Language::Ru => SheetTexts {
            sheets: ["Наблюдатели", "Столбцы"],
            titles: ["Столбец", "Обязателен", "Что писать", "Принимаемые заголовки"],
            required: ["да", "нет"],
            example: "Серая строка — пример, она не читается. Пишите поверх неё или удалите её.",
        },
        Language::Kk => SheetTexts {
            sheets: ["Бақылаушылар", "Бағандар"],
            titles: ["Баған", "Міндетті", "Не жазу керек", "Қабылданатын тақырыптар"],
            required: ["иә", "жоқ"],
            example: "Сұр жол — мысал, ол оқылмайды. Үстінен жазыңыз немесе жойыңыз.",
        },
    }
}

/// The instruction for a column: what to write into its cells.
pub(super) fn instruction(column: Column, language: Language) -> &'static str {
    language.choose(match column {
        Column::Category => [
            "The capacity in which the person is accredited. Choose it from the list.",
            "В каком качестве аккредитуется лицо. Выберите из списка.",
            "Тұлға қандай санатта аккредиттеледі. Тізімнен таңдаңыз.",
        ],
        Column::FamilyName => [
            "The family name in the passport's Latin letters. If the person has only one name, write it here.",
            "Латинскими буквами, как в паспорте. Единственное имя пишется здесь.",
            "Паспорттағыдай латын әріптерімен. Жалғыз есім осында жазылады.",
        ],
        Column::GivenName => [
            "All given names in the passport's Latin letters. Leave it empty if there are none.",
            "Все имена латинскими буквами, как в паспорте; пусто, если их нет.",
            "Барлық есімдері паспорттағыдай латын әріптерімен; жоқ болса, бос қалдырыңыз.",
        ],
        Column::NativeName => [
            "The full name in the person's own script.",
            "Полное имя на родном языке лица.",
            "Толық аты-жөні тұлғаның ана тілінде.",
        ],
        Column::NameKk => {
            ["The full name in Kazakh.", "Полное имя на казахском языке.", "Толық аты-жөні қазақ тілінде."]
        }
        Column::NameRu => ["The full name in Russian.", "Полное имя на русском языке.", "Толық аты-жөні орыс тілінде."],
        Column::Nationality => [
            "The three-letter code in the passport, such as KAZ or DEU (three letters for Germany too).",
            "Три буквы, как в паспорте, например KAZ или DEU (у Германии тоже три).",
            "Паспорттағы үш әріп, мысалы KAZ немесе DEU (Германияда да үшеу).",
        ],
        Column::BirthDate => [
            "Year-month-day or day.month.year: 1980-12-31 or 31.12.1980.",
            "Год-месяц-день или день.месяц.год: 1980-12-31 или 31.12.1980.",
            "Жыл-ай-күн немесе күн.ай.жыл: 1980-12-31 немесе 31.12.1980.",
        ],
        Column::Sex => [
            "The sex as in the passport: F, M or X. Choose it from the list.",
            "Как в паспорте: F, M или X. Выберите из списка.",
            "Паспорттағыдай: F, M немесе X. Тізімнен таңдаңыз.",
        ],
        Column::PassportNumber => [
            "3 to 20 Latin letters and digits. The column is formatted as text, so that leading zeros stay.",
            "От 3 до 20 латинских букв и цифр. Столбец текстовый, чтобы нули в начале сохранились.",
            "3-тен 20-ға дейін латын әріптері мен сандар. Басындағы нөлдер сақталуы үшін баған мәтіндік.",
        ],
        Column::IssuingState => [
            "The three-letter code of the passport's issuer, such as KAZ, or UNO for the United Nations.",
            "Кто выдал паспорт: три буквы, например KAZ или UNO (ООН).",
            "Паспортты кім берген: үш әріп, мысалы KAZ немесе UNO (БҰҰ).",
        ],
        Column::PassportExpiry => [
            "The last day on which the passport is valid: 2029-06-30 or 30.06.2029.",
            "Последний день действия: 2029-06-30 или 30.06.2029.",
            "Жарамдылығының соңғы күні: 2029-06-30 немесе 30.06.2029.",
        ],
        Column::Mrz => [
            "Both lines of 44 characters at the bottom of the passport page. It may be empty.",
            "Обе строки по 44 знака внизу страницы паспорта или ничего.",
            "Паспорт бетінің төменгі жағындағы 44 таңбадан екі жол немесе бос.",
        ],
    })
}

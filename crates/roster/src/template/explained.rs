//! What the template's second sheet says, in three languages.

use domain::vocabulary::language::Language;

use crate::column::Column;

/// The words of a language that are about no column.
pub(super) struct OnSheet {
    /// The names of the two sheets.
    pub(super) sheets: [&'static str; 2],
    /// The headers of the second sheet.
    pub(super) titles: [&'static str; 4],
    /// What a column that has to be there is called, and one that need not.
    pub(super) required: [&'static str; 2],
    /// What is said of the example.
    pub(super) example: &'static str,
}

pub(super) fn on_sheet(language: Language) -> OnSheet {
    match language {
        Language::En => OnSheet {
            sheets: ["Observers", "Columns"],
            titles: ["Column", "Required", "What to write", "Accepted headers"],
            required: ["yes", "no"],
            example: "The grey row is an example and is not read. Write over it or delete it.",
        },
        Language::Ru => OnSheet {
            sheets: ["Наблюдатели", "Столбцы"],
            titles: ["Столбец", "Обязателен", "Что писать", "Принимаемые заголовки"],
            required: ["да", "нет"],
            example: "Серая строка — пример, она не читается. Пишите поверх неё или удалите её.",
        },
        Language::Kk => OnSheet {
            sheets: ["Бақылаушылар", "Бағандар"],
            titles: ["Баған", "Міндетті", "Не жазу керек", "Қабылданатын тақырыптар"],
            required: ["иә", "жоқ"],
            example: "Сұр жол — мысал, ол оқылмайды. Үстінен жазыңыз немесе жойыңыз.",
        },
    }
}

/// What to write into a column.
pub(super) fn explained(column: Column, language: Language) -> &'static str {
    language.choose(match column {
        Column::Category => [
            "In which capacity the person is accredited. Choose from the list.",
            "В каком качестве аккредитуется лицо. Выберите из списка.",
            "Тұлға қандай санатта аккредиттеледі. Тізімнен таңдаңыз.",
        ],
        Column::FamilyName => [
            "In the passport's Latin letters. A person with one name alone has it here.",
            "Латинскими буквами, как в паспорте. Единственное имя пишется здесь.",
            "Паспорттағыдай латын әріптерімен. Жалғыз есім осында жазылады.",
        ],
        Column::GivenName => [
            "All given names in the passport's Latin letters; empty if there are none.",
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
            "The three letters of the passport, such as KAZ or DEU (Germany too has three).",
            "Три буквы, как в паспорте, например KAZ или DEU (у Германии тоже три).",
            "Паспорттағы үш әріп, мысалы KAZ немесе DEU (Германияда да үшеу).",
        ],
        Column::BirthDate => [
            "Year-month-day or day.month.year: 1980-12-31 or 31.12.1980.",
            "Год-месяц-день или день.месяц.год: 1980-12-31 или 31.12.1980.",
            "Жыл-ай-күн немесе күн.ай.жыл: 1980-12-31 немесе 31.12.1980.",
        ],
        Column::Sex => [
            "As in the passport: F, M or X. Choose from the list.",
            "Как в паспорте: F, M или X. Выберите из списка.",
            "Паспорттағыдай: F, M немесе X. Тізімнен таңдаңыз.",
        ],
        Column::PassportNumber => [
            "3 to 20 Latin letters and digits. The column is text, so that leading zeros stay.",
            "От 3 до 20 латинских букв и цифр. Столбец текстовый, чтобы нули в начале сохранились.",
            "3-тен 20-ға дейін латын әріптері мен сандар. Басындағы нөлдер сақталуы үшін баған мәтіндік.",
        ],
        Column::IssuingState => [
            "Who issued the passport: three letters, such as KAZ, or UNO for the United Nations.",
            "Кто выдал паспорт: три буквы, например KAZ или UNO (ООН).",
            "Паспортты кім берген: үш әріп, мысалы KAZ немесе UNO (БҰҰ).",
        ],
        Column::PassportExpiry => [
            "The last day of its validity: 2029-06-30 or 30.06.2029.",
            "Последний день действия: 2029-06-30 или 30.06.2029.",
            "Жарамдылығының соңғы күні: 2029-06-30 немесе 30.06.2029.",
        ],
        Column::Mrz => [
            "Both lines of 44 characters at the bottom of the passport's page, or nothing.",
            "Обе строки по 44 знака внизу страницы паспорта или ничего.",
            "Паспорт бетінің төменгі жағындағы 44 таңбадан екі жол немесе бос.",
        ],
    })
}

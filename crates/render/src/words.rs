//! The words of the lists, each in the order of [`Language::ALL`].

use domain::vocabulary::language::Language;
use jiff::civil::Date;

/// Stands on every page of what is not adopted yet, in all languages at once.
pub(crate) const DRAFT: &str = "ЖОБА / ПРОЕКТ / DRAFT";

/// What the list is.
pub(crate) const LIST: [&str; 3] = [
    "Accreditation of observers: list of persons",
    "Аккредитация наблюдателей: список лиц",
    "Байқаушыларды аккредиттеу: адамдар тізімі",
];

/// A sheet's name.
pub(crate) const SHEET: [&str; 3] = ["List", "Список", "Тізім"];

/// What is decided of a section's people, as a decree words it.
pub(crate) const DECISIONS: [[&str; 3]; 6] = [
    ["To be accredited", "Аккредитовать", "Аккредиттелсін"],
    ["To be refused accreditation", "Отказать в аккредитации", "Аккредиттеуден бас тартылсын"],
    ["Accreditation to be revoked", "Аккредитацию отозвать", "Аккредиттеу кері қайтарып алынсын"],
    [
        "Accreditation issued in error, to be annulled",
        "Выданную ошибочно аккредитацию аннулировать",
        "Қате берілген аккредиттеудің күші жойылсын",
    ],
    ["Accreditation to be reinstated", "Аккредитацию восстановить", "Аккредиттеу қалпына келтірілсін"],
    ["Not ready for a decision", "Не готово к решению", "Шешімге дайын емес"],
];

/// The headers of the columns.
pub(crate) const COLUMNS: [[&str; 3]; crate::COLUMNS] = [
    ["No.", "№", "№"],
    ["Accreditation number", "Номер аккредитации", "Аккредиттеу нөмірі"],
    ["Name", "Фамилия, имя", "Тегі, аты"],
    ["Organization", "Организация", "Ұйым"],
    ["Category", "Категория", "Санат"],
    ["Nationality", "Гражданство", "Азаматтығы"],
    ["Decision", "Решение", "Шешім"],
    GROUND,
];

/// Why somebody is refused.
pub(crate) const GROUND: [&str; 3] = ["Ground", "Основание", "Негіз"];

/// Who signs first.
pub(crate) const CHAIR: [&str; 3] = ["Chair", "Председатель", "Төраға"];

/// Who signs second.
pub(crate) const SECRETARY: [&str; 3] = ["Secretary", "Секретарь", "Хатшы"];

/// The months as a date has them.
const MONTHS: [[&str; 3]; 12] = [
    ["January", "января", "қаңтардағы"],
    ["February", "февраля", "ақпандағы"],
    ["March", "марта", "наурыздағы"],
    ["April", "апреля", "сәуірдегі"],
    ["May", "мая", "мамырдағы"],
    ["June", "июня", "маусымдағы"],
    ["July", "июля", "шілдедегі"],
    ["August", "августа", "тамыздағы"],
    ["September", "сентября", "қыркүйектегі"],
    ["October", "октября", "қазандағы"],
    ["November", "ноября", "қарашадағы"],
    ["December", "декабря", "желтоқсандағы"],
];

/// A decree by its number and day.
pub(crate) fn decree(language: Language, number: &str, date: Date) -> String {
    let month = usize::from(date.month().unsigned_abs()) - 1;
    let (year, month, day) = (date.year(), language.choose(MONTHS[month]), date.day());
    match language {
        Language::En => format!("Decree No. {number} of {day} {month} {year}"),
        Language::Ru => format!("Постановление № {number} от {day} {month} {year} года"),
        Language::Kk => format!("{year} жылғы {day} {month} № {number} қаулы"),
    }
}

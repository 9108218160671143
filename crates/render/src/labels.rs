//! The fixed texts of the lists. Each has one version for each language, in the order of [`Language::ALL`].
//!
//! The decisions are worded as the commission's decrees word them, so they are not translations of the codes.

use domain::vocabulary::language::Language;
use jiff::civil::Date;

/// The mark on every page of a draft. It has all three languages at once, because anybody may hold the page.
pub(crate) const DRAFT: &str = "ЖОБА / ПРОЕКТ / DRAFT";

/// The heading of the list.
pub(crate) const LIST: [&str; 3] = [
    "Accreditation of observers: list of persons",
    "Аккредитация наблюдателей: список лиц",
    "Байқаушыларды аккредиттеу: адамдар тізімі",
];

/// The name of the sheet in a workbook.
pub(crate) const SHEET: [&str; 3] = ["List", "Список", "Тізім"];

/// The decisions, as a decree words them. The order is that of the sections.
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

/// The header of the ground. In a PDF it is printed before each ground, which has no column there.
pub(crate) const GROUND: [&str; 3] = ["Ground", "Основание", "Негіз"];

/// The office of the first signatory.
pub(crate) const CHAIR: [&str; 3] = ["Chair", "Председатель", "Төраға"];

/// The office of the second signatory.
pub(crate) const SECRETARY: [&str; 3] = ["Secretary", "Секретарь", "Хатшы"];

/// The names of the months in the form that a date needs.
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

/// The title of a decree, with its number and its day.
pub(crate) fn decree(language: Language, number: &str, date: Date) -> String {
    let month = usize::from(date.month().unsigned_abs()) - 1;
    let (year, month, day) = (date.year(), language.choose(MONTHS[month]), date.day());
    match language {
        Language::En => format!("Decree No. {number} of {day} {month} {year}"),
        Language::Ru => format!("Постановление № {number} от {day} {month} {year} года"),
        Language::Kk => format!("{year} жылғы {day} {month} № {number} қаулы"),
    }
}

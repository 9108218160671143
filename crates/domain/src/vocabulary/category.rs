//! The categories of accredited people.

use serde::{Deserialize, Serialize};

/// The category in which a person is accredited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// The head of the mission.
    HeadOfMission,
    /// The deputy head of the mission.
    DeputyHead,
    /// A member of the core team.
    CoreTeam,
    /// A long-term observer.
    LongTermObserver,
    /// A short-term observer.
    ShortTermObserver,
    /// A member of a parliament.
    Parliamentarian,
    /// A diplomat in the host country.
    Diplomat,
    /// Support staff: an interpreter.
    Interpreter,
    /// Support staff: a driver.
    Driver,
    /// Support staff: an assistant.
    Assistant,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 10] = [
        Self::HeadOfMission,
        Self::DeputyHead,
        Self::CoreTeam,
        Self::LongTermObserver,
        Self::ShortTermObserver,
        Self::Parliamentarian,
        Self::Diplomat,
        Self::Interpreter,
        Self::Driver,
        Self::Assistant,
    ];

    /// The printed words, in the order of [`Language::ALL`](crate::vocabulary::language::Language::ALL).
    pub const fn words(self) -> [&'static str; 3] {
        match self {
            Self::HeadOfMission => ["Head of mission", "Глава миссии", "Миссия басшысы"],
            Self::DeputyHead => ["Deputy head", "Заместитель главы миссии", "Миссия басшысының орынбасары"],
            Self::CoreTeam => ["Core team", "Основной состав", "Негізгі құрам"],
            Self::LongTermObserver => ["Long-term observer", "Долгосрочный наблюдатель", "Ұзақ мерзімді бақылаушы"],
            Self::ShortTermObserver => ["Short-term observer", "Краткосрочный наблюдатель", "Қысқа мерзімді бақылаушы"],
            Self::Parliamentarian => ["Parliamentarian", "Парламентарий", "Парламентші"],
            Self::Diplomat => ["Diplomat", "Дипломат", "Дипломат"],
            Self::Interpreter => ["Interpreter", "Переводчик", "Аудармашы"],
            Self::Driver => ["Driver", "Водитель", "Жүргізуші"],
            Self::Assistant => ["Assistant", "Ассистент", "Көмекші"],
        }
    }

    /// Whether the category has an observer's rights. Support staff gets a badge and no rights.
    pub fn observes(self) -> bool {
        !matches!(self, Self::Interpreter | Self::Driver | Self::Assistant)
    }
}

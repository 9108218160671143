//! In which function an observer is accredited.

use serde::{Deserialize, Serialize};

/// In which capacity a person is accredited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// Head of the mission.
    HeadOfMission,
    /// Deputy head.
    DeputyHead,
    /// Core team.
    CoreTeam,
    /// Long-term observer.
    LongTermObserver,
    /// Short-term observer.
    ShortTermObserver,
    /// Member of a parliament.
    Parliamentarian,
    /// Diplomat in the host country.
    Diplomat,
    /// Support staff.
    Interpreter,
    /// Support staff.
    Driver,
    /// Support staff.
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

    /// Its word in each of [`Language::ALL`](crate::vocabulary::language::Language::ALL).
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

    /// Whether it carries an observer's rights; support staff has a badge and no rights.
    pub fn observes(self) -> bool {
        !matches!(self, Self::Interpreter | Self::Driver | Self::Assistant)
    }
}

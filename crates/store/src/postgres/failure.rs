//! What a failure of the database means for whoever met it.

use crate::StoreError;

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Others changed what was read: run again, and see it as it is now.
    Moved,
    /// The database undid it for another's sake, or the same request was carried out meanwhile: run again.
    Conflict,
    /// The connection or its server is gone: run again on another.
    Gone,
    /// Too much at once, or a lock held too long.
    Overload,
    /// A read was stopped at its deadline.
    Interrupted,
    /// Anything else is a defect or a broken database.
    Other,
}

pub(super) fn of(error: &StoreError) -> Failure {
    match error {
        // A key that somebody else has taken since it was looked up, or a row that has moved on. If it is still so when
        // the command has looked again, it is a defect, and the error stands.
        StoreError::KeyTaken { .. } | StoreError::RowCount { rows: 0, .. } => Failure::Moved,
        StoreError::Overtaken => Failure::Conflict,
        StoreError::Interrupted { .. } => Failure::Interrupted,
        StoreError::Database { source, .. } => of_source(source),
        _ => Failure::Other,
    }
}

fn of_source(source: &sqlx::Error) -> Failure {
    match source {
        sqlx::Error::PoolTimedOut => Failure::Overload,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolClosed => Failure::Gone,
        sqlx::Error::Database(error) => of_code(error.code().as_deref().unwrap_or_default()),
        _ => Failure::Other,
    }
}

fn of_code(code: &str) -> Failure {
    match code {
        "40001" | "40P01" => Failure::Conflict,
        // A statement was prepared before a migration changed its table, or the server has become a standby. Another
        // connection will do.
        "0A000" => Failure::Gone,
        // Shut down, crashed, starting, idle in a transaction for too long, or demoted to a standby that only reads.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25006" => Failure::Gone,
        // A lock or a statement that took too long, or no connection left.
        "55P03" | "57014" | "53300" | "53400" => Failure::Overload,
        code if code.starts_with("08") => Failure::Gone,
        _ => Failure::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_postgresql() {
        for (code, failure) in [
            ("40001", Failure::Conflict),
            ("40P01", Failure::Conflict),
            ("57P01", Failure::Gone),
            ("0A000", Failure::Gone),
            ("08006", Failure::Gone),
            ("55P03", Failure::Overload),
            ("42501", Failure::Other),
            ("23503", Failure::Other),
        ] {
            assert_eq!(of_code(code), failure, "{code}");
        }
    }

    #[test]
    fn a_missing_row_is_a_conflict_and_one_too_many_a_defect() {
        let count = |rows| StoreError::RowCount { statement: "update application", rows, expected: 1 };
        assert_eq!(of(&count(0)), Failure::Moved);
        assert_eq!(of(&count(2)), Failure::Other);
        assert_eq!(of(&StoreError::Unsealable), Failure::Other);
    }
}

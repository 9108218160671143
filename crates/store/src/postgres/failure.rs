//! What a failure of the database means for whoever met it.

use crate::StoreError;

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Others changed what was read: run again, and see it as it is now.
    StaleRead,
    /// The database undid it for another's sake, or the same request was carried out meanwhile: run again.
    Conflict,
    /// The connection or its server is gone: run again on another.
    ConnectionLost,
    /// Too much at once, or a lock held too long.
    Overload,
    /// A read was stopped at its deadline.
    Interrupted,
    /// Anything else is a defect or a broken database.
    Other,
}

pub(super) fn classify(error: &StoreError) -> Failure {
    match error {
        // A key that somebody else has taken since it was looked up, or a row that has moved on. If it is still so when
        // the command has looked again, it is a defect, and the error stands.
        StoreError::DuplicateKey { .. } | StoreError::RowCount { rows: 0, .. } => Failure::StaleRead,
        StoreError::Overtaken => Failure::Conflict,
        StoreError::Interrupted { .. } => Failure::Interrupted,
        StoreError::Database { source, .. } => classify_sqlx(source),
        _ => Failure::Other,
    }
}

fn classify_sqlx(source: &sqlx::Error) -> Failure {
    match source {
        sqlx::Error::PoolTimedOut => Failure::Overload,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolClosed => {
            Failure::ConnectionLost
        }
        sqlx::Error::Database(error) => classify_sqlstate(error.code().as_deref().unwrap_or_default()),
        _ => Failure::Other,
    }
}

fn classify_sqlstate(code: &str) -> Failure {
    match code {
        "40001" | "40P01" => Failure::Conflict,
        // A statement was prepared before a migration changed its table, or the server has become a standby. Another
        // connection will do.
        "0A000" => Failure::ConnectionLost,
        // Shut down, crashed, starting, idle in a transaction for too long, or demoted to a standby that only reads.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25006" => Failure::ConnectionLost,
        // A lock or a statement that took too long, or no connection left.
        "55P03" | "57014" | "53300" | "53400" => Failure::Overload,
        code if code.starts_with("08") => Failure::ConnectionLost,
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
            ("57P01", Failure::ConnectionLost),
            ("0A000", Failure::ConnectionLost),
            ("08006", Failure::ConnectionLost),
            ("55P03", Failure::Overload),
            ("42501", Failure::Other),
            ("23503", Failure::Other),
        ] {
            assert_eq!(classify_sqlstate(code), failure, "{code}");
        }
    }

    #[test]
    fn a_missing_row_is_a_conflict_and_one_too_many_a_defect() {
        let count = |rows| StoreError::RowCount { statement: "update application", rows, expected: 1 };
        assert_eq!(classify(&count(0)), Failure::StaleRead);
        assert_eq!(classify(&count(2)), Failure::Other);
        assert_eq!(classify(&StoreError::CannotUnseal), Failure::Other);
    }
}

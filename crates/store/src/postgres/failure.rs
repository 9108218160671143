//! Classifies a failure of PostgreSQL: whether to run the command again, and on
//! which connection.

use crate::StoreError;

/// What to do about a failed transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Another transaction changed what this one had read. Run again, with what
    /// is there now.
    StaleRead,
    /// PostgreSQL rolled this transaction back for another one (deadlock or
    /// serialization failure), or the same request committed in parallel. Run
    /// again.
    Conflict,
    /// The connection or its server is gone. Run again on another connection.
    ConnectionLost,
    /// Too many connections, or a lock or statement that took too long. Tell
    /// the caller to try later.
    Overload,
    /// A read was stopped at its deadline. Running again would take as long.
    Interrupted,
    /// A defect or a broken database. Running again cannot help.
    Other,
}

/// The class of an error.
pub(super) fn classify(error: &StoreError) -> Failure {
    match error {
        // Somebody took the key after it was looked up, or the row has a newer
        // version. If the next run meets the same error, it is a defect, and
        // the caller gets the error.
        StoreError::DuplicateKey { .. } | StoreError::RowCount { rows: 0, .. } => Failure::StaleRead,
        StoreError::Overtaken => Failure::Conflict,
        StoreError::Interrupted { .. } => Failure::Interrupted,
        StoreError::Database { source, .. } => classify_sqlx(source),
        _ => Failure::Other,
    }
}

/// The class of an error of the driver.
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

/// The class of an SQLSTATE (appendix A of the PostgreSQL manual).
fn classify_sqlstate(code: &str) -> Failure {
    match code {
        "40001" | "40P01" => Failure::Conflict,
        // A migration changed a table after this connection had prepared a
        // statement for it, or the server has become a standby. Another
        // connection works.
        "0A000" => Failure::ConnectionLost,
        // The server shuts down, has crashed or is starting; it ended an idle
        // transaction; or it is a standby, which only reads.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25006" => Failure::ConnectionLost,
        // A lock or a statement took too long, or no connection is left.
        "55P03" | "57014" | "53300" | "53400" => Failure::Overload,
        code if code.starts_with("08") => Failure::ConnectionLost,
        _ => Failure::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes that a running cluster shows during restarts, deadlocks and
    /// overload.
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

    /// No row means that somebody was faster. Two rows mean a wrong statement,
    /// which no retry repairs.
    #[test]
    fn a_missing_row_is_a_conflict_and_one_too_many_a_defect() {
        let count = |rows| StoreError::RowCount { statement: "update application", rows, expected: 1 };
        assert_eq!(classify(&count(0)), Failure::StaleRead);
        assert_eq!(classify(&count(2)), Failure::Other);
        assert_eq!(classify(&StoreError::CannotUnseal), Failure::Other);
    }
}

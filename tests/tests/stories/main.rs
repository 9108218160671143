//! Stories: what the service promises, each shown by people who call it over mutual TLS, on either database.
//!
//! A test named `scenario_…` shows the acceptance scenario of that number.

#[path = "."]
mod on_sqlite {
    const DATABASE: stories::Database = stories::Database::Sqlite;

    #[path = "after.rs"]
    mod after;
    #[path = "amendments.rs"]
    mod amendments;
    #[path = "amendments_after.rs"]
    mod amendments_after;
    #[path = "appeals.rs"]
    mod appeals;
    #[path = "appeals_after.rs"]
    mod appeals_after;
    #[path = "confirmations.rs"]
    mod confirmations;
    #[path = "crowds.rs"]
    mod crowds;
    #[path = "cutoffs.rs"]
    mod cutoffs;
    #[path = "decisions.rs"]
    mod decisions;
    #[path = "decree_corrections.rs"]
    mod decree_corrections;
    #[path = "decree_lists.rs"]
    mod decree_lists;
    #[path = "deployment.rs"]
    mod deployment;
    #[path = "documents.rs"]
    mod documents;
    #[path = "ending.rs"]
    mod ending;
    #[path = "ends.rs"]
    mod ends;
    #[path = "interruptions.rs"]
    mod interruptions;
    #[path = "lists.rs"]
    mod lists;
    #[path = "missions.rs"]
    mod missions;
    #[path = "paper.rs"]
    mod paper;
    #[path = "people.rs"]
    mod people;
    #[path = "postponement.rs"]
    mod postponement;
    #[path = "precision.rs"]
    mod precision;
    #[path = "queue.rs"]
    mod queue;
    #[path = "quotas.rs"]
    mod quotas;
    #[path = "recusal.rs"]
    mod recusal;
    #[path = "regions.rs"]
    mod regions;
    #[path = "register.rs"]
    mod register;
    #[path = "repetition.rs"]
    mod repetition;
    #[path = "replacements.rs"]
    mod replacements;
    #[path = "reports.rs"]
    mod reports;
    #[path = "retention.rs"]
    mod retention;
    #[path = "returns.rs"]
    mod returns;
    #[path = "run_off.rs"]
    mod run_off;
    #[path = "scans.rs"]
    mod scans;
    #[path = "screening.rs"]
    mod screening;
    #[path = "selections.rs"]
    mod selections;
    #[path = "separation.rs"]
    mod separation;
    #[path = "watching.rs"]
    mod watching;
    #[path = "whole_missions.rs"]
    mod whole_missions;
}

#[path = "."]
#[expect(clippy::duplicate_mod, reason = "the same stories, on the other database")]
mod on_postgres {
    const DATABASE: stories::Database = stories::Database::Postgres;

    #[path = "after.rs"]
    mod after;
    #[path = "amendments.rs"]
    mod amendments;
    #[path = "amendments_after.rs"]
    mod amendments_after;
    #[path = "appeals.rs"]
    mod appeals;
    #[path = "appeals_after.rs"]
    mod appeals_after;
    #[path = "confirmations.rs"]
    mod confirmations;
    #[path = "crowds.rs"]
    mod crowds;
    #[path = "cutoffs.rs"]
    mod cutoffs;
    #[path = "decisions.rs"]
    mod decisions;
    #[path = "decree_corrections.rs"]
    mod decree_corrections;
    #[path = "decree_lists.rs"]
    mod decree_lists;
    #[path = "deployment.rs"]
    mod deployment;
    #[path = "documents.rs"]
    mod documents;
    #[path = "ending.rs"]
    mod ending;
    #[path = "ends.rs"]
    mod ends;
    #[path = "interruptions.rs"]
    mod interruptions;
    #[path = "lists.rs"]
    mod lists;
    #[path = "missions.rs"]
    mod missions;
    #[path = "paper.rs"]
    mod paper;
    #[path = "people.rs"]
    mod people;
    #[path = "postponement.rs"]
    mod postponement;
    #[path = "precision.rs"]
    mod precision;
    #[path = "queue.rs"]
    mod queue;
    #[path = "quotas.rs"]
    mod quotas;
    #[path = "recusal.rs"]
    mod recusal;
    #[path = "regions.rs"]
    mod regions;
    #[path = "register.rs"]
    mod register;
    #[path = "repetition.rs"]
    mod repetition;
    #[path = "replacements.rs"]
    mod replacements;
    #[path = "reports.rs"]
    mod reports;
    #[path = "retention.rs"]
    mod retention;
    #[path = "returns.rs"]
    mod returns;
    #[path = "run_off.rs"]
    mod run_off;
    #[path = "scans.rs"]
    mod scans;
    #[path = "screening.rs"]
    mod screening;
    #[path = "selections.rs"]
    mod selections;
    #[path = "separation.rs"]
    mod separation;
    #[path = "watching.rs"]
    mod watching;
    #[path = "whole_missions.rs"]
    mod whole_missions;
}

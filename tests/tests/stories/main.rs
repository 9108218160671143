//! Stories: what the service promises. People call it over mutual TLS, and every story runs on each database.
//!
//! A file has the stories of one rule of accreditation, and its first lines state the rule. A test named
//! `scenario_NN_…` shows the acceptance scenario of that number.

#[path = "."]
mod on_sqlite {
    const DATABASE: stories::Database = stories::Database::Sqlite;

    #[path = "amendment_effects.rs"]
    mod amendment_effects;
    #[path = "amendments.rs"]
    mod amendments;
    #[path = "appeal_conflicts.rs"]
    mod appeal_conflicts;
    #[path = "appeals.rs"]
    mod appeals;
    #[path = "cutoffs.rs"]
    mod cutoffs;
    #[path = "decisions.rs"]
    mod decisions;
    #[path = "decree_corrections.rs"]
    mod decree_corrections;
    #[path = "decree_lists.rs"]
    mod decree_lists;
    #[path = "decree_scans.rs"]
    mod decree_scans;
    #[path = "decree_selections.rs"]
    mod decree_selections;
    #[path = "deployment.rs"]
    mod deployment;
    #[path = "documents.rs"]
    mod documents;
    #[path = "end_of_observation.rs"]
    mod end_of_observation;
    #[path = "event_streams.rs"]
    mod event_streams;
    #[path = "exact_answers.rs"]
    mod exact_answers;
    #[path = "interruptions.rs"]
    mod interruptions;
    #[path = "large_checks.rs"]
    mod large_checks;
    #[path = "mission_withdrawals.rs"]
    mod mission_withdrawals;
    #[path = "missions.rs"]
    mod missions;
    #[path = "organization_isolation.rs"]
    mod organization_isolation;
    #[path = "paper.rs"]
    mod paper;
    #[path = "postponement.rs"]
    mod postponement;
    #[path = "presentations.rs"]
    mod presentations;
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
    #[path = "registered_people.rs"]
    mod registered_people;
    #[path = "repeated_requests.rs"]
    mod repeated_requests;
    #[path = "replacements.rs"]
    mod replacements;
    #[path = "reports.rs"]
    mod reports;
    #[path = "retention.rs"]
    mod retention;
    #[path = "returns.rs"]
    mod returns;
    #[path = "revocations.rs"]
    mod revocations;
    #[path = "rule_packs.rs"]
    mod rule_packs;
    #[path = "run_off.rs"]
    mod run_off;
    #[path = "run_off_confirmations.rs"]
    mod run_off_confirmations;
    #[path = "screening.rs"]
    mod screening;
    #[path = "withdrawals.rs"]
    mod withdrawals;
}

#[path = "."]
#[expect(clippy::duplicate_mod, reason = "the same stories, on the other database")]
mod on_postgres {
    const DATABASE: stories::Database = stories::Database::Postgres;

    #[path = "amendment_effects.rs"]
    mod amendment_effects;
    #[path = "amendments.rs"]
    mod amendments;
    #[path = "appeal_conflicts.rs"]
    mod appeal_conflicts;
    #[path = "appeals.rs"]
    mod appeals;
    #[path = "cutoffs.rs"]
    mod cutoffs;
    #[path = "decisions.rs"]
    mod decisions;
    #[path = "decree_corrections.rs"]
    mod decree_corrections;
    #[path = "decree_lists.rs"]
    mod decree_lists;
    #[path = "decree_scans.rs"]
    mod decree_scans;
    #[path = "decree_selections.rs"]
    mod decree_selections;
    #[path = "deployment.rs"]
    mod deployment;
    #[path = "documents.rs"]
    mod documents;
    #[path = "end_of_observation.rs"]
    mod end_of_observation;
    #[path = "event_streams.rs"]
    mod event_streams;
    #[path = "exact_answers.rs"]
    mod exact_answers;
    #[path = "interruptions.rs"]
    mod interruptions;
    #[path = "large_checks.rs"]
    mod large_checks;
    #[path = "mission_withdrawals.rs"]
    mod mission_withdrawals;
    #[path = "missions.rs"]
    mod missions;
    #[path = "organization_isolation.rs"]
    mod organization_isolation;
    #[path = "paper.rs"]
    mod paper;
    #[path = "postponement.rs"]
    mod postponement;
    #[path = "presentations.rs"]
    mod presentations;
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
    #[path = "registered_people.rs"]
    mod registered_people;
    #[path = "repeated_requests.rs"]
    mod repeated_requests;
    #[path = "replacements.rs"]
    mod replacements;
    #[path = "reports.rs"]
    mod reports;
    #[path = "retention.rs"]
    mod retention;
    #[path = "returns.rs"]
    mod returns;
    #[path = "revocations.rs"]
    mod revocations;
    #[path = "rule_packs.rs"]
    mod rule_packs;
    #[path = "run_off.rs"]
    mod run_off;
    #[path = "run_off_confirmations.rs"]
    mod run_off_confirmations;
    #[path = "screening.rs"]
    mod screening;
    #[path = "withdrawals.rs"]
    mod withdrawals;
}

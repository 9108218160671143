-- For when voting was set and what it was moved to since, with the cutoffs that followed; the last row holds. Whoever knows
-- the election reads it. The database itself keeps the first row.
CREATE TABLE election_schedule (
  election TEXT NOT NULL REFERENCES election (code),
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('SET', 'POSTPONED', 'RUN_OFF')),
  voting_day TEXT NOT NULL,
  submission_cutoff INTEGER NOT NULL,
  presentation_cutoff INTEGER NOT NULL,
  reason TEXT NOT NULL,
  act TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, sequence)
) STRICT;

INSERT INTO election_schedule
    (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
  SELECT code, 1, 'SET', voting_day, submission_cutoff, presentation_cutoff, '', '', create_time FROM election;

CREATE TRIGGER election_is_scheduled AFTER INSERT ON election
BEGIN INSERT INTO election_schedule
    (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
  VALUES (NEW.code, 1, 'SET', NEW.voting_day, NEW.submission_cutoff, NEW.presentation_cutoff, '', '', NEW.create_time); END;
CREATE TRIGGER election_schedule_is_never_changed BEFORE UPDATE ON election_schedule
BEGIN SELECT RAISE (ABORT, 'schedules are never changed'); END;
CREATE TRIGGER election_schedule_is_never_removed BEFORE DELETE ON election_schedule
BEGIN SELECT RAISE (ABORT, 'schedules are never removed'); END;
CREATE TRIGGER voting_day_is_never_earlier BEFORE UPDATE OF voting_day ON election WHEN NEW.voting_day < OLD.voting_day
BEGIN SELECT RAISE (ABORT, 'voting day is never moved to an earlier one'); END;

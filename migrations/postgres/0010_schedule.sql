-- For when voting was set and what it was moved to since, with the cutoffs that followed; the last row holds. Whoever knows
-- the election reads it. The database itself keeps the first row, also of what a server of the version before registers.
CREATE TABLE election_schedule (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  sequence BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('SET', 'POSTPONED', 'RUN_OFF')),
  voting_day TEXT NOT NULL,
  submission_cutoff BIGINT NOT NULL,
  presentation_cutoff BIGINT NOT NULL,
  reason TEXT NOT NULL,
  act TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, sequence)
);

-- The owner too is behind the wall: without a tenant it would see no row to move.
SELECT set_config('accreditation.tenant', '*', true);
INSERT INTO election_schedule
    (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
  SELECT code, 1, 'SET', voting_day, submission_cutoff, presentation_cutoff, '', '', create_time FROM election;

CREATE FUNCTION begin_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO election_schedule
      (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
    VALUES (NEW.code, 1, 'SET', NEW.voting_day, NEW.submission_cutoff, NEW.presentation_cutoff, '', '', NEW.create_time);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION begin_schedule FROM PUBLIC;
CREATE TRIGGER election_is_scheduled AFTER INSERT ON election
FOR EACH ROW EXECUTE FUNCTION begin_schedule();
CREATE TRIGGER election_schedule_stays BEFORE UPDATE OR DELETE ON election_schedule
FOR EACH ROW EXECUTE FUNCTION refuse_change('schedules');
CREATE TRIGGER election_schedule_all_stays BEFORE TRUNCATE ON election_schedule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('schedules');

-- The retention is counted from voting day at the earliest: whoever has taken the service over can put an erasure off by it,
-- and bring none forward.
CREATE FUNCTION keep_voting_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.voting_day::date < OLD.voting_day::date THEN
    RAISE EXCEPTION 'voting day is never moved to an earlier one' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION keep_voting_day FROM PUBLIC;
CREATE TRIGGER voting_day_is_never_earlier BEFORE UPDATE OF voting_day ON election
FOR EACH ROW EXECUTE FUNCTION keep_voting_day();

ALTER TABLE election_schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE election_schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON election_schedule USING (tenant() = '*');
CREATE POLICY everyone ON election_schedule FOR SELECT USING (tenant() <> '');

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_schedule;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_schedule(role);
  EXECUTE format('GRANT SELECT, INSERT ON election_schedule TO %I', role);
  EXECUTE format('GRANT UPDATE (voting_day, submission_cutoff, presentation_cutoff) ON election TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

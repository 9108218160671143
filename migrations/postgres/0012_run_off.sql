-- Run-offs: when the last one was called, and whom delegations have confirmed for it.

ALTER TABLE election ADD COLUMN run_off_time BIGINT;

-- That somebody is to observe a run-off too, where the rule pack asks for it. `called` tells which run-off. Rows are only
-- added.
CREATE TABLE accreditation_confirmation (
  election TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  called BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  confirmed_by TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, accreditation, called),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
);

-- A delegation confirms its own, and the hosts read everyone's.
ALTER TABLE accreditation_confirmation ENABLE ROW LEVEL SECURITY;
ALTER TABLE accreditation_confirmation FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON accreditation_confirmation USING (tenant() = '*');
CREATE POLICY own ON accreditation_confirmation USING (organization = tenant());

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_run_off;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_run_off(role);
  EXECUTE format('GRANT SELECT, INSERT ON accreditation_confirmation TO %I', role);
  EXECUTE format('GRANT UPDATE (run_off_time) ON election TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

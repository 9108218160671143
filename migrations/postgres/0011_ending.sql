-- Whatever is in force ends when the results are published. What has been ended: because of which moment, and how many
-- numbers of accreditations and badges had been taken then. Whatever comes into force later takes another one.
ALTER TABLE election ADD COLUMN ended_cause BIGINT;
ALTER TABLE election ADD COLUMN ended_through BIGINT;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_ending;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_ending(role);
  EXECUTE format('GRANT UPDATE (ended_cause, ended_through) ON election TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

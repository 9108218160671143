-- The paper that an application came on: its note, when that was received, and who entered it. Null if it did not.
ALTER TABLE application ADD COLUMN paper TEXT;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_paper;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_paper(role);
  EXECUTE format('GRANT UPDATE (paper) ON application TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

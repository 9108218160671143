-- Whether a finding stands in the way of accrediting, in a column: to list those few, every finding of an election was read.
ALTER TABLE screening ADD COLUMN stands BIGINT NOT NULL DEFAULT 0;
DO $$
BEGIN
  -- The owner too is behind the wall: without a tenant it would see no row to fill.
  PERFORM set_config('accreditation.tenant', '*', true);
  UPDATE screening SET stands = 1 WHERE EXISTS (
    SELECT 1 FROM jsonb_array_elements(findings::jsonb) AS f(value)
    WHERE (f.value ->> 'blocking')::boolean AND f.value ->> 'clearance' IS NULL
  );
END $$;
CREATE INDEX screening_that_stands ON screening (election, application) WHERE stands = 1;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_standing;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_standing(role);
  EXECUTE format('GRANT UPDATE (stands) ON screening TO %I, accreditation_host', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

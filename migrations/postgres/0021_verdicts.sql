-- What was recommended, in a column: whom a decree is to refuse, or has refused, was looked for in the text of the state.
-- 1 to refuse, 0 to accredit, NULL where nothing is recommended.
ALTER TABLE application ADD COLUMN to_refuse BIGINT;
DO $$
BEGIN
  -- The owner too is behind the wall: without a tenant it would see no row to fill.
  PERFORM set_config('accreditation.tenant', '*', true);
  UPDATE application SET to_refuse = CASE WHEN strpos(facts, '"verdict":"Accredit"') > 0 THEN 0 ELSE 1 END
  WHERE state IN ('RECOMMENDED', 'ACCREDITED', 'REFUSED');
END $$;
CREATE INDEX application_to_refuse ON application (election, state, id) WHERE to_refuse = 1;

-- Fills everything that the servers of the version before do not write: after a rolling upgrade the owner calls it once more
-- (docs/operations.md). What was added up is of before, and goes.
ALTER FUNCTION fill_figures RENAME TO fill_times;
CREATE FUNCTION fill_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM fill_times();
  UPDATE application SET figure_time = CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) * 1000000,
    to_refuse = CASE WHEN state IN ('RECOMMENDED', 'ACCREDITED', 'REFUSED')
      THEN CASE WHEN strpos(facts, '"verdict":"Accredit"') > 0 THEN 0 ELSE 1 END END;
  UPDATE screening SET stands = CASE WHEN EXISTS (
    SELECT 1 FROM jsonb_array_elements(findings::jsonb) AS f(value)
    WHERE (f.value ->> 'blocking')::boolean AND f.value ->> 'clearance' IS NULL
  ) THEN 1 ELSE 0 END;
  DELETE FROM tally;
END $$;
REVOKE ALL ON FUNCTION fill_figures FROM PUBLIC;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_verdicts;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_verdicts(role);
  EXECUTE format('GRANT UPDATE (to_refuse) ON application TO %I, accreditation_host', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

-- What reports count, added up: a report reads the sum and whoever has changed since.

-- When anything that is counted last changed. What there is already counts as changed just now.
ALTER TABLE application ADD COLUMN figure_time BIGINT DEFAULT CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) * 1000000;
ALTER TABLE application ALTER COLUMN figure_time DROP DEFAULT;
-- When the category last changed: an application counts, at every moment, in the category that it has now.
ALTER TABLE application ADD COLUMN category_time BIGINT;
CREATE INDEX application_by_figure_time ON application (election, figure_time) WHERE figure_time IS NOT NULL;

-- What the applications of one organization in one category added up to at a moment, the same for all of an election. It
-- follows from the other tables, and is replaced again and again. The times are sorted, in seconds, four bytes each.
CREATE TABLE tally (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  category TEXT NOT NULL,
  as_of BIGINT NOT NULL,
  figures TEXT NOT NULL,
  documents BIGINT NOT NULL,
  since_submission BYTEA NOT NULL,
  since_presentation BYTEA NOT NULL,
  PRIMARY KEY (election, organization, category),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
);

ALTER TABLE tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE tally FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON tally TO accreditation_host USING (true);
CREATE POLICY own ON tally FOR SELECT USING (organization = (SELECT tenant()));

-- What this migration adds to what the service's role may do: a delegation reads its own sums, the service makes them.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_tally;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_tally(role);
  EXECUTE format('GRANT UPDATE (figure_time, category_time) ON application TO %I, accreditation_host', role);
  EXECUTE format('GRANT SELECT ON tally TO %I', role);
  GRANT SELECT, INSERT, UPDATE, DELETE ON tally TO accreditation_host;
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

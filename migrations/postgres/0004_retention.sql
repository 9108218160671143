-- Retention: when results were published, what is held, and what was erased.

ALTER TABLE election ADD COLUMN results_time BIGINT;

-- When personal data was erased. The row stays, and so do its revisions, without what they said.
ALTER TABLE application ADD COLUMN erase_time BIGINT;

CREATE INDEX application_not_erased ON application (election, id) WHERE erase_time IS NULL;

-- What is kept beyond its retention: one application, or the whole election. The reasons are free text.
CREATE TABLE legal_hold (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  id UUID NOT NULL,
  application UUID,
  reason TEXT NOT NULL,
  created_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  release_reason TEXT,
  released_by TEXT,
  release_time BIGINT,
  PRIMARY KEY (election, id),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX legal_hold_open ON legal_hold (election, application) WHERE release_time IS NULL;

ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON legal_hold USING (tenant() = '*');

-- When the sealed bytes of an erased document were removed from the vault: until then it is tried again.
ALTER TABLE document ADD COLUMN clear_time BIGINT;

CREATE INDEX document_by_id ON document (id);
CREATE INDEX document_to_clear ON document (id) WHERE erase_time IS NOT NULL AND clear_time IS NULL;

-- What an event is about, as its bytes say: what happened to one application is found without reading the whole log.
CREATE FUNCTION subject_of(canonical BYTEA) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(canonical, 'UTF8')::jsonb ->> 'subject';

ALTER TABLE event ADD COLUMN subject TEXT COLLATE "C" GENERATED ALWAYS AS (subject_of(canonical)) STORED;

CREATE INDEX event_by_subject ON event (subject);

-- Erases what an application said, in the owner's name: the service's role can change no revision and no note. It looks
-- for itself whether the time has come, on the database's own clock and by what that role cannot change, so that nobody
-- who has taken the service over can erase at will: voting day and the retention in the rules, no hold that is open, and
-- an application that the service says it erases.
CREATE FUNCTION erase_application(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  a_day CONSTANT BIGINT := 86400000000;
  now CONSTANT BIGINT := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
  results BIGINT;
  voting BIGINT;
  kept BIGINT;
  erased public.application;
  name TEXT;
BEGIN
  IF public.tenant() IS DISTINCT FROM '*' THEN
    RAISE EXCEPTION 'only the service itself erases' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The same lock as whoever sets a hold or corrects the results takes.
  SELECT e.results_time, (extract(epoch FROM e.voting_day::date) * 1000000)::bigint - a_day,
      COALESCE((e.rules::jsonb ->> 'retention_days')::bigint, 90) * a_day
    INTO results, voting, kept FROM public.election e WHERE e.code = of_election FOR NO KEY UPDATE;
  IF results IS NULL OR GREATEST(results, voting) + kept >= now THEN
    RAISE EXCEPTION 'the retention of election % is not over', of_election USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM public.legal_hold h WHERE h.election = of_election AND h.release_time IS NULL
      AND (h.application IS NULL OR h.application = of_application)
  ) THEN
    RAISE EXCEPTION 'application % is under a legal hold', of_application USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT a.* INTO erased FROM public.application a
    WHERE a.election = of_election AND a.id = of_application AND a.erase_time IS NOT NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'application % is not being erased', of_application USING ERRCODE = 'insufficient_privilege';
  END IF;

  UPDATE public.revision SET salt = NULL, identity = NULL, document_index = '', birth_index = '',
      content = CASE WHEN erased.state = 'ACCREDITED' AND number = erased.revision AND content IS NOT NULL
        THEN jsonb_build_object(
          'family_name', content::jsonb -> 'family_name', 'given_name', content::jsonb -> 'given_name',
          'native_name', content::jsonb -> 'native_name', 'name_kk', content::jsonb -> 'name_kk',
          'name_ru', content::jsonb -> 'name_ru', 'nationality', content::jsonb -> 'nationality')::text END
    WHERE election = of_election AND application = of_application;
  name := 'elections/' || of_election || '/missions/' || erased.organization || '/applications/' || of_application;
  DELETE FROM public.event_note n USING public.event e WHERE e.id = n.event
    AND (e.subject = name OR (e.subject > name || '/' AND e.subject < name || '0'));
END $$;
REVOKE ALL ON FUNCTION erase_application FROM PUBLIC;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_documents;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_documents(role);
  EXECUTE format('GRANT SELECT, INSERT ON legal_hold TO %I', role);
  EXECUTE format('GRANT UPDATE (release_reason, released_by, release_time) ON legal_hold TO %I', role);
  EXECUTE format('GRANT UPDATE (results_time) ON election TO %I', role);
  EXECUTE format('GRANT UPDATE (erase_time) ON application TO %I', role);
  EXECUTE format('GRANT UPDATE (clear_time) ON document TO %I', role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION erase_application TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

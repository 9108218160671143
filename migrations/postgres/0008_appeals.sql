-- Appeals: a delegation against a decision, decided by others than decided before.

-- What a delegation brings against a decision on an application: the decree that refused it, or that ended its accreditation.
-- Each decision is appealed once. The texts are emptied when the application's retention is over.
CREATE TABLE appeal (
  election TEXT COLLATE "C" NOT NULL,
  id UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  accreditation BIGINT,
  decree BIGINT NOT NULL,
  text TEXT NOT NULL,
  filed_by TEXT NOT NULL,
  file_time BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'UPHELD', 'DISMISSED')),
  decision_text TEXT,
  decided_by TEXT,
  decide_time BIGINT,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, decree),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX appeal_open ON appeal (election) WHERE state = 'OPEN';

-- When an appeal was last decided: the retention is counted from it if that was after the results.
ALTER TABLE election ADD COLUMN appeal_time BIGINT;

-- A delegation files appeals and reads its own; it decides none.
ALTER TABLE appeal ENABLE ROW LEVEL SECURITY;
ALTER TABLE appeal FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON appeal USING (tenant() = '*');
CREATE POLICY own ON appeal FOR SELECT USING (organization = tenant());
CREATE POLICY own_file ON appeal FOR INSERT WITH CHECK (organization = tenant());

-- What is emptied with an application. erase_application alone calls it; a migration that adds a text adds it here, as
-- grant_to_application does.
CREATE FUNCTION erase_rest(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  erased public.application;
  name TEXT;
BEGIN
  SELECT a.* INTO erased FROM public.application a WHERE a.election = of_election AND a.id = of_application;
  UPDATE public.revision SET salt = NULL, identity = NULL, document_index = '', birth_index = '',
      content = CASE WHEN erased.state = 'ACCREDITED' AND number = erased.revision AND content IS NOT NULL
        THEN jsonb_build_object(
          'family_name', content::jsonb -> 'family_name', 'given_name', content::jsonb -> 'given_name',
          'native_name', content::jsonb -> 'native_name', 'name_kk', content::jsonb -> 'name_kk',
          'name_ru', content::jsonb -> 'name_ru', 'nationality', content::jsonb -> 'nationality')::text END
    WHERE election = of_election AND application = of_application;
  UPDATE public.accreditation_change c SET reason = '' FROM public.accreditation a
    WHERE a.election = of_election AND a.application = of_application
      AND c.election = a.election AND c.accreditation = a.number;
  UPDATE public.proposal p SET text = '', withdraw_reason = NULL FROM public.accreditation a
    WHERE a.election = of_election AND a.application = of_application
      AND p.election = a.election AND p.accreditation = a.number;
  UPDATE public.appeal SET text = '', decision_text = NULL
    WHERE election = of_election AND application = of_application;
  name := 'elections/' || of_election || '/missions/' || erased.organization || '/applications/' || of_application;
  DELETE FROM public.event_note n USING public.event e WHERE e.id = n.event
    AND (e.subject = name OR (e.subject > name || '/' AND e.subject < name || '0'));
END $$;
REVOKE ALL ON FUNCTION erase_rest FROM PUBLIC;

-- Erases what an application said, in the owner's name: the service's role can change no revision and no note. It looks
-- for itself whether the time has come, on the database's own clock and by what that role cannot change, so that nobody
-- who has taken the service over can erase at will: voting day and the retention in the rules, no hold and no appeal that is
-- open, and an application that the service says it erases.
CREATE OR REPLACE FUNCTION erase_application(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  a_day CONSTANT BIGINT := 86400000000;
  now CONSTANT BIGINT := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
  results BIGINT;
  appeal BIGINT;
  voting BIGINT;
  kept BIGINT;
BEGIN
  IF public.tenant() IS DISTINCT FROM '*' THEN
    RAISE EXCEPTION 'only the service itself erases' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The same lock as whoever sets a hold or corrects the results takes.
  SELECT e.results_time, COALESCE(e.appeal_time, e.results_time), (extract(epoch FROM e.voting_day::date) * 1000000)::bigint - a_day,
      COALESCE((e.rules::jsonb ->> 'retention_days')::bigint, 90) * a_day
    INTO results, appeal, voting, kept FROM public.election e WHERE e.code = of_election FOR NO KEY UPDATE;
  IF results IS NULL OR GREATEST(results, appeal, voting) + kept >= now THEN
    RAISE EXCEPTION 'the retention of election % is not over', of_election USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM public.legal_hold h WHERE h.election = of_election AND h.release_time IS NULL
      AND (h.application IS NULL OR h.application = of_application)
  ) THEN
    RAISE EXCEPTION 'application % is under a legal hold', of_application USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT 1 FROM public.appeal o WHERE o.election = of_election AND o.state = 'OPEN') THEN
    RAISE EXCEPTION 'an appeal of election % is open', of_election USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM public.application a
    WHERE a.election = of_election AND a.id = of_application AND a.erase_time IS NOT NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'application % is not being erased', of_application USING ERRCODE = 'insufficient_privilege';
  END IF;

  PERFORM public.erase_rest(of_election, of_application);
END $$;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_appeals;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_appeals(role);
  EXECUTE format('GRANT SELECT, INSERT ON appeal TO %I', role);
  EXECUTE format('GRANT UPDATE (state, decision_text, decided_by, decide_time) ON appeal TO %I', role);
  EXECUTE format('GRANT UPDATE (appeal_time) ON election TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

-- What comes after a decree: badges, and how accreditations end.

-- Badges are numbered too.
ALTER TABLE counter DROP CONSTRAINT counter_series_check;
ALTER TABLE counter ADD CONSTRAINT counter_series_check
  CHECK (series IN ('presentation', 'decree', 'accreditation', 'badge'));

-- The badges of an accreditation, the last one by its serial. Void from void_time on, for good.
CREATE TABLE badge (
  election TEXT COLLATE "C" NOT NULL,
  serial BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  issue_time BIGINT NOT NULL,
  void_reason TEXT,
  void_time BIGINT,
  PRIMARY KEY (election, serial),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  CHECK ((void_reason IS NULL) = (void_time IS NULL))
);

CREATE INDEX badge_by_accreditation ON badge (election, accreditation, serial);

CREATE TRIGGER badge_stays_void BEFORE UPDATE ON badge
FOR EACH ROW WHEN (OLD.void_time IS NOT NULL) EXECUTE FUNCTION refuse_change('void badges');

-- What has become of an accreditation since it was issued: the last row says where it stands, none that it is in force.
-- Rows are only added; when the application's retention is over, the reason, which is free text, is emptied.
CREATE TABLE accreditation_change (
  election TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('ACTIVE', 'WITHDRAWN_BY_SENDER', 'REPLACED', 'REVOKED', 'ANNULLED', 'ENDED')),
  reason TEXT NOT NULL,
  note_number TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, accreditation, sequence),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
);

-- Numbers of accreditations have no gap, so they do for the first badges. The owner is bound by the policies too.
SELECT set_config('accreditation.tenant', '*', true);
INSERT INTO badge (election, serial, organization, accreditation, issue_time)
  SELECT election, number, organization, number, accredit_time FROM accreditation;
INSERT INTO counter (election, series, next)
  SELECT election, 'badge', next FROM counter WHERE series = 'accreditation';

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['badge', 'accreditation_change'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I USING (tenant() = ''*'')', name);
  END LOOP;
END $$;

-- A delegation that withdraws somebody voids the badge, and never issues one.
CREATE POLICY own ON badge FOR SELECT USING (organization = tenant());
CREATE POLICY own_end ON badge FOR UPDATE USING (organization = tenant());
CREATE POLICY own ON accreditation_change USING (organization = tenant());

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
  UPDATE public.accreditation_change c SET reason = '' FROM public.accreditation a
    WHERE a.election = of_election AND a.application = of_application
      AND c.election = a.election AND c.accreditation = a.number;
  name := 'elections/' || of_election || '/missions/' || erased.organization || '/applications/' || of_application;
  DELETE FROM public.event_note n USING public.event e WHERE e.id = n.event
    AND (e.subject = name OR (e.subject > name || '/' AND e.subject < name || '0'));
END $$;
REVOKE ALL ON FUNCTION erase_application FROM PUBLIC;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_paper;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_paper(role);
  EXECUTE format('GRANT SELECT, INSERT ON badge, accreditation_change TO %I', role);
  EXECUTE format('GRANT UPDATE (void_reason, void_time) ON badge TO %I', role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION erase_application TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

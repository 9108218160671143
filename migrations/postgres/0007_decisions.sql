-- What the commission decides after a decree, and what follows.

-- Who no longer decides on an application, as a JSON array: each said so, or took part in what an appeal overturned.
ALTER TABLE application ADD COLUMN recused TEXT;
-- How many of its changes are the commission's own affair: what a delegation reads does not count them.
ALTER TABLE application ADD COLUMN unseen BIGINT NOT NULL DEFAULT 0;

-- The number of the accreditation whose place an application is to take. Of those that are under way or were accredited,
-- only one takes it.
ALTER TABLE application ADD COLUMN replaces BIGINT;
CREATE UNIQUE INDEX application_by_replaced ON application (election, replaces)
  WHERE replaces IS NOT NULL AND state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED');

-- A mission that was withdrawn as a whole: when, with which note, and why; the reason, which is free text, is emptied when
-- the retention is over.
ALTER TABLE mission ADD COLUMN withdraw_time BIGINT;
ALTER TABLE mission ADD COLUMN withdraw_note_number TEXT;
ALTER TABLE mission ADD COLUMN withdraw_reason TEXT;
-- Every version of a deployment plan, for figures as of an earlier moment. The database itself keeps them, also those
-- that a server of the version before writes.
CREATE TABLE deployment_plan_revision (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  teams TEXT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (election, organization, version),
  FOREIGN KEY (election, organization) REFERENCES deployment_plan (election, organization)
);

-- The owner too is behind the wall: without a tenant it would see no row to move.
SELECT set_config('accreditation.tenant', '*', true);
INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  SELECT election, organization, version, teams, update_time FROM deployment_plan;

-- In the owner's name: the service's role can write no version but by writing the plan.
CREATE FUNCTION keep_deployment_plan() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO public.deployment_plan_revision (election, organization, version, teams, update_time)
    VALUES (NEW.election, NEW.organization, NEW.version, NEW.teams, NEW.update_time);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION keep_deployment_plan FROM PUBLIC;
CREATE TRIGGER deployment_plan_is_kept AFTER INSERT OR UPDATE OF version ON deployment_plan
FOR EACH ROW EXECUTE FUNCTION keep_deployment_plan();
CREATE TRIGGER deployment_plan_revision_stays BEFORE UPDATE OR DELETE ON deployment_plan_revision
FOR EACH ROW EXECUTE FUNCTION refuse_change('versions of plans');
CREATE TRIGGER deployment_plan_revision_all_stay BEFORE TRUNCATE ON deployment_plan_revision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('versions of plans');

ALTER TABLE deployment_plan_revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE deployment_plan_revision FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON deployment_plan_revision USING (tenant() = '*');
CREATE POLICY own ON deployment_plan_revision USING (organization = tenant());

-- The public register, the same for every organization, in the owner's name: a delegation's transaction sees its own
-- rows alone. It says who was accredited and whether that is in force, and nothing of how it ended. For as long as its
-- query runs, it sees what the hosts see; then the caller sees again what it saw before.
CREATE FUNCTION public_register(
  of_election TEXT, after_number BIGINT, of_organization TEXT, of_category TEXT, is_in_force BIGINT, of_number BIGINT,
  at_most BIGINT
) RETURNS TABLE (
  number BIGINT, family_name TEXT, given_name TEXT, name_kk TEXT, name_ru TEXT, nationality TEXT, organization TEXT,
  display_name TEXT, category TEXT, decree_number TEXT, session_date TEXT, in_force BIGINT, since BIGINT
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  caller CONSTANT TEXT := COALESCE(public.tenant(), '');
BEGIN
  IF caller = '' THEN
    RETURN;
  END IF;
  PERFORM set_config('accreditation.tenant', '*', true);
  RETURN QUERY SELECT line.* FROM (
    SELECT a.number, COALESCE(r.content::jsonb ->> 'family_name', ''), COALESCE(r.content::jsonb ->> 'given_name', ''),
      COALESCE(r.content::jsonb ->> 'name_kk', ''), COALESCE(r.content::jsonb ->> 'name_ru', ''),
      COALESCE(r.content::jsonb ->> 'nationality', ''), a.organization, o.display_name, a.category, d.decree_number,
      d.session_date, CASE WHEN c.state IS NULL OR c.state = 'ACTIVE' THEN 1::bigint ELSE 0::bigint END AS in_force_now,
      COALESCE(c.time, a.accredit_time)
    FROM public.accreditation a
    JOIN public.application p ON p.election = a.election AND p.id = a.application
    JOIN public.revision r ON r.election = a.election AND r.application = a.application AND r.number = p.revision
    JOIN public.decree d ON d.election = a.election AND d.number = a.decree
    JOIN public.organization o ON o.code = a.organization
    LEFT JOIN public.accreditation_change c ON c.election = a.election AND c.accreditation = a.number
      AND c.sequence = (SELECT MAX(l.sequence) FROM public.accreditation_change l
        WHERE l.election = a.election AND l.accreditation = a.number)
    WHERE a.election = of_election AND a.number > after_number
      AND (of_organization IS NULL OR a.organization = of_organization)
      AND (of_category IS NULL OR a.category = of_category) AND (of_number IS NULL OR a.number = of_number)
  ) AS line WHERE is_in_force IS NULL OR line.in_force_now = is_in_force ORDER BY line.number LIMIT at_most;
  PERFORM set_config('accreditation.tenant', caller, true);
END $$;
REVOKE ALL ON FUNCTION public_register FROM PUBLIC;

-- Proposals are numbered too.
ALTER TABLE counter DROP CONSTRAINT counter_series_check;
ALTER TABLE counter ADD CONSTRAINT counter_series_check
  CHECK (series IN ('presentation', 'decree', 'accreditation', 'badge', 'proposal'));

-- The decree that ended an accreditation, and the ground of the rule pack. Null if none did, or there is none.
ALTER TABLE accreditation_change ADD COLUMN decree BIGINT;
ALTER TABLE accreditation_change ADD COLUMN ground TEXT;

-- What is to become of an accreditation: proposed by one person, carried out by a decree that another adopts. `changes` is
-- how many changes the accreditation had when it was proposed; `proposed_by` is JSON. The texts are emptied when the
-- application's retention is over.
CREATE TABLE proposal (
  election TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  accreditation BIGINT NOT NULL,
  changes BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('REVOKE', 'ANNUL', 'REINSTATE')),
  ground TEXT NOT NULL,
  text TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'WITHDRAWN', 'CARRIED_OUT')),
  decree BIGINT,
  closed_by TEXT,
  close_time BIGINT,
  withdraw_reason TEXT,
  PRIMARY KEY (election, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
);

CREATE UNIQUE INDEX proposal_open ON proposal (election, accreditation) WHERE state = 'OPEN';
CREATE INDEX proposal_by_accreditation ON proposal (election, accreditation);

-- The proposals that a decree lists, in their order.
CREATE TABLE decree_proposal (
  election TEXT COLLATE "C" NOT NULL,
  decree BIGINT NOT NULL,
  position BIGINT NOT NULL,
  proposal BIGINT NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, proposal),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, proposal) REFERENCES proposal (election, number)
);

-- No delegation knows of what was only proposed.
DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['proposal', 'decree_proposal'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I USING (tenant() = ''*'')', name);
  END LOOP;
END $$;

-- Erases what an application said, in the owner's name: the service's role can change no revision and no note. It looks
-- for itself whether the time has come, on the database's own clock and by what that role cannot change, so that nobody
-- who has taken the service over can erase at will: voting day and the retention in the rules, no hold that is open, and
-- an application that the service says it erases.
CREATE OR REPLACE FUNCTION erase_application(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
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
  UPDATE public.proposal p SET text = '', withdraw_reason = NULL FROM public.accreditation a
    WHERE a.election = of_election AND a.application = of_application
      AND p.election = a.election AND p.accreditation = a.number;
  name := 'elections/' || of_election || '/missions/' || erased.organization || '/applications/' || of_application;
  DELETE FROM public.event_note n USING public.event e WHERE e.id = n.event
    AND (e.subject = name OR (e.subject > name || '/' AND e.subject < name || '0'));
END $$;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_after;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_after(role);
  EXECUTE format('GRANT UPDATE (recused, unseen, replaces) ON application TO %I', role);
  EXECUTE format('GRANT UPDATE (withdraw_time, withdraw_note_number, withdraw_reason) ON mission TO %I', role);
  EXECUTE format('GRANT SELECT ON deployment_plan_revision TO %I', role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION public_register TO %I', role);
  EXECUTE format('GRANT SELECT, INSERT ON proposal, decree_proposal TO %I', role);
  EXECUTE format('GRANT UPDATE (state, decree, closed_by, close_time, withdraw_reason) ON proposal TO %I', role);
  EXECUTE format('GRANT DELETE ON decree_proposal TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

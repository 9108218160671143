-- The walls: row-level security and its policies, what passes it in the owner's name, and what the service's role may
-- do. Every policy and every grant is here.
--
-- The service logs in as a role that owns nothing. A transaction for an organization that sends observers says which
-- one, and sees its rows. A transaction for the commission, the ministry or the service itself takes the role
-- accreditation_host (SET LOCAL ROLE), and sees everyone's. One that says nothing sees nothing. The service's role does
-- not inherit the host role, so without SET ROLE it sees one organization's rows or none.

-- Whose rows a transaction may see: an organization's code, or '*' for host work.
CREATE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_setting('accreditation.tenant', true);

-- Every table is behind the wall, for its owner as well. The hosts see all of it. Their policy belongs to a role: it is
-- not there for others, and says `true` to whoever has the role. One policy that asked for either tenant in an OR would
-- keep the planner from every index.
DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'master_key',
    'organization', 'person', 'principal',
    'rule_pack',
    'election', 'election_schedule', 'counter',
    'invitation', 'mission', 'deployment_plan', 'deployment_plan_revision',
    'application', 'revision', 'screening', 'screening_pending', 'screening_sweep', 'watch_list', 'watch_list_entry',
    'document',
    'presentation', 'presentation_item', 'decree', 'decree_item', 'decree_scan',
    'accreditation', 'accreditation_change', 'accreditation_confirmation', 'badge', 'proposal', 'decree_proposal',
    'appeal', 'amendment', 'amendment_screening',
    'legal_hold',
    'past_state', 'tally',
    'event', 'event_note', 'event_pending', 'log_entry', 'request', 'document_read',
    'access_attempt'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I TO accreditation_host USING (true)', name);
  END LOOP;
END $$;

-- What an organization that sends observers sees and writes: its own. A table that is not named here is the hosts'
-- alone: no delegation reads people, lists, decrees, watch lists or holds, knows of what was only proposed, or learns
-- what was found.

-- Organizations and people.

CREATE POLICY own ON organization FOR SELECT USING (code = tenant());
CREATE POLICY own ON principal FOR SELECT USING (organization = tenant());

-- Rule packs, elections and their schedule.

CREATE POLICY everyone ON rule_pack FOR SELECT USING (tenant() <> '');
CREATE POLICY everyone ON election FOR SELECT USING (tenant() <> '');
CREATE POLICY everyone ON election_schedule FOR SELECT USING (tenant() <> '');

-- Invitations and missions.

CREATE POLICY own ON invitation FOR SELECT USING (organization = tenant());
CREATE POLICY own_answer ON invitation FOR UPDATE USING (organization = tenant());
CREATE POLICY own ON mission USING (organization = tenant());
CREATE POLICY own ON deployment_plan USING (organization = tenant());
CREATE POLICY own ON deployment_plan_revision USING (organization = tenant());

-- Applications, revisions, screening.

-- A report reads every application of an election. The tenant is asked for once a statement, because asking once a row
-- takes a third of the time.
CREATE POLICY own ON application USING (organization = (SELECT tenant()));
CREATE POLICY own ON revision USING (organization = tenant());
CREATE POLICY everyone ON screening_pending FOR INSERT WITH CHECK (tenant() <> '');

-- A delegation that changes its mission has it checked again, and no other.
CREATE POLICY own ON screening_sweep FOR INSERT WITH CHECK (organization = tenant());

-- Documents.

CREATE POLICY own ON document USING (organization = tenant());

-- Accreditations, badges, appeals, amendments.

CREATE POLICY own ON accreditation FOR SELECT USING (organization = tenant());
CREATE POLICY own ON accreditation_change USING (organization = tenant());
CREATE POLICY own ON accreditation_confirmation USING (organization = tenant());

-- A delegation that withdraws somebody voids the badge, and never issues one.
CREATE POLICY own ON badge FOR SELECT USING (organization = tenant());
CREATE POLICY own_end ON badge FOR UPDATE USING (organization = tenant());

-- A delegation files appeals and reads its own. It decides none.
CREATE POLICY own ON appeal FOR SELECT USING (organization = tenant());
CREATE POLICY own_file ON appeal FOR INSERT WITH CHECK (organization = tenant());

-- A delegation asks for amendments, reads its own and gives them up. It decides on none.
CREATE POLICY own ON amendment FOR SELECT USING (organization = tenant());
CREATE POLICY own_ask ON amendment FOR INSERT WITH CHECK (organization = tenant() AND state = 'OPEN');
CREATE POLICY own_give_up ON amendment FOR UPDATE USING (organization = tenant())
  WITH CHECK (organization = tenant() AND state = 'WITHDRAWN');

-- Figures and tallies.

CREATE POLICY own ON past_state USING (organization = (SELECT tenant()));

-- A delegation reads its own sums. The service makes them.
CREATE POLICY own ON tally FOR SELECT USING (organization = (SELECT tenant()));

-- The log, events, requests.

CREATE POLICY own ON event USING (organization = tenant());
CREATE POLICY own ON event_note USING (organization = tenant());
CREATE POLICY everyone ON event_pending FOR INSERT WITH CHECK (tenant() <> '');
CREATE POLICY own ON log_entry FOR SELECT USING (organization = tenant());
CREATE POLICY own ON request USING (organization = tenant());
CREATE POLICY own ON document_read USING (organization = tenant());

-- Functions that pass the wall in the owner's name. Another one keeps the versions of deployment plans, beside its
-- table.

-- The public register, the same for every organization: a delegation's transaction sees its own rows alone. It says who
-- was accredited and whether that is in force, and nothing of how it ended. For as long as its query runs, it sees what
-- the hosts see. Then the caller sees again what it saw before. It is read page by page, with or without filters: a
-- plan for all of them at once would read everything.
CREATE FUNCTION public_register(
  of_election TEXT, after_number BIGINT, of_organization TEXT, of_category TEXT, is_in_force BIGINT, of_number BIGINT,
  at_most BIGINT
) RETURNS TABLE (
  number BIGINT, family_name TEXT, given_name TEXT, name_kk TEXT, name_ru TEXT, nationality TEXT, organization TEXT,
  names TEXT, category TEXT, decree_number TEXT, session_date TEXT, in_force BIGINT, since BIGINT
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
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
      COALESCE(r.content::jsonb ->> 'nationality', ''), a.organization, o.names, a.category, d.decree_number,
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

-- What is emptied with an application. erase_application alone calls it. A migration that adds a text adds it here. Of
-- the last revision of somebody accredited, and of one that a decree or the register had shown before an amendment,
-- what the register said stays.
CREATE FUNCTION erase_rest(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  erased public.application;
  name TEXT;
BEGIN
  SELECT a.* INTO erased FROM public.application a WHERE a.election = of_election AND a.id = of_application;
  UPDATE public.revision SET salt = NULL, identity = NULL, document_index = '', birth_index = '',
      content = CASE WHEN content IS NOT NULL AND (
          (erased.state = 'ACCREDITED' AND number = erased.revision) OR number IN (
            SELECT m.before_revision FROM public.amendment m
            WHERE m.election = of_election AND m.application = of_application AND m.state = 'ACCEPTED'))
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
  UPDATE public.amendment SET reason = '', text = CASE WHEN text IS NULL THEN NULL ELSE '' END
    WHERE election = of_election AND application = of_application;
  name := 'elections/' || of_election || '/missions/' || erased.organization || '/applications/' || of_application;
  DELETE FROM public.event_note n USING public.event e WHERE e.id = n.event
    AND (e.subject = name OR (e.subject > name || '/' AND e.subject < name || '0'));
END $$;
REVOKE ALL ON FUNCTION erase_rest FROM PUBLIC;

-- Erases what an application said: the service's role can change no revision and no note. It looks for itself whether
-- the time has come, on the database's own clock and by what that role cannot change, so that nobody who has taken the
-- service over can erase at will: voting day and the retention in the rules, no hold and no appeal that is open, and an
-- application that the service says it erases.
CREATE FUNCTION erase_application(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
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
  SELECT e.results_time, COALESCE(e.appeal_time, e.results_time),
      (extract(epoch FROM e.voting_day::date) * 1000000)::bigint - a_day,
      (p.content::jsonb -> 'retention_days' ->> 'value')::bigint * a_day
    INTO results, appeal, voting, kept FROM public.election e JOIN public.rule_pack p ON p.digest = e.rule_pack
    WHERE e.code = of_election FOR NO KEY UPDATE OF e;
  -- Where the rule pack says no number of days, nothing is erased.
  IF results IS NULL OR kept IS NULL OR GREATEST(results, appeal, voting) + kept >= now THEN
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
REVOKE ALL ON FUNCTION erase_application FROM PUBLIC;

-- Nobody calls what only triggers call.
REVOKE ALL ON FUNCTION begin_schedule, keep_voting_day, keep_deployment_plan FROM PUBLIC;

-- What the service's role may do at all: what happened it can neither change nor remove. Whatever it may do, it may
-- also do for the hosts. `accreditd migrate` calls this for the role that its configuration names. A migration that
-- adds something to grant replaces it.
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  grantee TEXT;
BEGIN
  FOREACH grantee IN ARRAY ARRAY[role, 'accreditation_host'] LOOP
    EXECUTE format('GRANT SELECT ON _sqlx_migrations TO %I', grantee);

    -- What may be read and added to. The versions of plans are kept by the database itself.
    EXECUTE format('GRANT SELECT, INSERT ON
      master_key,
      organization, person, principal,
      rule_pack,
      election, election_schedule, counter,
      invitation, mission, deployment_plan,
      application, revision, screening, screening_pending, screening_sweep, watch_list, watch_list_entry,
      document,
      presentation, presentation_item, decree, decree_item, decree_scan,
      accreditation, accreditation_change, accreditation_confirmation, badge, proposal, decree_proposal,
      appeal, amendment, amendment_screening,
      legal_hold,
      past_state,
      event, event_note, event_pending, log_entry, request, document_read,
      access_attempt
      TO %I', grantee);
    EXECUTE format('GRANT SELECT ON deployment_plan_revision, tally TO %I', grantee);

    -- Which columns may be changed, and what may be removed.
    EXECUTE format('GRANT UPDATE (suspended) ON organization TO %I', grantee);
    EXECUTE format('GRANT UPDATE (disabled) ON principal TO %I', grantee);
    EXECUTE format('GRANT UPDATE (voting_day, state, submission_cutoff, presentation_cutoff, run_off_time, results_time,
      appeal_time, ended_cause, ended_through) ON election TO %I', grantee);
    EXECUTE format('GRANT UPDATE (next) ON counter TO %I', grantee);
    EXECUTE format('GRANT UPDATE (state, quotas, response_time, version) ON invitation TO %I', grantee);
    EXECUTE format('GRANT UPDATE (format, head, headquarters, start_date, end_date, version, withdraw_time,
      withdraw_note_number, withdraw_reason) ON mission TO %I', grantee);
    EXECUTE format('GRANT UPDATE (version, teams, update_time) ON deployment_plan TO %I', grantee);
    EXECUTE format('GRANT UPDATE (category, state, facts, version, revision, content_digest, last_return,
      first_submit_time, submit_time, return_count, presentation, position, decree, due_time, paper, replaces, recused,
      overturned, unseen, to_refuse, erase_time, present_time, return_time, outcome_time, accreditation_end_time,
      category_time, documents, figure_time) ON application TO %I', grantee);
    EXECUTE format('GRANT UPDATE (revision, version, findings, screen_time, stands) ON screening TO %I', grantee);
    EXECUTE format('GRANT DELETE ON screening_pending TO %I', grantee);
    EXECUTE format('GRANT UPDATE (reached), DELETE ON screening_sweep TO %I', grantee);
    EXECUTE format('GRANT UPDATE (state, entries, time), DELETE ON watch_list TO %I', grantee);
    EXECUTE format('GRANT DELETE ON watch_list_entry TO %I', grantee);
    EXECUTE format('GRANT UPDATE (wrapped_key, erase_time, clear_time) ON document TO %I', grantee);
    EXECUTE format('GRANT UPDATE (decree_number, session_date, chair, secretary, adopted, facts, version)
      ON decree TO %I', grantee);
    EXECUTE format('GRANT DELETE ON decree_item, decree_proposal TO %I', grantee);
    EXECUTE format('GRANT UPDATE (void_reason, void_time) ON badge TO %I', grantee);
    EXECUTE format('GRANT UPDATE (state, decree, closed_by, close_time, withdraw_reason) ON proposal TO %I', grantee);
    EXECUTE format('GRANT UPDATE (state, decision_text, decided_by, decide_time) ON appeal TO %I', grantee);
    EXECUTE format('GRANT UPDATE (state, text, closed_by, close_time) ON amendment TO %I', grantee);
    EXECUTE format('GRANT UPDATE (revision, version, findings, screen_time) ON amendment_screening TO %I', grantee);
    EXECUTE format('GRANT UPDATE (release_reason, released_by, release_time) ON legal_hold TO %I', grantee);
    EXECUTE format('GRANT DELETE ON event_pending TO %I', grantee);

    EXECUTE format('GRANT EXECUTE ON FUNCTION public_register, erase_application TO %I', grantee);
  END LOOP;

  -- The hosts alone make sums.
  GRANT INSERT, UPDATE, DELETE ON tally TO accreditation_host;
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

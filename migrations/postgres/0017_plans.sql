-- What grows with an election is found by an index; host work has a role of its own.

-- Who works for the commission, the ministry or the service itself takes the role accreditation_host for a transaction
-- (SET LOCAL ROLE). A policy that asks the tenant in an OR keeps the planner from every index; one that belongs to a role
-- is simply not there for others, and `true` for whoever has the role. The service logs in as a role that does not
-- inherit it, so that without SET ROLE it sees one organization's rows or none.
DO $$
DECLARE
  name TEXT;
BEGIN
  FOR name IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'host' LOOP
    EXECUTE format('ALTER POLICY host ON %I TO accreditation_host USING (true)', name);
  END LOOP;
END $$;

-- Lists of applications: in one state, or of one organization in one state, as filed and in the order of the queue.
CREATE INDEX application_by_state_as_filed ON application (election, state, id);
CREATE INDEX application_by_organization_and_state ON application (election, organization, state, id);
CREATE INDEX application_by_organization_in_queue
  ON application (election, organization, state, presentation, position) WHERE presentation IS NOT NULL;
CREATE INDEX application_by_decree ON application (election, decree, id) WHERE decree IS NOT NULL;

-- What was uploaded for one application.
CREATE INDEX document_by_application ON document (election, application, id);

-- Who read what, newest first.
CREATE INDEX document_read_by_election ON document_read (election, event);

-- Drafts of decrees, which are few among the adopted ones.
CREATE INDEX decree_draft ON decree (election, number) WHERE adopted = 0;

-- The register is read page by page, with or without filters: a plan for all of them at once would read everything.
ALTER FUNCTION public_register SET plan_cache_mode = force_custom_plan;

-- What this migration adds to what the service's role may do: whatever it may do, it may also do for the hosts.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_host_role;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_host_role(role);
  PERFORM grant_to_application_before_host_role('accreditation_host');
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

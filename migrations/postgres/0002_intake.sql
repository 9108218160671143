-- Screening, watch list and deployment.

-- What the automatic checks found, apart from the application: it is the commission's own affair, and what it finds
-- changes nothing that a delegation sees. `revision` is the one that was looked at, `version` counts every change.
CREATE TABLE screening (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  version BIGINT NOT NULL,
  findings TEXT NOT NULL,
  screen_time BIGINT NOT NULL,
  PRIMARY KEY (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

-- The owner too is behind the wall: without a tenant it would see no row to move.
SELECT set_config('accreditation.tenant', '*', true);
INSERT INTO screening (election, application, organization, revision, version, findings, screen_time)
SELECT election, id, organization, revision, 1, findings, COALESCE(submit_time, create_time) FROM application
WHERE presentation IS NOT NULL;

ALTER TABLE application DROP COLUMN findings;

-- Applications that wait for the checks; the screening job empties it.
CREATE TABLE screening_pending (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

-- People about whom a human is to think before they are accredited. Who they are is sealed.
CREATE TABLE watch_list_entry (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  id UUID NOT NULL,
  person BYTEA NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  document_index BYTEA,
  birth_index BYTEA,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, id)
);

CREATE INDEX watch_list_entry_by_document ON watch_list_entry (election, document_index);
CREATE INDEX watch_list_entry_by_birth ON watch_list_entry (election, birth_index);

CREATE TABLE deployment_plan (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  teams TEXT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
);

ALTER TABLE mission ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE invitation ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'screening', 'screening_pending', 'watch_list_entry', 'deployment_plan'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I USING (tenant() = ''*'')', name);
  END LOOP;
END $$;

CREATE POLICY everyone ON screening_pending FOR INSERT WITH CHECK (tenant() <> '');
CREATE POLICY own ON deployment_plan USING (organization = tenant());

-- Replaces the one of the first migration.
CREATE OR REPLACE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT SELECT ON _sqlx_migrations TO %I', role);
  EXECUTE format('GRANT SELECT, INSERT ON master_key, organization, principal, election, counter, invitation, mission,
    application, revision, presentation, presentation_item, decree, decree_item, accreditation, event, event_note,
    event_pending, log_entry, request, access_attempt, screening, screening_pending, watch_list_entry,
    deployment_plan TO %I', role);
  EXECUTE format('GRANT UPDATE (suspended) ON organization TO %I', role);
  EXECUTE format('GRANT UPDATE (disabled) ON principal TO %I', role);
  EXECUTE format('GRANT UPDATE (state) ON election TO %I', role);
  EXECUTE format('GRANT UPDATE (next) ON counter TO %I', role);
  EXECUTE format('GRANT UPDATE (state, response_time, quotas, version) ON invitation TO %I', role);
  EXECUTE format('GRANT UPDATE (format, head, headquarters, start_date, end_date, version) ON mission TO %I', role);
  EXECUTE format('GRANT UPDATE (category, state, facts, version, revision, content_digest, last_return,
    first_submit_time, submit_time, return_count, presentation, position, decree, due_time) ON application TO %I', role);
  EXECUTE format('GRANT UPDATE (adopted, facts, version) ON decree TO %I', role);
  EXECUTE format('GRANT UPDATE (revision, version, findings, screen_time) ON screening TO %I', role);
  EXECUTE format('GRANT UPDATE (teams, version, update_time) ON deployment_plan TO %I', role);
  EXECUTE format('GRANT DELETE ON decree_item, event_pending, screening_pending, watch_list_entry TO %I', role);
END $$;

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
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

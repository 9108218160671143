-- Documents and who read them.

-- What was uploaded for an application: sha256 and size as it came, kept_sha256 and kept_size as it is kept. The bytes
-- lie sealed in the vault under the id; wrapped_key is the key that opens them, sealed by the master key. Erasing a
-- document removes that key.
CREATE TABLE document (
  election TEXT COLLATE "C" NOT NULL,
  id UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  sha256 BYTEA NOT NULL,
  size BIGINT NOT NULL,
  kept_sha256 BYTEA NOT NULL,
  kept_size BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  wrapped_key BYTEA,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  uploaded_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  erase_time BIGINT,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, kind, sha256),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

-- Who read which document, when and why; `organization` is the reader's. Never changed or removed.
CREATE TABLE document_read (
  event UUID NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT COLLATE "C" NOT NULL,
  election TEXT COLLATE "C" NOT NULL,
  document UUID NOT NULL,
  reader TEXT NOT NULL,
  purpose TEXT NOT NULL,
  time BIGINT NOT NULL,
  FOREIGN KEY (election, document) REFERENCES document (election, id)
);

CREATE INDEX document_read_by_document ON document_read (election, document);

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['document', 'document_read'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I USING (tenant() = ''*'')', name);
  END LOOP;
END $$;

CREATE POLICY own ON document USING (organization = tenant());
CREATE POLICY own ON document_read USING (organization = tenant());

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_intake;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_intake(role);
  EXECUTE format('GRANT SELECT, INSERT ON document, document_read TO %I', role);
  EXECUTE format('GRANT UPDATE (wrapped_key, erase_time) ON document TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

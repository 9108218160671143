-- The scans of signed decrees. Of one decree the last counts; rows are only added, and no retention ends them. The bytes lie
-- sealed in the vault under the id; wrapped_key is the key that opens them, sealed by the master key.
CREATE TABLE decree_scan (
  election TEXT COLLATE "C" NOT NULL,
  decree BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  id UUID NOT NULL UNIQUE,
  sha256 BYTEA NOT NULL,
  size BIGINT NOT NULL,
  wrapped_key BYTEA NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  attached_by TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, decree, sequence),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
);

CREATE TRIGGER decree_scan_stays BEFORE UPDATE OR DELETE ON decree_scan
FOR EACH ROW EXECUTE FUNCTION refuse_change('scans of decrees');
CREATE TRIGGER decree_scan_all_stay BEFORE TRUNCATE ON decree_scan
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('scans of decrees');

-- No delegation reads decrees.
ALTER TABLE decree_scan ENABLE ROW LEVEL SECURITY;
ALTER TABLE decree_scan FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON decree_scan USING (tenant() = '*');

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_scans;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_scans(role);
  EXECUTE format('GRANT SELECT, INSERT ON decree_scan TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

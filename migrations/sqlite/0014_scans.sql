-- The scans of signed decrees. Of one decree the last counts; rows are only added, and no retention ends them. The bytes lie
-- sealed in the vault under the id; wrapped_key is the key that opens them, sealed by the master key.
CREATE TABLE decree_scan (
  election TEXT NOT NULL,
  decree INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  id BLOB NOT NULL UNIQUE,
  sha256 BLOB NOT NULL,
  size INTEGER NOT NULL,
  wrapped_key BLOB NOT NULL,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  attached_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, decree, sequence),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
) STRICT;

CREATE TRIGGER decree_scan_is_never_changed BEFORE UPDATE ON decree_scan
BEGIN SELECT RAISE (ABORT, 'scans of decrees are never changed'); END;
CREATE TRIGGER decree_scan_is_never_removed BEFORE DELETE ON decree_scan
BEGIN SELECT RAISE (ABORT, 'scans of decrees are never removed'); END;

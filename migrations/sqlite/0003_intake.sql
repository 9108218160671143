-- Screening, watch list and deployment.

-- What the automatic checks found, apart from the application: it is the commission's own affair, and what it finds
-- changes nothing that a delegation sees. `revision` is the one that was looked at, `version` counts every change.
CREATE TABLE screening (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  organization TEXT NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  findings TEXT NOT NULL,
  screen_time INTEGER NOT NULL,
  PRIMARY KEY (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

INSERT INTO screening (election, application, organization, revision, version, findings, screen_time)
SELECT election, id, organization, revision, 1, findings, COALESCE(submit_time, create_time) FROM application
WHERE presentation IS NOT NULL;

ALTER TABLE application DROP COLUMN findings;

-- Applications that wait for the checks; the screening job empties it.
CREATE TABLE screening_pending (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- People about whom a human is to think before they are accredited. Who they are is sealed.
CREATE TABLE watch_list_entry (
  election TEXT NOT NULL REFERENCES election (code),
  id BLOB NOT NULL,
  person BLOB NOT NULL,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  document_index BLOB,
  birth_index BLOB,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, id)
) STRICT;

CREATE INDEX watch_list_entry_by_document ON watch_list_entry (election, document_index);
CREATE INDEX watch_list_entry_by_birth ON watch_list_entry (election, birth_index);

CREATE TABLE deployment_plan (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  version INTEGER NOT NULL,
  teams TEXT NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
) STRICT;

ALTER TABLE mission ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE invitation ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

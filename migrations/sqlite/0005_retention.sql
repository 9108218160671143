-- Retention: when results were published, what is held, and what was erased.

ALTER TABLE election ADD COLUMN results_time INTEGER;

-- When personal data was erased. The row stays, and so do its revisions, without what they said.
ALTER TABLE application ADD COLUMN erase_time INTEGER;

CREATE INDEX application_not_erased ON application (election, id) WHERE erase_time IS NULL;

-- What is kept beyond its retention: one application, or the whole election. The reasons are free text.
CREATE TABLE legal_hold (
  election TEXT NOT NULL REFERENCES election (code),
  id BLOB NOT NULL,
  application BLOB,
  reason TEXT NOT NULL,
  created_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  release_reason TEXT,
  released_by TEXT,
  release_time INTEGER,
  PRIMARY KEY (election, id),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX legal_hold_open ON legal_hold (election, application) WHERE release_time IS NULL;

-- When the sealed bytes of an erased document were removed from the vault: until then it is tried again.
ALTER TABLE document ADD COLUMN clear_time INTEGER;

CREATE INDEX document_by_id ON document (id);
CREATE INDEX document_to_clear ON document (id) WHERE erase_time IS NOT NULL AND clear_time IS NULL;

-- What an event is about, as its bytes say: what happened to one application is found without reading the whole log.
ALTER TABLE event ADD COLUMN subject TEXT GENERATED ALWAYS AS (
  CASE WHEN json_valid(CAST(canonical AS TEXT)) THEN json_extract(CAST(canonical AS TEXT), '$.subject') END
) VIRTUAL;

CREATE INDEX event_by_subject ON event (subject);

-- Documents and who read them.

-- What was uploaded for an application: sha256 and size as it came, kept_sha256 and kept_size as it is kept. The bytes
-- lie sealed in the vault under the id; wrapped_key is the key that opens them, sealed by the master key. Erasing a
-- document removes that key.
CREATE TABLE document (
  election TEXT NOT NULL,
  id BLOB NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  kind TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  size INTEGER NOT NULL,
  kept_sha256 BLOB NOT NULL,
  kept_size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  wrapped_key BLOB,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  uploaded_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  erase_time INTEGER,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, kind, sha256),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- Who read which document, when and why; `organization` is the reader's. Never changed or removed.
CREATE TABLE document_read (
  event BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT NOT NULL,
  election TEXT NOT NULL,
  document BLOB NOT NULL,
  reader TEXT NOT NULL,
  purpose TEXT NOT NULL,
  time INTEGER NOT NULL,
  FOREIGN KEY (election, document) REFERENCES document (election, id)
) STRICT;

CREATE INDEX document_read_by_document ON document_read (election, document);

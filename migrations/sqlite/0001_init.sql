-- Times are microseconds since 1970-01-01T00:00:00Z; codes, states and JSON are text; hashes and sealed values are bytes.

CREATE TABLE master_key (
  key_id TEXT NOT NULL PRIMARY KEY,
  create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE organization (
  code TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  display_name TEXT NOT NULL,
  state TEXT,
  trust_domain TEXT NOT NULL UNIQUE,
  anchors TEXT NOT NULL,
  suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
  create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE principal (
  organization TEXT NOT NULL REFERENCES organization (code),
  code TEXT NOT NULL,
  spiffe_id TEXT NOT NULL UNIQUE,
  holder TEXT NOT NULL,
  roles TEXT NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  PRIMARY KEY (organization, code)
) STRICT;

CREATE TABLE election (
  code TEXT NOT NULL PRIMARY KEY,
  display_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  voting_day TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rules TEXT NOT NULL,
  region_set TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('REGISTERED', 'OPEN')),
  submission_cutoff INTEGER NOT NULL,
  presentation_cutoff INTEGER NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;

-- The next free number of each numbered series of an election: without a gap, because it moves with what it numbers.
CREATE TABLE counter (
  election TEXT NOT NULL REFERENCES election (code),
  series TEXT NOT NULL CHECK (series IN ('presentation', 'decree', 'accreditation')),
  next INTEGER NOT NULL,
  PRIMARY KEY (election, series)
) STRICT;

CREATE TABLE invitation (
  election TEXT NOT NULL REFERENCES election (code),
  organization TEXT NOT NULL REFERENCES organization (code),
  inviter TEXT NOT NULL REFERENCES organization (code),
  state TEXT NOT NULL CHECK (state IN ('PENDING', 'ACCEPTED', 'DECLINED')),
  quotas TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  response_time INTEGER,
  PRIMARY KEY (election, organization)
) STRICT;

CREATE TABLE mission (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  format TEXT NOT NULL,
  head TEXT NOT NULL,
  headquarters TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES invitation (election, organization)
) STRICT;

-- Where an application stands; what it says is in revision. The plain columns beside facts are for searching.
CREATE TABLE application (
  election TEXT NOT NULL,
  id BLOB NOT NULL,
  organization TEXT NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  facts TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  content_digest BLOB NOT NULL,
  findings TEXT NOT NULL,
  last_return TEXT,
  create_time INTEGER NOT NULL,
  first_submit_time INTEGER,
  submit_time INTEGER,
  return_count INTEGER NOT NULL,
  presentation INTEGER,
  position INTEGER,
  decree INTEGER,
  due_time INTEGER,
  PRIMARY KEY (election, id),
  UNIQUE (election, presentation, position),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
) STRICT;

CREATE INDEX application_by_organization ON application (election, organization, id);
CREATE INDEX application_by_state ON application (election, state, presentation, position);
CREATE INDEX application_by_due_time ON application (due_time) WHERE due_time IS NOT NULL;

-- What an application says, one row for each version of it. The identity is sealed; key_id names the key, the two
-- indexes are keyed hashes by which equal passports and birth dates are found without opening anything. Erasing a
-- revision removes salt, content and identity; the log stays provable by the digest.
CREATE TABLE revision (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  number INTEGER NOT NULL,
  organization TEXT NOT NULL,
  salt BLOB,
  content TEXT,
  identity BLOB,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  document_index BLOB NOT NULL,
  birth_index BLOB NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, application, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX revision_by_document ON revision (election, document_index);
CREATE INDEX revision_by_birth ON revision (election, birth_index);

CREATE TABLE presentation (
  election TEXT NOT NULL REFERENCES election (code),
  number INTEGER NOT NULL,
  note_number TEXT NOT NULL,
  presented_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, note_number)
) STRICT;

CREATE TABLE presentation_item (
  election TEXT NOT NULL,
  presentation INTEGER NOT NULL,
  position INTEGER NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  PRIMARY KEY (election, presentation, position),
  FOREIGN KEY (election, presentation) REFERENCES presentation (election, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE TABLE decree (
  election TEXT NOT NULL REFERENCES election (code),
  number INTEGER NOT NULL,
  decree_number TEXT NOT NULL,
  session_date TEXT NOT NULL,
  chair TEXT NOT NULL,
  secretary TEXT NOT NULL,
  adopted INTEGER NOT NULL CHECK (adopted IN (0, 1)),
  facts TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, decree_number)
) STRICT;

CREATE TABLE decree_item (
  election TEXT NOT NULL,
  decree INTEGER NOT NULL,
  position INTEGER NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, application),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE TABLE accreditation (
  election TEXT NOT NULL,
  number INTEGER NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ACTIVE')),
  decree INTEGER NOT NULL,
  recommended_by TEXT NOT NULL,
  adopted_by TEXT NOT NULL,
  accredit_time INTEGER NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
) STRICT;

CREATE INDEX accreditation_by_organization ON accreditation (election, organization, number);

-- What happened: canonical holds the bytes whose hash is the leaf. Nothing here is ever changed or removed.
CREATE TABLE event (
  id BLOB NOT NULL PRIMARY KEY,
  log TEXT NOT NULL,
  organization TEXT NOT NULL,
  time INTEGER NOT NULL,
  canonical BLOB NOT NULL,
  leaf BLOB NOT NULL
) STRICT;

-- REPLACE fires no delete trigger, so an insert over a row that is there is refused as well.
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE (ABORT, 'events are never replaced'); END;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT, 'events are never removed'); END;

-- Free text that belongs to an event, kept apart from it because it can be erased.
CREATE TABLE event_note (
  event BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
  note TEXT NOT NULL
) STRICT;

-- Committed events that have no position yet; the sequencer empties it.
CREATE TABLE event_pending (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  event BLOB NOT NULL UNIQUE REFERENCES event (id)
) STRICT;

CREATE TABLE log_entry (
  log TEXT NOT NULL,
  position INTEGER NOT NULL,
  event BLOB NOT NULL UNIQUE REFERENCES event (id),
  leaf BLOB NOT NULL,
  PRIMARY KEY (log, position)
) STRICT;

CREATE TRIGGER log_entry_is_never_replaced BEFORE INSERT ON log_entry
WHEN EXISTS (
  SELECT 1 FROM log_entry
  WHERE (log = NEW.log AND position = NEW.position) OR event = NEW.event OR rowid = NEW.rowid
)
BEGIN SELECT RAISE (ABORT, 'log entries are never replaced'); END;
CREATE TRIGGER log_entry_is_never_changed BEFORE UPDATE ON log_entry
BEGIN SELECT RAISE (ABORT, 'log entries are never changed'); END;
CREATE TRIGGER log_entry_is_never_removed BEFORE DELETE ON log_entry
BEGIN SELECT RAISE (ABORT, 'log entries are never removed'); END;

-- Effects by the caller's request id: a repetition is answered from here and does nothing. The signature is the
-- caller's own over a deciding request, kept as it came.
CREATE TABLE request (
  organization TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  subject TEXT NOT NULL,
  event BLOB NOT NULL REFERENCES event (id),
  signature BLOB NOT NULL,
  PRIMARY KEY (organization, method, request_id)
) STRICT;

-- Calls that asked for what was not there for their caller, whether it exists or not.
CREATE TABLE access_attempt (
  id BLOB NOT NULL PRIMARY KEY,
  time INTEGER NOT NULL,
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  resource TEXT NOT NULL
) STRICT;

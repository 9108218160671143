-- Who follows a log follows what concerns one organization: its code stands in the log's own rows, and in an index.

DROP TRIGGER log_entry_is_never_replaced;
DROP TRIGGER log_entry_is_never_changed;
DROP TRIGGER log_entry_is_never_removed;

CREATE TABLE log_entry_2 (
  log TEXT NOT NULL,
  position INTEGER NOT NULL,
  organization TEXT NOT NULL,
  event BLOB NOT NULL UNIQUE REFERENCES event (id),
  leaf BLOB NOT NULL,
  PRIMARY KEY (log, position)
) STRICT;

INSERT INTO log_entry_2 (log, position, organization, event, leaf)
SELECT l.log, l.position, e.organization, l.event, l.leaf FROM log_entry l JOIN event e ON e.id = l.event
ORDER BY l.log, l.position;

DROP TABLE log_entry;
ALTER TABLE log_entry_2 RENAME TO log_entry;

CREATE INDEX log_entry_by_organization ON log_entry (log, organization, position);

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

CREATE TABLE event_note_2 (
  event BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

INSERT INTO event_note_2 (event, organization, note)
SELECT n.event, e.organization, n.note FROM event_note n JOIN event e ON e.id = n.event;

DROP TABLE event_note;
ALTER TABLE event_note_2 RENAME TO event_note;

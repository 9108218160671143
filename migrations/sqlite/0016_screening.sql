-- Watch lists that come in parts, and checks that run outside of transactions.

-- The watch lists of an election: one that is being uploaded, one that is in force (CURRENT), and those whose entries are
-- being removed (REPLACED). entries counts what has been kept so far; time is when the list changed its state.
CREATE TABLE watch_list (
  election TEXT NOT NULL REFERENCES election (code),
  id BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('UPLOADING', 'CURRENT', 'REPLACED')),
  entries INTEGER NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, id)
) STRICT;

CREATE UNIQUE INDEX watch_list_current ON watch_list (election) WHERE state = 'CURRENT';
CREATE INDEX watch_list_to_remove ON watch_list (time) WHERE state <> 'CURRENT';

INSERT INTO watch_list (election, id, state, entries, time)
SELECT election, randomblob(16), 'CURRENT', COUNT(*), MAX(create_time) FROM watch_list_entry GROUP BY election;

-- An entry has the same id in every list that has it. It is sealed at its own name, and found in memory: what its document
-- and its birth date were found by goes.
CREATE TABLE watch_list_entry_of_list (
  election TEXT NOT NULL,
  list BLOB NOT NULL,
  id BLOB NOT NULL,
  person BLOB NOT NULL,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, list, id),
  FOREIGN KEY (election, list) REFERENCES watch_list (election, id)
) STRICT;

INSERT INTO watch_list_entry_of_list (election, list, id, person, key_id, create_time)
SELECT e.election, l.id, e.id, e.person, e.key_id, e.create_time FROM watch_list_entry e
JOIN watch_list l ON l.election = e.election;

DROP TABLE watch_list_entry;
ALTER TABLE watch_list_entry_of_list RENAME TO watch_list_entry;

-- Everything undecided of an election, or of one of its missions, is to be checked again: the screening job goes through it
-- in pages, and keeps here how far it has come.
CREATE TABLE screening_sweep (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  election TEXT NOT NULL REFERENCES election (code),
  organization TEXT,
  reached BLOB
) STRICT;

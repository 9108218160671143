-- Appeals: a delegation against a decision, decided by others than decided before.

-- What a delegation brings against a decision on an application: the decree that refused it, or that ended its accreditation.
-- Each decision is appealed once. The texts are emptied when the application's retention is over.
CREATE TABLE appeal (
  election TEXT NOT NULL,
  id BLOB NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  accreditation INTEGER,
  decree INTEGER NOT NULL,
  text TEXT NOT NULL,
  filed_by TEXT NOT NULL,
  file_time INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'UPHELD', 'DISMISSED')),
  decision_text TEXT,
  decided_by TEXT,
  decide_time INTEGER,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, decree),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX appeal_open ON appeal (election) WHERE state = 'OPEN';

-- When an appeal was last decided: the retention is counted from it if that was after the results.
ALTER TABLE election ADD COLUMN appeal_time INTEGER;

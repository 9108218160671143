-- Amendments: what a delegation has to say anew of somebody accredited.

-- A new passport or a correction, as its delegation asks for it, and what a reviewer said of it. What it makes the application
-- say is a revision from the start, sealed as every other; the application takes it when the amendment is accepted. One for
-- each application is open at a time. The texts are emptied when the application's retention is over.
CREATE TABLE amendment (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  number INTEGER NOT NULL,
  organization TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('NEW_PASSPORT', 'CORRECTION')),
  reason TEXT NOT NULL,
  before_revision INTEGER NOT NULL,
  after_revision INTEGER NOT NULL,
  content_digest BLOB NOT NULL,
  requested_by TEXT NOT NULL,
  request_time INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'WITHDRAWN', 'ACCEPTED', 'DECLINED')),
  text TEXT,
  closed_by TEXT,
  close_time INTEGER,
  PRIMARY KEY (election, application, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, application, before_revision) REFERENCES revision (election, application, number),
  FOREIGN KEY (election, application, after_revision) REFERENCES revision (election, application, number),
  CHECK ((state = 'OPEN') = (close_time IS NULL))
) STRICT;

CREATE UNIQUE INDEX amendment_open ON amendment (election, application) WHERE state = 'OPEN';
CREATE INDEX amendment_by_time ON amendment (election, request_time, application, number);

-- What the automatic checks found in what an amendment would make the application say: the commission's own affair, and so
-- apart from it, as `screening` is from the application.
CREATE TABLE amendment_screening (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  amendment INTEGER NOT NULL,
  organization TEXT NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  findings TEXT NOT NULL,
  screen_time INTEGER NOT NULL,
  PRIMARY KEY (election, application, amendment),
  FOREIGN KEY (election, application, amendment) REFERENCES amendment (election, application, number)
) STRICT;

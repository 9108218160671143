-- What comes after a decree: badges, and how accreditations end.

-- Badges are numbered too.
CREATE TABLE counter_with_badges (
  election TEXT NOT NULL REFERENCES election (code),
  series TEXT NOT NULL CHECK (series IN ('presentation', 'decree', 'accreditation', 'badge')),
  next INTEGER NOT NULL,
  PRIMARY KEY (election, series)
) STRICT;
INSERT INTO counter_with_badges SELECT election, series, next FROM counter;
DROP TABLE counter;
ALTER TABLE counter_with_badges RENAME TO counter;

-- The badges of an accreditation, the last one by its serial. Void from void_time on, for good.
CREATE TABLE badge (
  election TEXT NOT NULL,
  serial INTEGER NOT NULL,
  organization TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  issue_time INTEGER NOT NULL,
  void_reason TEXT,
  void_time INTEGER,
  PRIMARY KEY (election, serial),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  CHECK ((void_reason IS NULL) = (void_time IS NULL))
) STRICT;

CREATE INDEX badge_by_accreditation ON badge (election, accreditation, serial);

CREATE TRIGGER badge_stays_void BEFORE UPDATE ON badge WHEN OLD.void_time IS NOT NULL
BEGIN SELECT RAISE (ABORT, 'a void badge stays void'); END;

-- What has become of an accreditation since it was issued: the last row says where it stands, none that it is in force.
-- Rows are only added; when the application's retention is over, the reason, which is free text, is emptied.
CREATE TABLE accreditation_change (
  election TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  organization TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('ACTIVE', 'WITHDRAWN_BY_SENDER', 'REPLACED', 'REVOKED', 'ANNULLED', 'ENDED')),
  reason TEXT NOT NULL,
  note_number TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, accreditation, sequence),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
) STRICT;

-- Numbers of accreditations have no gap, so they do for the first badges.
INSERT INTO badge (election, serial, organization, accreditation, issue_time)
  SELECT election, number, organization, number, accredit_time FROM accreditation;
INSERT INTO counter (election, series, next)
  SELECT election, 'badge', next FROM counter WHERE series = 'accreditation';

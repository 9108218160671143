-- What the commission decides after a decree, and what follows.

-- Who no longer decides on an application, as a JSON array: each said so, or took part in what an appeal overturned.
ALTER TABLE application ADD COLUMN recused TEXT;
-- How many of its changes are the commission's own affair: what a delegation reads does not count them.
ALTER TABLE application ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;

-- The number of the accreditation whose place an application is to take. Of those that are under way or were accredited,
-- only one takes it.
ALTER TABLE application ADD COLUMN replaces INTEGER;
CREATE UNIQUE INDEX application_by_replaced ON application (election, replaces)
  WHERE replaces IS NOT NULL AND state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED');

-- A mission that was withdrawn as a whole: when, with which note, and why; the reason, which is free text, is emptied when
-- the retention is over.
ALTER TABLE mission ADD COLUMN withdraw_time INTEGER;
ALTER TABLE mission ADD COLUMN withdraw_note_number TEXT;
ALTER TABLE mission ADD COLUMN withdraw_reason TEXT;
-- Every version of a deployment plan, for figures as of an earlier moment. The database itself keeps them.
CREATE TABLE deployment_plan_revision (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  version INTEGER NOT NULL,
  teams TEXT NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (election, organization, version),
  FOREIGN KEY (election, organization) REFERENCES deployment_plan (election, organization)
) STRICT;

INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  SELECT election, organization, version, teams, update_time FROM deployment_plan;

CREATE TRIGGER deployment_plan_begins AFTER INSERT ON deployment_plan
BEGIN INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  VALUES (NEW.election, NEW.organization, NEW.version, NEW.teams, NEW.update_time); END;
CREATE TRIGGER deployment_plan_goes_on AFTER UPDATE OF version ON deployment_plan
BEGIN INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  VALUES (NEW.election, NEW.organization, NEW.version, NEW.teams, NEW.update_time); END;
CREATE TRIGGER deployment_plan_revision_is_never_changed BEFORE UPDATE ON deployment_plan_revision
BEGIN SELECT RAISE (ABORT, 'versions of plans are never changed'); END;
CREATE TRIGGER deployment_plan_revision_is_never_removed BEFORE DELETE ON deployment_plan_revision
BEGIN SELECT RAISE (ABORT, 'versions of plans are never removed'); END;

-- Proposals are numbered too.
CREATE TABLE counter_with_proposals (
  election TEXT NOT NULL REFERENCES election (code),
  series TEXT NOT NULL CHECK (series IN ('presentation', 'decree', 'accreditation', 'badge', 'proposal')),
  next INTEGER NOT NULL,
  PRIMARY KEY (election, series)
) STRICT;
INSERT INTO counter_with_proposals SELECT election, series, next FROM counter;
DROP TABLE counter;
ALTER TABLE counter_with_proposals RENAME TO counter;

-- The decree that ended an accreditation, and the ground of the rule pack. Null if none did, or there is none.
ALTER TABLE accreditation_change ADD COLUMN decree INTEGER;
ALTER TABLE accreditation_change ADD COLUMN ground TEXT;

-- What is to become of an accreditation: proposed by one person, carried out by a decree that another adopts. `changes` is
-- how many changes the accreditation had when it was proposed; `proposed_by` is JSON. The texts are emptied when the
-- application's retention is over.
CREATE TABLE proposal (
  election TEXT NOT NULL,
  number INTEGER NOT NULL,
  accreditation INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('REVOKE', 'ANNUL', 'REINSTATE')),
  ground TEXT NOT NULL,
  text TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'WITHDRAWN', 'CARRIED_OUT')),
  decree INTEGER,
  closed_by TEXT,
  close_time INTEGER,
  withdraw_reason TEXT,
  PRIMARY KEY (election, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
) STRICT;

CREATE UNIQUE INDEX proposal_open ON proposal (election, accreditation) WHERE state = 'OPEN';
CREATE INDEX proposal_by_accreditation ON proposal (election, accreditation);

-- The proposals that a decree lists, in their order.
CREATE TABLE decree_proposal (
  election TEXT NOT NULL,
  decree INTEGER NOT NULL,
  position INTEGER NOT NULL,
  proposal INTEGER NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, proposal),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, proposal) REFERENCES proposal (election, number)
) STRICT;

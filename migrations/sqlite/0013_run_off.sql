-- Run-offs: when the last one was called, and whom delegations have confirmed for it.

ALTER TABLE election ADD COLUMN run_off_time INTEGER;

-- That somebody is to observe a run-off too, where the rule pack asks for it. `called` tells which run-off. Rows are only
-- added.
CREATE TABLE accreditation_confirmation (
  election TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  called INTEGER NOT NULL,
  organization TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, accreditation, called),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
) STRICT;

CREATE TRIGGER accreditation_confirmation_is_never_changed BEFORE UPDATE ON accreditation_confirmation
BEGIN SELECT RAISE (ABORT, 'confirmations are never changed'); END;
CREATE TRIGGER accreditation_confirmation_is_never_removed BEFORE DELETE ON accreditation_confirmation
BEGIN SELECT RAISE (ABORT, 'confirmations are never removed'); END;

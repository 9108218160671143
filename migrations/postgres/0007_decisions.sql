-- What the commission decides after a decree, and what follows.

-- Who no longer decides on an application, as a JSON array: each said so, or took part in what an appeal overturned.
ALTER TABLE application ADD COLUMN recused TEXT;
-- How many of its changes are the commission's own affair: what a delegation reads does not count them.
ALTER TABLE application ADD COLUMN unseen BIGINT NOT NULL DEFAULT 0;

-- The number of the accreditation whose place an application is to take. Of those that are under way or were accredited,
-- only one takes it.
ALTER TABLE application ADD COLUMN replaces BIGINT;
CREATE UNIQUE INDEX application_by_replaced ON application (election, replaces)
  WHERE replaces IS NOT NULL AND state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED');

-- A mission that was withdrawn as a whole: when, with which note, and why; the reason, which is free text, is emptied when
-- the retention is over.
ALTER TABLE mission ADD COLUMN withdraw_time BIGINT;
ALTER TABLE mission ADD COLUMN withdraw_note_number TEXT;
ALTER TABLE mission ADD COLUMN withdraw_reason TEXT;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_after;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_after(role);
  EXECUTE format('GRANT UPDATE (recused, unseen, replaces) ON application TO %I', role);
  EXECUTE format('GRANT UPDATE (withdraw_time, withdraw_note_number, withdraw_reason) ON mission TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

-- What appeals overturned, and what is corrected in the draft of a decree.

-- The refusals of an application that did not stand, each with its decree, so that the decree's list goes on saying what was
-- signed. JSON; the texts of grounds are emptied when the application's retention is over.
ALTER TABLE application ADD COLUMN overturned TEXT;

-- What a draft says of itself can be corrected, by the service's role too; what was adopted stays as it was.
CREATE TRIGGER decree_stays_as_adopted BEFORE UPDATE ON decree
FOR EACH ROW WHEN (OLD.adopted = 1) EXECUTE FUNCTION refuse_change('adopted decrees');

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_overturned;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_overturned(role);
  EXECUTE format('GRANT UPDATE (overturned) ON application TO %I', role);
  EXECUTE format('GRANT UPDATE (decree_number, session_date, chair, secretary) ON decree TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

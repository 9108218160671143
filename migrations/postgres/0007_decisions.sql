-- What the commission decides after a decree, and what follows.

-- Who no longer decides on an application, as a JSON array: each said so, or took part in what an appeal overturned.
ALTER TABLE application ADD COLUMN recused TEXT;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_after;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_after(role);
  EXECUTE format('GRANT UPDATE (recused) ON application TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

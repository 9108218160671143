-- What appeals overturned.

-- The refusals of an application that did not stand, each with its decree, so that the decree's list goes on saying what was
-- signed. JSON; the texts of grounds are emptied when the application's retention is over.
ALTER TABLE application ADD COLUMN overturned TEXT;

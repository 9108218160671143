-- What appeals overturned, and decrees that stay as they were adopted.

-- The refusals of an application that did not stand, each with its decree, so that the decree's list goes on saying what was
-- signed. JSON; the texts of grounds are emptied when the application's retention is over.
ALTER TABLE application ADD COLUMN overturned TEXT;

-- What a draft says of itself can be corrected; what was adopted stays as it was.
CREATE TRIGGER decree_stays_as_adopted BEFORE UPDATE ON decree WHEN OLD.adopted = 1
BEGIN SELECT RAISE (ABORT, 'adopted decrees are never changed'); END;

-- The paper that an application came on: its note, when that was received, and who entered it. Null if it did not.
ALTER TABLE application ADD COLUMN paper TEXT;

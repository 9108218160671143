-- Whether a finding stands in the way of accrediting, in a column: to list those few, every finding of an election was read.
ALTER TABLE screening ADD COLUMN stands INTEGER NOT NULL DEFAULT 0;
UPDATE screening SET stands = 1 WHERE EXISTS (
  SELECT 1 FROM json_each(screening.findings) f WHERE json_extract(f.value, '$.blocking')
    AND json_extract(f.value, '$.clearance') IS NULL
);
CREATE INDEX screening_that_stands ON screening (election, application) WHERE stands = 1;

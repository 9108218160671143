-- What reports count, added up: a report reads the sum and whoever has changed since.

-- When anything that is counted last changed. What there is already counts as changed just now.
ALTER TABLE application ADD COLUMN figure_time INTEGER;
UPDATE application SET figure_time = CAST(strftime('%s', 'now') AS INTEGER) * 1000000;
-- When the category last changed: an application counts, at every moment, in the category that it has now.
ALTER TABLE application ADD COLUMN category_time INTEGER;
CREATE INDEX application_by_figure_time ON application (election, figure_time) WHERE figure_time IS NOT NULL;

-- What the applications of one organization in one category added up to at a moment, the same for all of an election. It
-- follows from the other tables, and is replaced again and again. The times are sorted, in seconds, four bytes each.
CREATE TABLE tally (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  category TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  figures TEXT NOT NULL,
  documents INTEGER NOT NULL,
  since_submission BLOB NOT NULL,
  since_presentation BLOB NOT NULL,
  PRIMARY KEY (election, organization, category),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
) STRICT;

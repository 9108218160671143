-- What reports count, kept in columns: a report used to parse every event of its election.

-- When it was first presented and first returned.
ALTER TABLE application ADD COLUMN present_time INTEGER;
ALTER TABLE application ADD COLUMN return_time INTEGER;
-- Since when it has been ACCREDITED, REFUSED, WITHDRAWN or LAPSED; NULL in any other state.
ALTER TABLE application ADD COLUMN outcome_time INTEGER;
-- Since when its accreditation has not been in force; NULL if it is, or if there is none.
ALTER TABLE application ADD COLUMN accreditation_end_time INTEGER;
-- How many documents of it can be opened.
ALTER TABLE application ADD COLUMN documents INTEGER NOT NULL DEFAULT 0;

-- Everything that a report reads of an application: it reads this index and no row.
CREATE INDEX application_by_figures ON application (
  election, organization, category, state, first_submit_time, present_time, return_time, outcome_time,
  accreditation_end_time, documents
);

-- Outcomes that an application had once and has no more, and when its accreditation was not in force before it was
-- reinstated: since a moment, and until another, when it no longer was so. Rows are only added.
CREATE TABLE past_state (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED', 'NOT_IN_FORCE')),
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  organization TEXT NOT NULL,
  PRIMARY KEY (election, application, state, since),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- Fills them for what was there before, from the events.
CREATE TABLE fill_move (election, id, organization, time, before, state);
WITH named AS MATERIALIZED (
  SELECT election, id, organization, 'elections/' || election || '/missions/' || organization || '/applications/' || lower(
    substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' ||
    substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) AS name
  FROM application
)
INSERT INTO fill_move
  SELECT n.election, n.id, n.organization, e.time, COALESCE(json_extract(CAST(e.canonical AS TEXT), '$.facts.from'), ''),
    json_extract(CAST(e.canonical AS TEXT), '$.facts.to')
  FROM named n JOIN event e ON e.subject = n.name;
DELETE FROM fill_move WHERE state IS NULL OR state = before;
CREATE INDEX fill_move_by_application ON fill_move (election, id, state);

-- Of one moment, what leaves a state comes after what came to it, and what cannot be left comes last.
CREATE TABLE fill_stay AS
  SELECT election, id, organization, state, time AS since, LEAD(time) OVER (
    PARTITION BY election, id ORDER BY time, CASE WHEN before IN ('REFUSED', 'LAPSED') THEN 1
      WHEN state IN ('REFUSED', 'LAPSED') THEN 0 ELSE 2 END
  ) AS until
  FROM fill_move
  WHERE state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED') OR before IN ('REFUSED', 'LAPSED');
DELETE FROM fill_stay WHERE state NOT IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED') OR until <= since;
-- When an accreditation was not in force: from the first change that ended it to the one that reinstated it.
INSERT INTO fill_stay
  SELECT a.election, a.application, a.organization, 'NOT_IN_FORCE', MIN(c.time), c.until
  FROM (
    SELECT l.election, l.accreditation, l.time, (
      SELECT r.time FROM accreditation_change r
      WHERE r.election = l.election AND r.accreditation = l.accreditation AND r.sequence > l.sequence
        AND r.state = 'ACTIVE'
      ORDER BY r.sequence LIMIT 1) AS until
    FROM accreditation_change l WHERE l.state <> 'ACTIVE'
  ) c JOIN accreditation a ON a.election = c.election AND a.number = c.accreditation
  GROUP BY a.election, a.application, a.organization, c.until
  HAVING c.until IS NULL OR c.until > MIN(c.time);
CREATE INDEX fill_stay_by_application ON fill_stay (election, id);

UPDATE application SET
  present_time = (SELECT MIN(m.time) FROM fill_move m
    WHERE m.election = application.election AND m.id = application.id AND m.state = 'PRESENTED'),
  return_time = (SELECT MIN(m.time) FROM fill_move m WHERE m.election = application.election AND m.id = application.id
    AND m.state IN ('RETURNED_BY_MINISTRY', 'RETURNED_BY_COMMISSION')),
  outcome_time = (SELECT s.since FROM fill_stay s WHERE s.election = application.election AND s.id = application.id
    AND s.until IS NULL AND s.state <> 'NOT_IN_FORCE'),
  accreditation_end_time = (SELECT s.since FROM fill_stay s
    WHERE s.election = application.election AND s.id = application.id AND s.until IS NULL AND s.state = 'NOT_IN_FORCE'),
  documents = (SELECT COUNT(*) FROM document d
    WHERE d.election = application.election AND d.application = application.id AND d.erase_time IS NULL);
INSERT INTO past_state (election, application, state, since, until, organization)
  SELECT election, id, state, since, until, organization FROM fill_stay WHERE until IS NOT NULL;
DROP TABLE fill_move;
DROP TABLE fill_stay;

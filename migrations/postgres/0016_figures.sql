-- What reports count, kept in columns: a report used to parse every event of its election.

-- When it was first presented and first returned.
ALTER TABLE application ADD COLUMN present_time BIGINT;
ALTER TABLE application ADD COLUMN return_time BIGINT;
-- Since when it has been ACCREDITED, REFUSED, WITHDRAWN or LAPSED; NULL in any other state.
ALTER TABLE application ADD COLUMN outcome_time BIGINT;
-- Since when its accreditation has not been in force; NULL if it is, or if there is none.
ALTER TABLE application ADD COLUMN accreditation_end_time BIGINT;
-- How many documents of it can be opened.
ALTER TABLE application ADD COLUMN documents BIGINT NOT NULL DEFAULT 0;

-- Outcomes that an application had once and has no more, and when its accreditation was not in force before it was
-- reinstated: since a moment, and until another, when it no longer was so. Rows are only added.
CREATE TABLE past_state (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  state TEXT COLLATE "C" NOT NULL
    CHECK (state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED', 'NOT_IN_FORCE')),
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (election, application, state, since),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

ALTER TABLE past_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE past_state FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON past_state USING ((SELECT tenant()) = '*');
CREATE POLICY own ON past_state USING (organization = (SELECT tenant()));

-- A report reads every application of an election. The tenant is asked for once a statement, no longer once a row: that
-- took a third of the time.
ALTER POLICY host ON application USING ((SELECT tenant()) = '*');
ALTER POLICY own ON application USING (organization = (SELECT tenant()));

-- Fills them anew from the events, in the owner's name. While servers of the version before still run, what they write
-- leaves these columns as they were: once the last of them has stopped, the owner calls this (docs/operations.md).
-- Whoever writes waits until it is done.
CREATE FUNCTION fill_figures() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- The owner too is behind the wall: without a tenant it would see no row to fill.
  PERFORM set_config('accreditation.tenant', '*', true);
  LOCK TABLE application IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM past_state;
  WITH named AS MATERIALIZED (
    SELECT election, id, organization,
      'elections/' || election || '/missions/' || organization || '/applications/' || id AS name
    FROM application
  ), told AS MATERIALIZED (
    SELECT n.election, n.id, n.organization, e.time,
      COALESCE(convert_from(e.canonical, 'UTF8')::jsonb #>> '{facts,from}', '') AS before,
      convert_from(e.canonical, 'UTF8')::jsonb #>> '{facts,to}' AS state
    FROM named n JOIN event e ON e.subject = n.name
  ), moved AS MATERIALIZED (
    SELECT * FROM told WHERE state <> before
  ), first_time AS (
    SELECT election, id, MIN(time) FILTER (WHERE state = 'PRESENTED') AS present_time,
      MIN(time) FILTER (WHERE state IN ('RETURNED_BY_MINISTRY', 'RETURNED_BY_COMMISSION')) AS return_time
    FROM moved GROUP BY election, id
  ), outcome AS MATERIALIZED (
    -- Of one moment, what leaves a state comes after what came to it, and what cannot be left comes last.
    SELECT election, id, organization, state, time AS since, LEAD(time) OVER (
      PARTITION BY election, id ORDER BY time, CASE WHEN before IN ('REFUSED', 'LAPSED') THEN 1
        WHEN state IN ('REFUSED', 'LAPSED') THEN 0 ELSE 2 END
    ) AS until
    FROM moved
    WHERE state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED') OR before IN ('REFUSED', 'LAPSED')
  ), not_in_force AS MATERIALIZED (
    -- From the first change that ended an accreditation to the one that reinstated it.
    SELECT a.election, a.application AS id, a.organization, MIN(c.time) AS since, c.until
    FROM (
      SELECT l.election, l.accreditation, l.time, (
        SELECT r.time FROM accreditation_change r
        WHERE r.election = l.election AND r.accreditation = l.accreditation AND r.sequence > l.sequence
          AND r.state = 'ACTIVE'
        ORDER BY r.sequence LIMIT 1) AS until
      FROM accreditation_change l WHERE l.state <> 'ACTIVE'
    ) c JOIN accreditation a ON a.election = c.election AND a.number = c.accreditation
    GROUP BY a.election, a.application, a.organization, c.until
  ), passed AS (
    INSERT INTO past_state (election, application, state, since, until, organization)
      SELECT election, id, state, since, until, organization FROM outcome
        WHERE state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED') AND until > since
      UNION ALL
      SELECT election, id, 'NOT_IN_FORCE', since, until, organization FROM not_in_force WHERE until > since
  ), kept AS (
    SELECT election, application AS id, COUNT(*) AS documents FROM document WHERE erase_time IS NULL
    GROUP BY election, application
  )
  UPDATE application a SET present_time = f.present_time, return_time = f.return_time, outcome_time = o.since,
    accreditation_end_time = x.since, documents = COALESCE(k.documents, 0)
  FROM named n
    LEFT JOIN first_time f ON f.election = n.election AND f.id = n.id
    LEFT JOIN outcome o ON o.election = n.election AND o.id = n.id AND o.until IS NULL
      AND o.state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED')
    LEFT JOIN not_in_force x ON x.election = n.election AND x.id = n.id AND x.until IS NULL
    LEFT JOIN kept k ON k.election = n.election AND k.id = n.id
  WHERE a.election = n.election AND a.id = n.id;
END $$;
REVOKE ALL ON FUNCTION fill_figures FROM PUBLIC;
SELECT fill_figures();

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_figures;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_figures(role);
  EXECUTE format('GRANT UPDATE (present_time, return_time, outcome_time, accreditation_end_time, documents)
    ON application TO %I', role);
  EXECUTE format('GRANT SELECT, INSERT ON past_state TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

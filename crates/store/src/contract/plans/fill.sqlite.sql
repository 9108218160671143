-- Numbers with the id, the hash and the name of the application that have each, before the rows that both databases share; and texts as wide as
-- real ones, because the width of rows decides about plans.
-- What guards the log would look at every row of it.
DROP TRIGGER event_is_never_replaced;
DROP TRIGGER log_entry_is_never_replaced;
DROP TRIGGER election_is_scheduled;
DROP TRIGGER deployment_plan_begins;
CREATE TEMP TABLE wide AS SELECT printf('%0400d', 0) AS facts, printf('%0900d', 0) AS content;
CREATE TEMP TABLE n (n INTEGER PRIMARY KEY, id BLOB, hash BLOB, canonical BLOB);
INSERT INTO n
  WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000)
  SELECT n, unhex(printf('%032x', n)), unhex(printf('%064x', n)), CAST(printf(
    '{"subject":"elections/e%d/missions/o%02d/applications/00000000-0000-0000-0000-%012x","facts":"%0400d"}',
    1 + (n - 1) / 50000, (n - 1) / 5 % 50, 1 + (n - 1) / 5, 0) AS BLOB)
  FROM c;

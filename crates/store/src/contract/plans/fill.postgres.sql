-- Numbers with the id, the hash and the event of each, before the rows that both databases share; and texts
-- as wide as real ones, because the width of rows decides about plans. Neither triggers nor
-- foreign keys look at them.
SET session_replication_role = replica;
CREATE TEMP TABLE wide AS SELECT repeat('0', 400) AS facts, repeat('0', 900) AS content;
CREATE TEMP TABLE n (n BIGINT PRIMARY KEY, id UUID, hash BYTEA, canonical BYTEA);
INSERT INTO n
  SELECT n, lpad(to_hex(n), 32, '0')::uuid, decode(lpad(to_hex(n), 64, '0'), 'hex'), convert_to(
    format('{"subject":"elections/e%s/missions/o%s/applications/00000000-0000-0000-0000-%s","facts":"%s"}',
    1 + (n - 1) / 50000, lpad(((n - 1) / 5 % 50)::text, 2, '0'), lpad(to_hex(1 + (n - 1) / 5), 12, '0'), repeat('0', 400)),
    'UTF8')
  FROM generate_series(1, 100000) n;

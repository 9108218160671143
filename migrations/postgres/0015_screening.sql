-- Watch lists that come in parts, and checks that run outside of transactions.

-- The owner too is behind the wall: without a tenant it would see no row to move.
SELECT set_config('accreditation.tenant', '*', true);

-- The watch lists of an election: one that is being uploaded, one that is in force (CURRENT), and those whose entries are
-- being removed (REPLACED). entries counts what has been kept so far; time is when the list changed its state.
CREATE TABLE watch_list (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  id UUID NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('UPLOADING', 'CURRENT', 'REPLACED')),
  entries BIGINT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, id)
);

CREATE UNIQUE INDEX watch_list_current ON watch_list (election) WHERE state = 'CURRENT';
CREATE INDEX watch_list_to_remove ON watch_list (time) WHERE state <> 'CURRENT';

INSERT INTO watch_list (election, id, state, entries, time)
SELECT election, gen_random_uuid(), 'CURRENT', COUNT(*), MAX(create_time) FROM watch_list_entry GROUP BY election;

-- An entry has the same id in every list that has it. It is sealed at its own name, and found in memory; what its document
-- and its birth date were found by stays for servers of the version before, and is no longer filled. These read every list;
-- to put a list in the place of another they lack the column, and fail: a list that no check looks at would be worse.
ALTER TABLE watch_list_entry ADD COLUMN list UUID;
UPDATE watch_list_entry e SET list = l.id FROM watch_list l WHERE l.election = e.election;
ALTER TABLE watch_list_entry ALTER COLUMN list SET NOT NULL;
ALTER TABLE watch_list_entry DROP CONSTRAINT watch_list_entry_pkey;
ALTER TABLE watch_list_entry ADD PRIMARY KEY (election, list, id);
ALTER TABLE watch_list_entry ADD FOREIGN KEY (election, list) REFERENCES watch_list (election, id);
DROP INDEX watch_list_entry_by_document;
DROP INDEX watch_list_entry_by_birth;

-- Everything undecided of an election, or of one of its missions, is to be checked again: the screening job goes through it
-- in pages, and keeps here how far it has come.
CREATE TABLE screening_sweep (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  organization TEXT COLLATE "C",
  reached UUID
);

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['watch_list', 'screening_sweep'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I USING (tenant() = ''*'')', name);
  END LOOP;
END $$;

-- A delegation that changes its mission has it checked again, and no other.
CREATE POLICY own ON screening_sweep FOR INSERT WITH CHECK (organization = tenant());

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_screening;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_screening(role);
  EXECUTE format('GRANT SELECT, INSERT, DELETE ON watch_list, screening_sweep TO %I', role);
  EXECUTE format('GRANT UPDATE (state, entries, time) ON watch_list TO %I', role);
  EXECUTE format('GRANT UPDATE (reached) ON screening_sweep TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

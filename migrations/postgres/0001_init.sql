-- The same tables as in sqlite/, up to its 0002. Times are microseconds since 1970-01-01T00:00:00Z; codes, states and
-- JSON are text; hashes and sealed values are bytes. What is compared or ordered has the collation "C", so that both
-- databases order alike and an index outlives an upgrade of the operating system's collations.

CREATE TABLE master_key (
  key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  create_time BIGINT NOT NULL
);

CREATE TABLE organization (
  code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  display_name TEXT NOT NULL,
  state TEXT,
  trust_domain TEXT COLLATE "C" NOT NULL UNIQUE,
  anchors TEXT NOT NULL,
  suspended BIGINT NOT NULL CHECK (suspended IN (0, 1)),
  create_time BIGINT NOT NULL
);

CREATE TABLE principal (
  organization TEXT COLLATE "C" NOT NULL REFERENCES organization (code),
  code TEXT COLLATE "C" NOT NULL,
  spiffe_id TEXT COLLATE "C" NOT NULL UNIQUE,
  holder TEXT NOT NULL,
  roles TEXT NOT NULL,
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  PRIMARY KEY (organization, code)
);

CREATE TABLE election (
  code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  display_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  voting_day TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rules TEXT NOT NULL,
  region_set TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('REGISTERED', 'OPEN')),
  submission_cutoff BIGINT NOT NULL,
  presentation_cutoff BIGINT NOT NULL,
  create_time BIGINT NOT NULL
);

-- The next free number of each numbered series of an election: without a gap, because it moves with what it numbers.
CREATE TABLE counter (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  series TEXT COLLATE "C" NOT NULL CHECK (series IN ('presentation', 'decree', 'accreditation')),
  next BIGINT NOT NULL,
  PRIMARY KEY (election, series)
);

CREATE TABLE invitation (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  organization TEXT COLLATE "C" NOT NULL REFERENCES organization (code),
  inviter TEXT NOT NULL REFERENCES organization (code),
  state TEXT NOT NULL CHECK (state IN ('PENDING', 'ACCEPTED', 'DECLINED')),
  quotas TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  response_time BIGINT,
  PRIMARY KEY (election, organization)
);

CREATE TABLE mission (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  format TEXT NOT NULL,
  head TEXT NOT NULL,
  headquarters TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES invitation (election, organization)
);

-- Where an application stands; what it says is in revision. The plain columns beside facts are for searching.
CREATE TABLE application (
  election TEXT COLLATE "C" NOT NULL,
  id UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  category TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  facts TEXT NOT NULL,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  content_digest BYTEA NOT NULL,
  findings TEXT NOT NULL,
  last_return TEXT,
  create_time BIGINT NOT NULL,
  first_submit_time BIGINT,
  submit_time BIGINT,
  return_count BIGINT NOT NULL,
  presentation BIGINT,
  position BIGINT,
  decree BIGINT,
  due_time BIGINT,
  PRIMARY KEY (election, id),
  UNIQUE (election, presentation, position),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
);

CREATE INDEX application_by_organization ON application (election, organization, id);
CREATE INDEX application_by_state ON application (election, state, presentation, position);
CREATE INDEX application_by_due_time ON application (due_time) WHERE due_time IS NOT NULL;

-- What an application says, one row for each version of it. The identity is sealed; key_id names the key, the two
-- indexes are keyed hashes by which equal passports and birth dates are found without opening anything. Erasing a
-- revision removes salt, content and identity; the log stays provable by the digest.
CREATE TABLE revision (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  number BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  salt BYTEA,
  content TEXT,
  identity BYTEA,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  document_index BYTEA NOT NULL,
  birth_index BYTEA NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, application, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX revision_by_document ON revision (election, document_index);
CREATE INDEX revision_by_birth ON revision (election, birth_index);

CREATE TABLE presentation (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  number BIGINT NOT NULL,
  note_number TEXT NOT NULL,
  presented_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, note_number)
);

CREATE TABLE presentation_item (
  election TEXT COLLATE "C" NOT NULL,
  presentation BIGINT NOT NULL,
  position BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  PRIMARY KEY (election, presentation, position),
  FOREIGN KEY (election, presentation) REFERENCES presentation (election, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE TABLE decree (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  number BIGINT NOT NULL,
  decree_number TEXT NOT NULL,
  session_date TEXT NOT NULL,
  chair TEXT NOT NULL,
  secretary TEXT NOT NULL,
  adopted BIGINT NOT NULL CHECK (adopted IN (0, 1)),
  facts TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, decree_number)
);

CREATE TABLE decree_item (
  election TEXT COLLATE "C" NOT NULL,
  decree BIGINT NOT NULL,
  position BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, application),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE TABLE accreditation (
  election TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ACTIVE')),
  decree BIGINT NOT NULL,
  recommended_by TEXT NOT NULL,
  adopted_by TEXT NOT NULL,
  accredit_time BIGINT NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
);

CREATE INDEX accreditation_by_organization ON accreditation (election, organization, number);

-- What happened: canonical holds the bytes whose hash is the leaf. Nothing here is ever changed or removed.
CREATE TABLE event (
  id UUID NOT NULL PRIMARY KEY,
  log TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  time BIGINT NOT NULL,
  canonical BYTEA NOT NULL,
  leaf BYTEA NOT NULL
);

-- Free text that belongs to an event, kept apart from it because it can be erased.
CREATE TABLE event_note (
  event UUID NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT COLLATE "C" NOT NULL,
  note TEXT NOT NULL
);

-- Committed events that have no position yet; the sequencer empties it.
CREATE TABLE event_pending (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event UUID NOT NULL UNIQUE REFERENCES event (id)
);

CREATE TABLE log_entry (
  log TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  event UUID NOT NULL UNIQUE REFERENCES event (id),
  leaf BYTEA NOT NULL,
  PRIMARY KEY (log, position)
);

CREATE INDEX log_entry_by_organization ON log_entry (log, organization, position);

-- Effects by the caller's request id: a repetition is answered from here and does nothing. The signature is the
-- caller's own over a deciding request, kept as it came.
CREATE TABLE request (
  organization TEXT COLLATE "C" NOT NULL,
  method TEXT COLLATE "C" NOT NULL,
  request_id UUID NOT NULL,
  request_hash BYTEA NOT NULL,
  subject TEXT NOT NULL,
  event UUID NOT NULL REFERENCES event (id),
  signature BYTEA NOT NULL,
  PRIMARY KEY (organization, method, request_id)
);

-- Calls that asked for what was not there for their caller, whether it exists or not.
CREATE TABLE access_attempt (
  id UUID NOT NULL PRIMARY KEY,
  time BIGINT NOT NULL,
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  resource TEXT NOT NULL
);

-- Not even the owner changes the log without taking a trigger away first.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are never %', TG_ARGV[0], CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END;
END $$;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION refuse_change('events');
CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('events');
CREATE TRIGGER log_entry_is_never_changed BEFORE UPDATE OR DELETE ON log_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change('log entries');
CREATE TRIGGER log_entry_is_never_emptied BEFORE TRUNCATE ON log_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('log entries');

-- The second wall. A transaction says whose rows it may see: an organization's code, or '*' for what the commission,
-- the ministry and the service itself do across organizations. One that says nothing sees nothing.
CREATE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_setting('accreditation.tenant', true);

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'master_key', 'organization', 'principal', 'election', 'counter', 'invitation', 'mission', 'application',
    'revision', 'presentation', 'presentation_item', 'decree', 'decree_item', 'accreditation', 'event', 'event_note',
    'event_pending', 'log_entry', 'request', 'access_attempt'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY host ON %I USING (tenant() = ''*'')', name);
  END LOOP;
END $$;

-- What an organization that sends observers sees and writes: its own.
CREATE POLICY own ON organization FOR SELECT USING (code = tenant());
CREATE POLICY own ON principal FOR SELECT USING (organization = tenant());
CREATE POLICY everyone ON election FOR SELECT USING (tenant() <> '');
CREATE POLICY own ON invitation FOR SELECT USING (organization = tenant());
CREATE POLICY own_answer ON invitation FOR UPDATE USING (organization = tenant());
CREATE POLICY own ON mission USING (organization = tenant());
CREATE POLICY own ON application USING (organization = tenant());
CREATE POLICY own ON revision USING (organization = tenant());
CREATE POLICY own ON accreditation FOR SELECT USING (organization = tenant());
CREATE POLICY own ON event USING (organization = tenant());
CREATE POLICY own ON event_note USING (organization = tenant());
CREATE POLICY everyone ON event_pending FOR INSERT WITH CHECK (tenant() <> '');
CREATE POLICY own ON log_entry FOR SELECT USING (organization = tenant());
CREATE POLICY own ON request USING (organization = tenant());

-- What the service's role may do at all: it owns nothing, and what happened it can neither change nor remove.
-- `accreditd migrate` calls this for the role that its configuration names; a later migration replaces it.
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT SELECT ON _sqlx_migrations TO %I', role);
  EXECUTE format('GRANT SELECT, INSERT ON master_key, organization, principal, election, counter, invitation, mission,
    application, revision, presentation, presentation_item, decree, decree_item, accreditation, event, event_note,
    event_pending, log_entry, request, access_attempt TO %I', role);
  EXECUTE format('GRANT UPDATE (suspended) ON organization TO %I', role);
  EXECUTE format('GRANT UPDATE (disabled) ON principal TO %I', role);
  EXECUTE format('GRANT UPDATE (state) ON election TO %I', role);
  EXECUTE format('GRANT UPDATE (next) ON counter TO %I', role);
  EXECUTE format('GRANT UPDATE (state, response_time) ON invitation TO %I', role);
  EXECUTE format('GRANT UPDATE (category, state, facts, version, revision, content_digest, findings, last_return,
    first_submit_time, submit_time, return_count, presentation, position, decree, due_time) ON application TO %I', role);
  EXECUTE format('GRANT UPDATE (adopted, facts, version) ON decree TO %I', role);
  EXECUTE format('GRANT DELETE ON decree_item, event_pending TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

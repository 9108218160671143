-- The schema, without row-level security and grants: these are in 0002_walls.sql. The same tables as in ../sqlite.
--
-- Times are microseconds since 1970-01-01T00:00:00Z. Codes, states and JSON are text. Hashes and sealed values are
-- bytes. Which words a state, a kind or a series may be, the domain crate knows: a new word changes no table here. What
-- is compared or ordered has the collation "C", so that both databases order alike and an index outlives an upgrade of
-- the operating system's collations.

-- What keeps rows as they are.

-- For triggers: refuses what they are there for. Not even the owner changes the log without taking a trigger away
-- first.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are never %', TG_ARGV[0], CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END;
END $$;

-- Keys.

-- The master keys that something is sealed with, by their ids. The keys themselves are not in the database.
CREATE TABLE master_key (
  key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  create_time BIGINT NOT NULL
);

-- Organizations and people.

-- The hosts and whoever sends observers. `names` is JSON: what each is called, in which language and since when.
-- `anchors` is JSON: the authorities of its certificates.
CREATE TABLE organization (
  code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  names TEXT NOT NULL,
  state TEXT,
  trust_domain TEXT COLLATE "C" NOT NULL UNIQUE,
  anchors TEXT NOT NULL,
  suspended BIGINT NOT NULL CHECK (suspended IN (0, 1)),
  create_time BIGINT NOT NULL
);

-- The humans who hold keys of principals. They belong to no organization.
CREATE TABLE person (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  full_name TEXT NOT NULL,
  create_time BIGINT NOT NULL
);

-- Who acts for an organization, found by the SPIFFE id of the certificate. A system has no `person`. `roles` is JSON.
CREATE TABLE principal (
  organization TEXT COLLATE "C" NOT NULL REFERENCES organization (code),
  code TEXT COLLATE "C" NOT NULL,
  spiffe_id TEXT COLLATE "C" NOT NULL UNIQUE,
  person TEXT COLLATE "C" REFERENCES person (id),
  roles TEXT NOT NULL,
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  PRIMARY KEY (organization, code)
);

-- Rule packs.

-- The law of a country about observers, as an imported file. `digest` is the SHA-256 of `content`, which is JSON. Elections
-- name the pack by its digest. A pack never changes.
CREATE TABLE rule_pack (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  digest BYTEA NOT NULL UNIQUE,
  content TEXT NOT NULL,
  import_time BIGINT NOT NULL,
  CHECK (digest = sha256(convert_to(content, 'UTF8')))
);
CREATE TRIGGER rule_pack_stays BEFORE UPDATE OR DELETE ON rule_pack
FOR EACH ROW EXECUTE FUNCTION refuse_change('rule packs');
CREATE TRIGGER rule_pack_all_stays BEFORE TRUNCATE ON rule_pack
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('rule packs');

-- Elections and their schedule.

-- `names` is JSON: what it is called, in which language and since when.
-- `run_off_time` is when the last run-off was called. `results_time` is when the results were published. `appeal_time`
-- is when an appeal was last decided; the retention is counted from it if that was after the results. Whatever is in
-- force ends when the results are published, and some of it when a run-off is called. `ended_cause` is the moment
-- because of which it was ended. `ended_through` is how many numbers of accreditations and badges had been taken then.
-- Whatever comes into force later takes another number.
CREATE TABLE election (
  code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  names TEXT NOT NULL,
  kind TEXT NOT NULL,
  voting_day TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rule_pack BYTEA NOT NULL REFERENCES rule_pack (digest),
  region_set TEXT NOT NULL,
  state TEXT NOT NULL,
  submission_cutoff BIGINT NOT NULL,
  presentation_cutoff BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  run_off_time BIGINT,
  results_time BIGINT,
  appeal_time BIGINT,
  ended_cause BIGINT,
  ended_through BIGINT
);

-- For when voting was set and what it was moved to since, with the cutoffs that followed. The last row holds. Whoever
-- knows the election reads it. The database itself keeps the first row. Rows are only added.
CREATE TABLE election_schedule (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  sequence BIGINT NOT NULL,
  kind TEXT NOT NULL,
  voting_day TEXT NOT NULL,
  submission_cutoff BIGINT NOT NULL,
  presentation_cutoff BIGINT NOT NULL,
  reason TEXT NOT NULL,
  act TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, sequence)
);

CREATE FUNCTION begin_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO election_schedule
      (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
    VALUES (NEW.code, 1, 'SET', NEW.voting_day, NEW.submission_cutoff, NEW.presentation_cutoff, '', '',
      NEW.create_time);
  RETURN NULL;
END $$;
CREATE TRIGGER election_is_scheduled AFTER INSERT ON election
FOR EACH ROW EXECUTE FUNCTION begin_schedule();
CREATE TRIGGER election_schedule_stays BEFORE UPDATE OR DELETE ON election_schedule
FOR EACH ROW EXECUTE FUNCTION refuse_change('schedules');
CREATE TRIGGER election_schedule_all_stays BEFORE TRUNCATE ON election_schedule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('schedules');

-- The retention is counted from voting day at the earliest. Whoever has taken the service over can put an erasure off
-- by it, and bring none forward.
CREATE FUNCTION keep_voting_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.voting_day::date < OLD.voting_day::date THEN
    RAISE EXCEPTION 'voting day is never moved to an earlier one' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER voting_day_is_never_earlier BEFORE UPDATE OF voting_day ON election
FOR EACH ROW EXECUTE FUNCTION keep_voting_day();

-- The next free number of each numbered series of an election. It has no gap, because it moves with what it numbers.
CREATE TABLE counter (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  series TEXT COLLATE "C" NOT NULL,
  next BIGINT NOT NULL,
  PRIMARY KEY (election, series)
);

-- Invitations and missions.

-- Who was invited to observe an election, by whom, and the answer. `quotas` is JSON.
CREATE TABLE invitation (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  organization TEXT COLLATE "C" NOT NULL REFERENCES organization (code),
  inviter TEXT COLLATE "C" NOT NULL REFERENCES organization (code),
  state TEXT NOT NULL,
  quotas TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  response_time BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (election, organization)
);

-- The delegation of an invited organization. A mission that was withdrawn as a whole says when, with which note, and
-- why. The reason is free text and is emptied when the retention is over.
CREATE TABLE mission (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  format TEXT NOT NULL,
  head TEXT NOT NULL,
  headquarters TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  version BIGINT NOT NULL,
  withdraw_time BIGINT,
  withdraw_note_number TEXT,
  withdraw_reason TEXT,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES invitation (election, organization)
);

-- Where a mission's teams are. `teams` is JSON.
CREATE TABLE deployment_plan (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  teams TEXT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
);

-- Every version of a deployment plan, for figures as of an earlier moment. The database itself keeps them.
CREATE TABLE deployment_plan_revision (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  teams TEXT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (election, organization, version),
  FOREIGN KEY (election, organization) REFERENCES deployment_plan (election, organization)
);

-- In the owner's name: the service's role can write no version but by writing the plan.
CREATE FUNCTION keep_deployment_plan() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO public.deployment_plan_revision (election, organization, version, teams, update_time)
    VALUES (NEW.election, NEW.organization, NEW.version, NEW.teams, NEW.update_time);
  RETURN NULL;
END $$;
CREATE TRIGGER deployment_plan_is_kept AFTER INSERT OR UPDATE OF version ON deployment_plan
FOR EACH ROW EXECUTE FUNCTION keep_deployment_plan();
CREATE TRIGGER deployment_plan_revision_stays BEFORE UPDATE OR DELETE ON deployment_plan_revision
FOR EACH ROW EXECUTE FUNCTION refuse_change('versions of plans');
CREATE TRIGGER deployment_plan_revision_all_stay BEFORE TRUNCATE ON deployment_plan_revision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('versions of plans');

-- Applications, revisions, screening, watch lists.

-- Where an application stands. What it says is in `revision`. The plain columns beside `facts` are for searching.
CREATE TABLE application (
  election TEXT COLLATE "C" NOT NULL,
  id UUID NOT NULL,
  -- What people call it by.
  reference TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  category TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  facts TEXT NOT NULL,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  content_digest BYTEA NOT NULL,
  last_return TEXT,
  create_time BIGINT NOT NULL,
  first_submit_time BIGINT,
  submit_time BIGINT,
  return_count BIGINT NOT NULL,
  presentation BIGINT,
  position BIGINT,
  decree BIGINT,
  due_time BIGINT,
  -- The paper that it came on: its note, when that was received, and who entered it. NULL if it came on none.
  paper TEXT,
  -- The number of the accreditation whose place it is to take.
  replaces BIGINT,
  -- Who no longer decides on it, as a JSON array: each said so, or took part in what an appeal overturned.
  recused TEXT,
  -- The refusals that did not stand, each with its decree, so that the decree's list goes on saying what was signed.
  -- JSON. The texts of grounds are emptied when its retention is over.
  overturned TEXT,
  -- How many of its changes are the commission's own affair. What a delegation reads does not count them.
  unseen BIGINT NOT NULL DEFAULT 0,
  -- What was recommended: 1 to refuse, 0 to accredit, NULL where nothing is recommended.
  to_refuse BIGINT,
  -- When its personal data was erased. The row stays, and so do its revisions, without what they said.
  erase_time BIGINT,
  -- What reports count. When it was first presented and first returned.
  present_time BIGINT,
  return_time BIGINT,
  -- Since when it has been ACCREDITED, REFUSED, WITHDRAWN or LAPSED. NULL in any other state.
  outcome_time BIGINT,
  -- Since when its accreditation has not been in force. NULL if it is, or if there is none.
  accreditation_end_time BIGINT,
  -- When the category last changed: an application counts, at every moment, in the category that it has now.
  category_time BIGINT,
  -- How many documents of it can be opened.
  documents BIGINT NOT NULL DEFAULT 0,
  -- When anything that is counted of it last changed.
  figure_time BIGINT,
  PRIMARY KEY (election, id),
  UNIQUE (election, reference),
  UNIQUE (election, presentation, position),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
);

CREATE INDEX application_by_organization ON application (election, organization, id);
CREATE INDEX application_by_state ON application (election, state, presentation, position);
CREATE INDEX application_by_due_time ON application (due_time) WHERE due_time IS NOT NULL;
CREATE INDEX application_not_erased ON application (election, id) WHERE erase_time IS NULL;

-- Of the applications that are under way or were accredited, only one takes an accreditation's place.
CREATE UNIQUE INDEX application_by_replaced ON application (election, replaces)
  WHERE replaces IS NOT NULL AND state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED');

-- Lists of applications: in one state, or of one organization in one state, as filed and in the order of the queue.
CREATE INDEX application_by_state_as_filed ON application (election, state, id);
CREATE INDEX application_by_organization_and_state ON application (election, organization, state, id);
CREATE INDEX application_by_organization_in_queue
  ON application (election, organization, state, presentation, position) WHERE presentation IS NOT NULL;
CREATE INDEX application_by_decree ON application (election, decree, id) WHERE decree IS NOT NULL;

-- Whether anything of an election was erased is found without reading all that was not.
CREATE INDEX application_erased ON application (election) WHERE erase_time IS NOT NULL;

-- Whoever takes an accreditation's place, in whatever state: a quota is counted by it whenever somebody is submitted.
CREATE INDEX application_by_replacement ON application (election, replaces) WHERE replaces IS NOT NULL;

-- One presentation's applications as they were filed.
CREATE INDEX application_by_presentation_as_filed
  ON application (election, presentation, id) WHERE presentation IS NOT NULL;

-- One organization's place in the queue, in any state.
CREATE INDEX application_by_organization_and_place ON application (election, organization, presentation, position);

-- Whoever has changed since figures were added up.
CREATE INDEX application_by_figure_time ON application (election, figure_time) WHERE figure_time IS NOT NULL;

-- Whom a decree is to refuse, or has refused: they are few.
CREATE INDEX application_to_refuse ON application (election, state, id) WHERE to_refuse = 1;

-- What an application says, one row for each version of it. The identity is sealed; `key_id` names the key. The two
-- indexes are keyed hashes: equal passports and birth dates are found by them without opening anything. Erasing a
-- revision removes salt and identity, empties the hashes, and leaves of the content at most what the register says. The
-- log stays provable by the digest.
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

-- What the automatic checks found. It is apart from the application, because it is the commission's own affair and
-- changes nothing that a delegation sees. `revision` is the one that was looked at. `version` counts every change.
-- `stands` says whether a finding stands in the way of accrediting.
CREATE TABLE screening (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  version BIGINT NOT NULL,
  findings TEXT NOT NULL,
  screen_time BIGINT NOT NULL,
  stands BIGINT NOT NULL,
  PRIMARY KEY (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX screening_that_stands ON screening (election, application) WHERE stands = 1;

-- Applications that wait for the checks. The screening job empties it.
CREATE TABLE screening_pending (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

-- Everything undecided of an election, or of one of its missions, is to be checked again. The screening job goes
-- through it in pages, and keeps here how far it has come.
CREATE TABLE screening_sweep (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  organization TEXT COLLATE "C",
  reached UUID
);

-- The watch lists of an election: one that is being uploaded, one that is in force (CURRENT), and those whose entries
-- are being removed (REPLACED). `entries` counts what has been kept so far. `time` is when the list changed its state.
CREATE TABLE watch_list (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  id UUID NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  entries BIGINT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, id)
);

CREATE UNIQUE INDEX watch_list_current ON watch_list (election) WHERE state = 'CURRENT';
CREATE INDEX watch_list_to_remove ON watch_list (time) WHERE state <> 'CURRENT';

-- People about whom a human is to think before they are accredited. Who they are is sealed at the entry's own name, and
-- found in memory. An entry has the same id in every list that has it.
CREATE TABLE watch_list_entry (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  list UUID NOT NULL,
  id UUID NOT NULL,
  person BYTEA NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, list, id),
  FOREIGN KEY (election, list) REFERENCES watch_list (election, id)
);

-- Documents. Who read them is with the log.

-- What was uploaded for an application: `sha256` and `size` as it came, `kept_sha256` and `kept_size` as it is kept.
-- The bytes lie sealed in the vault under the id. `wrapped_key` is the key that opens them, sealed by the master key.
-- Erasing a document removes that key. `clear_time` is when the sealed bytes of an erased document were removed from
-- the vault; until then it is tried again.
CREATE TABLE document (
  election TEXT COLLATE "C" NOT NULL,
  id UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  sha256 BYTEA NOT NULL,
  size BIGINT NOT NULL,
  kept_sha256 BYTEA NOT NULL,
  kept_size BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  wrapped_key BYTEA,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  uploaded_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  erase_time BIGINT,
  clear_time BIGINT,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, kind, sha256),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX document_by_id ON document (id);
CREATE INDEX document_to_clear ON document (id) WHERE erase_time IS NOT NULL AND clear_time IS NULL;

-- What was uploaded for one application.
CREATE INDEX document_by_application ON document (election, application, id);

-- Presentations and decrees.

-- A list of applications that the ministry presented to the commission, with its note.
CREATE TABLE presentation (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  number BIGINT NOT NULL,
  note_number TEXT COLLATE "C" NOT NULL,
  presented_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, note_number)
);

-- The applications of a presentation, in their order.
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

-- What the commission decides together: a draft, until it is adopted.
CREATE TABLE decree (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  number BIGINT NOT NULL,
  decree_number TEXT COLLATE "C" NOT NULL,
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

-- Drafts of decrees, which are few among the adopted ones.
CREATE INDEX decree_draft ON decree (election, number) WHERE adopted = 0;

-- What a draft says of itself can be corrected. What was adopted stays as it was.
CREATE TRIGGER decree_stays_as_adopted BEFORE UPDATE ON decree
FOR EACH ROW WHEN (OLD.adopted = 1) EXECUTE FUNCTION refuse_change('adopted decrees');

-- The applications that a decree lists, in their order.
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

-- The scans of signed decrees. Of one decree the last counts. Rows are only added, and no retention ends them. The
-- bytes lie sealed in the vault under the id. `wrapped_key` is the key that opens them, sealed by the master key.
CREATE TABLE decree_scan (
  election TEXT COLLATE "C" NOT NULL,
  decree BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  id UUID NOT NULL UNIQUE,
  sha256 BYTEA NOT NULL,
  size BIGINT NOT NULL,
  wrapped_key BYTEA NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES master_key (key_id),
  attached_by TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, decree, sequence),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
);

CREATE TRIGGER decree_scan_stays BEFORE UPDATE OR DELETE ON decree_scan
FOR EACH ROW EXECUTE FUNCTION refuse_change('scans of decrees');
CREATE TRIGGER decree_scan_all_stay BEFORE TRUNCATE ON decree_scan
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('scans of decrees');

-- Accreditations, badges, proposals, appeals, amendments.

-- What was issued by a decree. `state` is the one that it was issued with; what has become of it is in
-- `accreditation_change`.
CREATE TABLE accreditation (
  election TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
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

-- What has become of an accreditation since it was issued. The last row says where it stands; if there is none, it is
-- in force. Rows are only added. The reason is free text and is emptied when the application's retention is over.
-- `decree` is the one that ended it, and `ground` the ground of the rule pack. NULL if none did, or there is none.
CREATE TABLE accreditation_change (
  election TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  note_number TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  time BIGINT NOT NULL,
  decree BIGINT,
  ground TEXT,
  PRIMARY KEY (election, accreditation, sequence),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
);

-- That somebody observes the run-off as well, where the rule pack asks for it. `called` tells which run-off. Rows are
-- only added.
CREATE TABLE accreditation_confirmation (
  election TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  called BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  confirmed_by TEXT NOT NULL,
  time BIGINT NOT NULL,
  PRIMARY KEY (election, accreditation, called),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
);

-- The badges of an accreditation, the last one by its serial. Void from `void_time` on, for good.
CREATE TABLE badge (
  election TEXT COLLATE "C" NOT NULL,
  serial BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  issue_time BIGINT NOT NULL,
  void_reason TEXT,
  void_time BIGINT,
  PRIMARY KEY (election, serial),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  CHECK ((void_reason IS NULL) = (void_time IS NULL))
);

CREATE INDEX badge_by_accreditation ON badge (election, accreditation, serial);

CREATE TRIGGER badge_stays_void BEFORE UPDATE ON badge
FOR EACH ROW WHEN (OLD.void_time IS NOT NULL) EXECUTE FUNCTION refuse_change('void badges');

-- What is to become of an accreditation: proposed by one person, carried out by a decree that another adopts. `changes`
-- is how many changes the accreditation had when it was proposed. `proposed_by` is JSON. The texts are emptied when the
-- application's retention is over.
CREATE TABLE proposal (
  election TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  accreditation BIGINT NOT NULL,
  changes BIGINT NOT NULL,
  kind TEXT NOT NULL,
  ground TEXT NOT NULL,
  text TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  state TEXT NOT NULL,
  decree BIGINT,
  closed_by TEXT,
  close_time BIGINT,
  withdraw_reason TEXT,
  PRIMARY KEY (election, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
);

CREATE UNIQUE INDEX proposal_open ON proposal (election, accreditation) WHERE state = 'OPEN';
CREATE INDEX proposal_by_accreditation ON proposal (election, accreditation);

-- The proposals that a decree lists, in their order.
CREATE TABLE decree_proposal (
  election TEXT COLLATE "C" NOT NULL,
  decree BIGINT NOT NULL,
  position BIGINT NOT NULL,
  proposal BIGINT NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, proposal),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, proposal) REFERENCES proposal (election, number)
);

-- What a delegation brings against a decision on an application: the decree that refused it, or that ended its
-- accreditation. It is decided by others than decided before. Each decision is appealed once. The texts are emptied
-- when the application's retention is over.
CREATE TABLE appeal (
  election TEXT COLLATE "C" NOT NULL,
  id UUID NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  accreditation BIGINT,
  decree BIGINT NOT NULL,
  text TEXT NOT NULL,
  filed_by TEXT NOT NULL,
  file_time BIGINT NOT NULL,
  state TEXT NOT NULL,
  decision_text TEXT,
  decided_by TEXT,
  decide_time BIGINT,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, decree),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX appeal_open ON appeal (election) WHERE state = 'OPEN';

-- What a delegation has to say anew of somebody accredited, a new passport or a correction, and what a reviewer said of
-- it. What it makes the application say is a revision from the start, sealed as every other. The application takes it
-- when the amendment is accepted. One for each application is open at a time. The texts are emptied when the
-- application's retention is over.
CREATE TABLE amendment (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  number BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  before_revision BIGINT NOT NULL,
  after_revision BIGINT NOT NULL,
  content_digest BYTEA NOT NULL,
  requested_by TEXT NOT NULL,
  request_time BIGINT NOT NULL,
  state TEXT NOT NULL,
  text TEXT,
  closed_by TEXT,
  close_time BIGINT,
  PRIMARY KEY (election, application, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, application, before_revision) REFERENCES revision (election, application, number),
  FOREIGN KEY (election, application, after_revision) REFERENCES revision (election, application, number),
  CHECK ((state = 'OPEN') = (close_time IS NULL))
);

CREATE UNIQUE INDEX amendment_open ON amendment (election, application) WHERE state = 'OPEN';
CREATE INDEX amendment_by_time ON amendment (election, request_time, application, number);

-- What the automatic checks found in what an amendment would make the application say. It is apart from the amendment,
-- as `screening` is from the application.
CREATE TABLE amendment_screening (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  amendment BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  version BIGINT NOT NULL,
  findings TEXT NOT NULL,
  screen_time BIGINT NOT NULL,
  PRIMARY KEY (election, application, amendment),
  FOREIGN KEY (election, application, amendment) REFERENCES amendment (election, application, number)
);

-- Retention and legal holds.

-- What is kept beyond its retention: one application, or the whole election if `application` is NULL. The reasons are
-- free text.
CREATE TABLE legal_hold (
  election TEXT COLLATE "C" NOT NULL REFERENCES election (code),
  id UUID NOT NULL,
  application UUID,
  reason TEXT NOT NULL,
  created_by TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  release_reason TEXT,
  released_by TEXT,
  release_time BIGINT,
  PRIMARY KEY (election, id),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

CREATE INDEX legal_hold_open ON legal_hold (election, application) WHERE release_time IS NULL;

-- Figures and tallies.

-- Outcomes that an application had once and has no more, and when its accreditation was not in force before it was
-- reinstated: since a moment, and until another. Rows are only added.
CREATE TABLE past_state (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (election, application, state, since),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
);

-- What the applications of one organization in one category added up to at a moment, the same for all of an election. A
-- report reads the sum and whoever has changed since. It follows from the other tables, and is replaced again and
-- again. The times are sorted, in seconds, four bytes each.
CREATE TABLE tally (
  election TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  category TEXT NOT NULL,
  as_of BIGINT NOT NULL,
  figures TEXT NOT NULL,
  documents BIGINT NOT NULL,
  since_submission BYTEA NOT NULL,
  since_presentation BYTEA NOT NULL,
  PRIMARY KEY (election, organization, category),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
);

-- The log, events, requests.

-- What the bytes of an event say that it is about.
CREATE FUNCTION subject_of(canonical BYTEA) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN convert_from(canonical, 'UTF8')::jsonb ->> 'subject';

-- What happened. `canonical` holds the bytes whose hash is the leaf. `subject` is what the event is about, as its bytes
-- say: what happened to one application is found by it without reading the whole log. Nothing here is ever changed or
-- removed.
CREATE TABLE event (
  id UUID NOT NULL PRIMARY KEY,
  log TEXT COLLATE "C" NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  time BIGINT NOT NULL,
  canonical BYTEA NOT NULL,
  leaf BYTEA NOT NULL,
  subject TEXT COLLATE "C" GENERATED ALWAYS AS (subject_of(canonical)) STORED
);

CREATE INDEX event_by_subject ON event (subject);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION refuse_change('events');
CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('events');

-- Free text that belongs to an event. It is kept apart from it because it can be erased.
CREATE TABLE event_note (
  event UUID NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT COLLATE "C" NOT NULL,
  note TEXT NOT NULL
);

-- Committed events that have no position yet. The sequencer empties it.
CREATE TABLE event_pending (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event UUID NOT NULL UNIQUE REFERENCES event (id)
);

-- The events of each log in their order. The organization's code stands here as well: whoever follows a log follows by
-- it what concerns one organization.
CREATE TABLE log_entry (
  log TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  event UUID NOT NULL UNIQUE REFERENCES event (id),
  leaf BYTEA NOT NULL,
  PRIMARY KEY (log, position)
);

CREATE INDEX log_entry_by_organization ON log_entry (log, organization, position);

CREATE TRIGGER log_entry_is_never_changed BEFORE UPDATE OR DELETE ON log_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change('log entries');
CREATE TRIGGER log_entry_is_never_emptied BEFORE TRUNCATE ON log_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('log entries');

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

-- Who read which document, when and why. `organization` is the reader's. Never changed or removed.
CREATE TABLE document_read (
  event UUID NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT COLLATE "C" NOT NULL,
  election TEXT COLLATE "C" NOT NULL,
  document UUID NOT NULL,
  reader TEXT NOT NULL,
  purpose TEXT NOT NULL,
  time BIGINT NOT NULL,
  FOREIGN KEY (election, document) REFERENCES document (election, id)
);

CREATE INDEX document_read_by_document ON document_read (election, document);

-- Who read what, newest first.
CREATE INDEX document_read_by_election ON document_read (election, event);

-- Access attempts.

-- Calls that asked for what was not there for their caller, whether it exists or not.
CREATE TABLE access_attempt (
  id UUID NOT NULL PRIMARY KEY,
  time BIGINT NOT NULL,
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  resource TEXT NOT NULL
);

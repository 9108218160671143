-- The schema. The same tables as in ../postgres.
--
-- Times are microseconds since 1970-01-01T00:00:00Z. Codes, states and JSON are text. Hashes and sealed values are
-- bytes. Which words a state, a kind or a series may be, the domain crate knows: a new word needs no new table here.

-- Keys.

-- The master keys that something is sealed with, by their ids. The keys themselves are not in the database.
CREATE TABLE master_key (
  key_id TEXT NOT NULL PRIMARY KEY,
  create_time INTEGER NOT NULL
) STRICT;

-- Organizations and people.

-- The hosts and whoever sends observers. `names` is JSON: what each is called, in which language and since when.
-- `anchors` is JSON: the authorities of its certificates.
CREATE TABLE organization (
  code TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  names TEXT NOT NULL,
  state TEXT,
  trust_domain TEXT NOT NULL UNIQUE,
  anchors TEXT NOT NULL,
  suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
  create_time INTEGER NOT NULL
) STRICT;

-- The humans who hold keys of principals. They belong to no organization.
CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  full_name TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;

-- Who acts for an organization, found by the SPIFFE id of the certificate. A system has no `person`. `roles` is JSON.
CREATE TABLE principal (
  organization TEXT NOT NULL REFERENCES organization (code),
  code TEXT NOT NULL,
  spiffe_id TEXT NOT NULL UNIQUE,
  person TEXT REFERENCES person (id),
  roles TEXT NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  PRIMARY KEY (organization, code)
) STRICT;

-- Rule packs.

-- The law of a country about observers, as an imported file. `digest` is the SHA-256 of `content`, which is JSON. Elections
-- name the pack by its digest. A pack never changes.
CREATE TABLE rule_pack (
  id TEXT NOT NULL PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  content TEXT NOT NULL,
  import_time INTEGER NOT NULL
) STRICT;
CREATE TRIGGER rule_pack_is_never_changed BEFORE UPDATE ON rule_pack
BEGIN SELECT RAISE (ABORT, 'rule packs are never changed'); END;
CREATE TRIGGER rule_pack_is_never_removed BEFORE DELETE ON rule_pack
BEGIN SELECT RAISE (ABORT, 'rule packs are never removed'); END;

-- Elections and their schedule.

-- `names` is JSON: what it is called, in which language and since when.
-- `run_off_time` is when the last run-off was called. `results_time` is when the results were published. `appeal_time`
-- is when an appeal was last decided; the retention is counted from it if that was after the results. Whatever is in
-- force ends when the results are published, and some of it when a run-off is called. `ended_cause` is the moment
-- because of which it was ended. `ended_through` is how many numbers of accreditations and badges had been taken then.
-- Whatever comes into force later takes another number.
CREATE TABLE election (
  code TEXT NOT NULL PRIMARY KEY,
  names TEXT NOT NULL,
  kind TEXT NOT NULL,
  voting_day TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rule_pack BLOB NOT NULL REFERENCES rule_pack (digest),
  region_set TEXT NOT NULL,
  state TEXT NOT NULL,
  submission_cutoff INTEGER NOT NULL,
  presentation_cutoff INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  run_off_time INTEGER,
  results_time INTEGER,
  appeal_time INTEGER,
  ended_cause INTEGER,
  ended_through INTEGER
) STRICT;

-- For when voting was set and what it was moved to since, with the cutoffs that followed. The last row holds. Whoever
-- knows the election reads it. The database itself keeps the first row. Rows are only added.
CREATE TABLE election_schedule (
  election TEXT NOT NULL REFERENCES election (code),
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  voting_day TEXT NOT NULL,
  submission_cutoff INTEGER NOT NULL,
  presentation_cutoff INTEGER NOT NULL,
  reason TEXT NOT NULL,
  act TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, sequence)
) STRICT;

CREATE TRIGGER election_is_scheduled AFTER INSERT ON election
BEGIN INSERT INTO election_schedule
    (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
  VALUES (NEW.code, 1, 'SET', NEW.voting_day, NEW.submission_cutoff, NEW.presentation_cutoff, '', '', NEW.create_time);
END;
CREATE TRIGGER election_schedule_is_never_changed BEFORE UPDATE ON election_schedule
BEGIN SELECT RAISE (ABORT, 'schedules are never changed'); END;
CREATE TRIGGER election_schedule_is_never_removed BEFORE DELETE ON election_schedule
BEGIN SELECT RAISE (ABORT, 'schedules are never removed'); END;

-- The retention is counted from voting day at the earliest: it can be put off by moving that day, and not brought
-- forward.
CREATE TRIGGER voting_day_is_never_earlier BEFORE UPDATE OF voting_day ON election WHEN NEW.voting_day < OLD.voting_day
BEGIN SELECT RAISE (ABORT, 'voting day is never moved to an earlier one'); END;

-- The next free number of each numbered series of an election. It has no gap, because it moves with what it numbers.
CREATE TABLE counter (
  election TEXT NOT NULL REFERENCES election (code),
  series TEXT NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY (election, series)
) STRICT;

-- Invitations and missions.

-- Who was invited to observe an election, by whom, and the answer. `quotas` is JSON.
CREATE TABLE invitation (
  election TEXT NOT NULL REFERENCES election (code),
  organization TEXT NOT NULL REFERENCES organization (code),
  inviter TEXT NOT NULL REFERENCES organization (code),
  state TEXT NOT NULL,
  quotas TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  response_time INTEGER,
  version INTEGER NOT NULL,
  PRIMARY KEY (election, organization)
) STRICT;

-- The delegation of an invited organization. A mission that was withdrawn as a whole says when, with which note, and
-- why. The reason is free text and is emptied when the retention is over.
CREATE TABLE mission (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  format TEXT NOT NULL,
  head TEXT NOT NULL,
  headquarters TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  version INTEGER NOT NULL,
  withdraw_time INTEGER,
  withdraw_note_number TEXT,
  withdraw_reason TEXT,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES invitation (election, organization)
) STRICT;

-- Where a mission's teams are. `teams` is JSON.
CREATE TABLE deployment_plan (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  version INTEGER NOT NULL,
  teams TEXT NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (election, organization),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
) STRICT;

-- Every version of a deployment plan, for figures as of an earlier moment. The database itself keeps them.
CREATE TABLE deployment_plan_revision (
  election TEXT NOT NULL,
  organization TEXT NOT NULL,
  version INTEGER NOT NULL,
  teams TEXT NOT NULL,
  update_time INTEGER NOT NULL,
  PRIMARY KEY (election, organization, version),
  FOREIGN KEY (election, organization) REFERENCES deployment_plan (election, organization)
) STRICT;

CREATE TRIGGER deployment_plan_begins AFTER INSERT ON deployment_plan
BEGIN INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  VALUES (NEW.election, NEW.organization, NEW.version, NEW.teams, NEW.update_time); END;
CREATE TRIGGER deployment_plan_goes_on AFTER UPDATE OF version ON deployment_plan
BEGIN INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  VALUES (NEW.election, NEW.organization, NEW.version, NEW.teams, NEW.update_time); END;
CREATE TRIGGER deployment_plan_revision_is_never_changed BEFORE UPDATE ON deployment_plan_revision
BEGIN SELECT RAISE (ABORT, 'versions of plans are never changed'); END;
CREATE TRIGGER deployment_plan_revision_is_never_removed BEFORE DELETE ON deployment_plan_revision
BEGIN SELECT RAISE (ABORT, 'versions of plans are never removed'); END;

-- Applications, revisions, screening, watch lists.

-- Where an application stands. What it says is in `revision`. The plain columns beside `facts` are for searching.
CREATE TABLE application (
  election TEXT NOT NULL,
  id BLOB NOT NULL,
  -- What people call it by.
  reference TEXT NOT NULL,
  organization TEXT NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  facts TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  content_digest BLOB NOT NULL,
  last_return TEXT,
  create_time INTEGER NOT NULL,
  first_submit_time INTEGER,
  submit_time INTEGER,
  return_count INTEGER NOT NULL,
  presentation INTEGER,
  position INTEGER,
  decree INTEGER,
  due_time INTEGER,
  -- The paper that it came on: its note, when that was received, and who entered it. NULL if it came on none.
  paper TEXT,
  -- The number of the accreditation whose place it is to take.
  replaces INTEGER,
  -- Who no longer decides on it, as a JSON array: each said so, or took part in what an appeal overturned.
  recused TEXT,
  -- The refusals that did not stand, each with its decree, so that the decree's list goes on saying what was signed.
  -- JSON. The texts of grounds are emptied when its retention is over.
  overturned TEXT,
  -- How many of its changes are the commission's own affair. What a delegation reads does not count them.
  unseen INTEGER NOT NULL DEFAULT 0,
  -- What was recommended: 1 to refuse, 0 to accredit, NULL where nothing is recommended.
  to_refuse INTEGER,
  -- When its personal data was erased. The row stays, and so do its revisions, without what they said.
  erase_time INTEGER,
  -- What reports count. When it was first presented and first returned.
  present_time INTEGER,
  return_time INTEGER,
  -- Since when it has been ACCREDITED, REFUSED, WITHDRAWN or LAPSED. NULL in any other state.
  outcome_time INTEGER,
  -- Since when its accreditation has not been in force. NULL if it is, or if there is none.
  accreditation_end_time INTEGER,
  -- When the category last changed: an application counts, at every moment, in the category that it has now.
  category_time INTEGER,
  -- How many documents of it can be opened.
  documents INTEGER NOT NULL DEFAULT 0,
  -- When anything that is counted of it last changed.
  figure_time INTEGER,
  PRIMARY KEY (election, id),
  UNIQUE (election, reference),
  UNIQUE (election, presentation, position),
  FOREIGN KEY (election, organization) REFERENCES mission (election, organization)
) STRICT;

CREATE INDEX application_by_organization ON application (election, organization, id);
CREATE INDEX application_by_state ON application (election, state, presentation, position);
CREATE INDEX application_by_due_time ON application (due_time) WHERE due_time IS NOT NULL;
CREATE INDEX application_not_erased ON application (election, id) WHERE erase_time IS NULL;

-- Of the applications that are under way or were accredited, only one takes an accreditation's place.
CREATE UNIQUE INDEX application_by_replaced ON application (election, replaces)
  WHERE replaces IS NOT NULL AND state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED');

-- Everything that a report reads of an application: it reads this index and no row.
CREATE INDEX application_by_figures ON application (
  election, organization, category, state, first_submit_time, present_time, return_time, outcome_time,
  accreditation_end_time, documents
);

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
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  number INTEGER NOT NULL,
  organization TEXT NOT NULL,
  salt BLOB,
  content TEXT,
  identity BLOB,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  document_index BLOB NOT NULL,
  birth_index BLOB NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, application, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX revision_by_document ON revision (election, document_index);
CREATE INDEX revision_by_birth ON revision (election, birth_index);

-- What the automatic checks found. It is apart from the application, because it is the commission's own affair and
-- changes nothing that a delegation sees. `revision` is the one that was looked at. `version` counts every change.
-- `stands` says whether a finding stands in the way of accrediting.
CREATE TABLE screening (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  organization TEXT NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  findings TEXT NOT NULL,
  screen_time INTEGER NOT NULL,
  stands INTEGER NOT NULL,
  PRIMARY KEY (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX screening_that_stands ON screening (election, application) WHERE stands = 1;

-- Applications that wait for the checks. The screening job empties it.
CREATE TABLE screening_pending (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- Everything undecided of an election, or of one of its missions, is to be checked again. The screening job goes
-- through it in pages, and keeps here how far it has come.
CREATE TABLE screening_sweep (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  election TEXT NOT NULL REFERENCES election (code),
  organization TEXT,
  reached BLOB
) STRICT;

-- The watch lists of an election: one that is being uploaded, one that is in force (CURRENT), and those whose entries
-- are being removed (REPLACED). `entries` counts what has been kept so far. `time` is when the list changed its state.
CREATE TABLE watch_list (
  election TEXT NOT NULL REFERENCES election (code),
  id BLOB NOT NULL,
  state TEXT NOT NULL,
  entries INTEGER NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, id)
) STRICT;

CREATE UNIQUE INDEX watch_list_current ON watch_list (election) WHERE state = 'CURRENT';
CREATE INDEX watch_list_to_remove ON watch_list (time) WHERE state <> 'CURRENT';

-- People about whom a human is to think before they are accredited. Who they are is sealed at the entry's own name, and
-- found in memory. An entry has the same id in every list that has it.
CREATE TABLE watch_list_entry (
  election TEXT NOT NULL,
  list BLOB NOT NULL,
  id BLOB NOT NULL,
  person BLOB NOT NULL,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, list, id),
  FOREIGN KEY (election, list) REFERENCES watch_list (election, id)
) STRICT;

-- Documents. Who read them is with the log.

-- What was uploaded for an application: `sha256` and `size` as it came, `kept_sha256` and `kept_size` as it is kept.
-- The bytes lie sealed in the vault under the id. `wrapped_key` is the key that opens them, sealed by the master key.
-- Erasing a document removes that key. `clear_time` is when the sealed bytes of an erased document were removed from
-- the vault; until then it is tried again.
CREATE TABLE document (
  election TEXT NOT NULL,
  id BLOB NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  kind TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  size INTEGER NOT NULL,
  kept_sha256 BLOB NOT NULL,
  kept_size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  wrapped_key BLOB,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  uploaded_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  erase_time INTEGER,
  clear_time INTEGER,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, kind, sha256),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX document_by_id ON document (id);
CREATE INDEX document_to_clear ON document (id) WHERE erase_time IS NOT NULL AND clear_time IS NULL;

-- What was uploaded for one application.
CREATE INDEX document_by_application ON document (election, application, id);

-- Presentations and decrees.

-- A list of applications that the ministry presented to the commission, with its note.
CREATE TABLE presentation (
  election TEXT NOT NULL REFERENCES election (code),
  number INTEGER NOT NULL,
  note_number TEXT NOT NULL,
  presented_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, note_number)
) STRICT;

-- The applications of a presentation, in their order.
CREATE TABLE presentation_item (
  election TEXT NOT NULL,
  presentation INTEGER NOT NULL,
  position INTEGER NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  PRIMARY KEY (election, presentation, position),
  FOREIGN KEY (election, presentation) REFERENCES presentation (election, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- What the commission decides together: a draft, until it is adopted.
CREATE TABLE decree (
  election TEXT NOT NULL REFERENCES election (code),
  number INTEGER NOT NULL,
  decree_number TEXT NOT NULL,
  session_date TEXT NOT NULL,
  chair TEXT NOT NULL,
  secretary TEXT NOT NULL,
  adopted INTEGER NOT NULL CHECK (adopted IN (0, 1)),
  facts TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, decree_number)
) STRICT;

-- Drafts of decrees, which are few among the adopted ones.
CREATE INDEX decree_draft ON decree (election, number) WHERE adopted = 0;

-- What a draft says of itself can be corrected. What was adopted stays as it was.
CREATE TRIGGER decree_stays_as_adopted BEFORE UPDATE ON decree WHEN OLD.adopted = 1
BEGIN SELECT RAISE (ABORT, 'adopted decrees are never changed'); END;

-- The applications that a decree lists, in their order.
CREATE TABLE decree_item (
  election TEXT NOT NULL,
  decree INTEGER NOT NULL,
  position INTEGER NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, application),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- The scans of signed decrees. Of one decree the last counts. Rows are only added, and no retention ends them. The
-- bytes lie sealed in the vault under the id. `wrapped_key` is the key that opens them, sealed by the master key.
CREATE TABLE decree_scan (
  election TEXT NOT NULL,
  decree INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  id BLOB NOT NULL UNIQUE,
  sha256 BLOB NOT NULL,
  size INTEGER NOT NULL,
  wrapped_key BLOB NOT NULL,
  key_id TEXT NOT NULL REFERENCES master_key (key_id),
  attached_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, decree, sequence),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
) STRICT;

CREATE TRIGGER decree_scan_is_never_changed BEFORE UPDATE ON decree_scan
BEGIN SELECT RAISE (ABORT, 'scans of decrees are never changed'); END;
CREATE TRIGGER decree_scan_is_never_removed BEFORE DELETE ON decree_scan
BEGIN SELECT RAISE (ABORT, 'scans of decrees are never removed'); END;

-- Accreditations, badges, proposals, appeals, amendments.

-- What was issued by a decree. `state` is the one that it was issued with; what has become of it is in
-- `accreditation_change`.
CREATE TABLE accreditation (
  election TEXT NOT NULL,
  number INTEGER NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  decree INTEGER NOT NULL,
  recommended_by TEXT NOT NULL,
  adopted_by TEXT NOT NULL,
  accredit_time INTEGER NOT NULL,
  PRIMARY KEY (election, number),
  UNIQUE (election, application),
  FOREIGN KEY (election, application) REFERENCES application (election, id),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
) STRICT;

CREATE INDEX accreditation_by_organization ON accreditation (election, organization, number);

-- What has become of an accreditation since it was issued. The last row says where it stands; if there is none, it is
-- in force. Rows are only added. The reason is free text and is emptied when the application's retention is over.
-- `decree` is the one that ended it, and `ground` the ground of the rule pack. NULL if none did, or there is none.
CREATE TABLE accreditation_change (
  election TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  organization TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  note_number TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  decree INTEGER,
  ground TEXT,
  PRIMARY KEY (election, accreditation, sequence),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
) STRICT;

-- That somebody observes the run-off as well, where the rule pack asks for it. `called` tells which run-off. Rows are
-- only added.
CREATE TABLE accreditation_confirmation (
  election TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  called INTEGER NOT NULL,
  organization TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (election, accreditation, called),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number)
) STRICT;

CREATE TRIGGER accreditation_confirmation_is_never_changed BEFORE UPDATE ON accreditation_confirmation
BEGIN SELECT RAISE (ABORT, 'confirmations are never changed'); END;
CREATE TRIGGER accreditation_confirmation_is_never_removed BEFORE DELETE ON accreditation_confirmation
BEGIN SELECT RAISE (ABORT, 'confirmations are never removed'); END;

-- The badges of an accreditation, the last one by its serial. Void from `void_time` on, for good.
CREATE TABLE badge (
  election TEXT NOT NULL,
  serial INTEGER NOT NULL,
  organization TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  issue_time INTEGER NOT NULL,
  void_reason TEXT,
  void_time INTEGER,
  PRIMARY KEY (election, serial),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  CHECK ((void_reason IS NULL) = (void_time IS NULL))
) STRICT;

CREATE INDEX badge_by_accreditation ON badge (election, accreditation, serial);

CREATE TRIGGER badge_stays_void BEFORE UPDATE ON badge WHEN OLD.void_time IS NOT NULL
BEGIN SELECT RAISE (ABORT, 'a void badge stays void'); END;

-- What is to become of an accreditation: proposed by one person, carried out by a decree that another adopts. `changes`
-- is how many changes the accreditation had when it was proposed. `proposed_by` is JSON. The texts are emptied when the
-- application's retention is over.
CREATE TABLE proposal (
  election TEXT NOT NULL,
  number INTEGER NOT NULL,
  accreditation INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  kind TEXT NOT NULL,
  ground TEXT NOT NULL,
  text TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  state TEXT NOT NULL,
  decree INTEGER,
  closed_by TEXT,
  close_time INTEGER,
  withdraw_reason TEXT,
  PRIMARY KEY (election, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number)
) STRICT;

CREATE UNIQUE INDEX proposal_open ON proposal (election, accreditation) WHERE state = 'OPEN';
CREATE INDEX proposal_by_accreditation ON proposal (election, accreditation);

-- The proposals that a decree lists, in their order.
CREATE TABLE decree_proposal (
  election TEXT NOT NULL,
  decree INTEGER NOT NULL,
  position INTEGER NOT NULL,
  proposal INTEGER NOT NULL,
  PRIMARY KEY (election, decree, position),
  UNIQUE (election, decree, proposal),
  FOREIGN KEY (election, decree) REFERENCES decree (election, number),
  FOREIGN KEY (election, proposal) REFERENCES proposal (election, number)
) STRICT;

-- What a delegation brings against a decision on an application: the decree that refused it, or that ended its
-- accreditation. It is decided by others than decided before. Each decision is appealed once. The texts are emptied
-- when the application's retention is over.
CREATE TABLE appeal (
  election TEXT NOT NULL,
  id BLOB NOT NULL,
  organization TEXT NOT NULL,
  application BLOB NOT NULL,
  accreditation INTEGER,
  decree INTEGER NOT NULL,
  text TEXT NOT NULL,
  filed_by TEXT NOT NULL,
  file_time INTEGER NOT NULL,
  state TEXT NOT NULL,
  decision_text TEXT,
  decided_by TEXT,
  decide_time INTEGER,
  PRIMARY KEY (election, id),
  UNIQUE (election, application, decree),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX appeal_open ON appeal (election) WHERE state = 'OPEN';

-- What a delegation has to say anew of somebody accredited, a new passport or a correction, and what a reviewer said of
-- it. What it makes the application say is a revision from the start, sealed as every other. The application takes it
-- when the amendment is accepted. One for each application is open at a time. The texts are emptied when the
-- application's retention is over.
CREATE TABLE amendment (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  number INTEGER NOT NULL,
  organization TEXT NOT NULL,
  accreditation INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  before_revision INTEGER NOT NULL,
  after_revision INTEGER NOT NULL,
  content_digest BLOB NOT NULL,
  requested_by TEXT NOT NULL,
  request_time INTEGER NOT NULL,
  state TEXT NOT NULL,
  text TEXT,
  closed_by TEXT,
  close_time INTEGER,
  PRIMARY KEY (election, application, number),
  FOREIGN KEY (election, accreditation) REFERENCES accreditation (election, number),
  FOREIGN KEY (election, application, before_revision) REFERENCES revision (election, application, number),
  FOREIGN KEY (election, application, after_revision) REFERENCES revision (election, application, number),
  CHECK ((state = 'OPEN') = (close_time IS NULL))
) STRICT;

CREATE UNIQUE INDEX amendment_open ON amendment (election, application) WHERE state = 'OPEN';
CREATE INDEX amendment_by_time ON amendment (election, request_time, application, number);

-- What the automatic checks found in what an amendment would make the application say. It is apart from the amendment,
-- as `screening` is from the application.
CREATE TABLE amendment_screening (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  amendment INTEGER NOT NULL,
  organization TEXT NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  findings TEXT NOT NULL,
  screen_time INTEGER NOT NULL,
  PRIMARY KEY (election, application, amendment),
  FOREIGN KEY (election, application, amendment) REFERENCES amendment (election, application, number)
) STRICT;

-- Retention and legal holds.

-- What is kept beyond its retention: one application, or the whole election if `application` is NULL. The reasons are
-- free text.
CREATE TABLE legal_hold (
  election TEXT NOT NULL REFERENCES election (code),
  id BLOB NOT NULL,
  application BLOB,
  reason TEXT NOT NULL,
  created_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  release_reason TEXT,
  released_by TEXT,
  release_time INTEGER,
  PRIMARY KEY (election, id),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

CREATE INDEX legal_hold_open ON legal_hold (election, application) WHERE release_time IS NULL;

-- Figures and tallies.

-- Outcomes that an application had once and has no more, and when its accreditation was not in force before it was
-- reinstated: since a moment, and until another. Rows are only added.
CREATE TABLE past_state (
  election TEXT NOT NULL,
  application BLOB NOT NULL,
  state TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  organization TEXT NOT NULL,
  PRIMARY KEY (election, application, state, since),
  FOREIGN KEY (election, application) REFERENCES application (election, id)
) STRICT;

-- What the applications of one organization in one category added up to at a moment, the same for all of an election. A
-- report reads the sum and whoever has changed since. It follows from the other tables, and is replaced again and
-- again. The times are sorted, in seconds, four bytes each.
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

-- The log, events, requests.

-- What happened. `canonical` holds the bytes whose hash is the leaf. `subject` is what the event is about, as its bytes
-- say: what happened to one application is found by it without reading the whole log. Nothing here is ever changed or
-- removed.
CREATE TABLE event (
  id BLOB NOT NULL PRIMARY KEY,
  log TEXT NOT NULL,
  organization TEXT NOT NULL,
  time INTEGER NOT NULL,
  canonical BLOB NOT NULL,
  leaf BLOB NOT NULL,
  subject TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(CAST(canonical AS TEXT)) THEN json_extract(CAST(canonical AS TEXT), '$.subject') END
  ) VIRTUAL
) STRICT;

CREATE INDEX event_by_subject ON event (subject);

-- REPLACE fires no delete trigger, so an insert over a row that is there is refused as well.
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE (ABORT, 'events are never replaced'); END;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'events are never removed'); END;

-- Free text that belongs to an event. It is kept apart from it because it can be erased.
CREATE TABLE event_note (
  event BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

-- Committed events that have no position yet. The sequencer empties it.
CREATE TABLE event_pending (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  event BLOB NOT NULL UNIQUE REFERENCES event (id)
) STRICT;

-- The events of each log in their order. The organization's code stands here as well: whoever follows a log follows by
-- it what concerns one organization.
CREATE TABLE log_entry (
  log TEXT NOT NULL,
  position INTEGER NOT NULL,
  organization TEXT NOT NULL,
  event BLOB NOT NULL UNIQUE REFERENCES event (id),
  leaf BLOB NOT NULL,
  PRIMARY KEY (log, position)
) STRICT;

CREATE INDEX log_entry_by_organization ON log_entry (log, organization, position);

CREATE TRIGGER log_entry_is_never_replaced BEFORE INSERT ON log_entry
WHEN EXISTS (
  SELECT 1 FROM log_entry
  WHERE (log = NEW.log AND position = NEW.position) OR event = NEW.event OR rowid = NEW.rowid
)
BEGIN SELECT RAISE (ABORT, 'log entries are never replaced'); END;
CREATE TRIGGER log_entry_is_never_changed BEFORE UPDATE ON log_entry
BEGIN SELECT RAISE (ABORT, 'log entries are never changed'); END;
CREATE TRIGGER log_entry_is_never_removed BEFORE DELETE ON log_entry
BEGIN SELECT RAISE (ABORT, 'log entries are never removed'); END;

-- Effects by the caller's request id: a repetition is answered from here and does nothing. The signature is the
-- caller's own over a deciding request, kept as it came.
CREATE TABLE request (
  organization TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  subject TEXT NOT NULL,
  event BLOB NOT NULL REFERENCES event (id),
  signature BLOB NOT NULL,
  PRIMARY KEY (organization, method, request_id)
) STRICT;

-- Who read which document, when and why. `organization` is the reader's. Never changed or removed.
CREATE TABLE document_read (
  event BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
  organization TEXT NOT NULL,
  election TEXT NOT NULL,
  document BLOB NOT NULL,
  reader TEXT NOT NULL,
  purpose TEXT NOT NULL,
  time INTEGER NOT NULL,
  FOREIGN KEY (election, document) REFERENCES document (election, id)
) STRICT;

CREATE INDEX document_read_by_document ON document_read (election, document);

-- Who read what, newest first.
CREATE INDEX document_read_by_election ON document_read (election, event);

-- Access attempts.

-- Calls that asked for what was not there for their caller, whether it exists or not.
CREATE TABLE access_attempt (
  id BLOB NOT NULL PRIMARY KEY,
  time INTEGER NOT NULL,
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  resource TEXT NOT NULL
) STRICT;

-- Amendments: what a delegation has to say anew of somebody accredited.

-- A new passport or a correction, as its delegation asks for it, and what a reviewer said of it. What it makes the application
-- say is a revision from the start, sealed as every other; the application takes it when the amendment is accepted. One for
-- each application is open at a time. The texts are emptied when the application's retention is over.
CREATE TABLE amendment (
  election TEXT COLLATE "C" NOT NULL,
  application UUID NOT NULL,
  number BIGINT NOT NULL,
  organization TEXT COLLATE "C" NOT NULL,
  accreditation BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('NEW_PASSPORT', 'CORRECTION')),
  reason TEXT NOT NULL,
  before_revision BIGINT NOT NULL,
  after_revision BIGINT NOT NULL,
  content_digest BYTEA NOT NULL,
  requested_by TEXT NOT NULL,
  request_time BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'WITHDRAWN', 'ACCEPTED', 'DECLINED')),
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

-- What the automatic checks found in what an amendment would make the application say: the commission's own affair, and so
-- apart from it, as `screening` is from the application.
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

-- A delegation asks, reads and gives up its own; it decides on none, and learns nothing of what was found.
ALTER TABLE amendment ENABLE ROW LEVEL SECURITY;
ALTER TABLE amendment FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON amendment USING (tenant() = '*');
CREATE POLICY own ON amendment FOR SELECT USING (organization = tenant());
CREATE POLICY own_ask ON amendment FOR INSERT WITH CHECK (organization = tenant() AND state = 'OPEN');
CREATE POLICY own_give_up ON amendment FOR UPDATE USING (organization = tenant())
  WITH CHECK (organization = tenant() AND state = 'WITHDRAWN');
ALTER TABLE amendment_screening ENABLE ROW LEVEL SECURITY;
ALTER TABLE amendment_screening FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON amendment_screening USING (tenant() = '*');

-- What this migration adds to what is emptied with an application. Of a revision that a decree or the register had shown
-- before an amendment, what the register said stays, as it does of the last one.
ALTER FUNCTION erase_rest RENAME TO erase_rest_before_corrections;
CREATE FUNCTION erase_rest(of_election TEXT, of_application UUID) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  shown JSONB;
BEGIN
  SELECT jsonb_object_agg(r.number, jsonb_build_object(
      'family_name', r.content::jsonb -> 'family_name', 'given_name', r.content::jsonb -> 'given_name',
      'native_name', r.content::jsonb -> 'native_name', 'name_kk', r.content::jsonb -> 'name_kk',
      'name_ru', r.content::jsonb -> 'name_ru', 'nationality', r.content::jsonb -> 'nationality'))
    INTO shown FROM public.revision r
    WHERE r.election = of_election AND r.application = of_application AND r.content IS NOT NULL AND r.number IN (
      SELECT m.before_revision FROM public.amendment m
      WHERE m.election = of_election AND m.application = of_application AND m.state = 'ACCEPTED');
  PERFORM public.erase_rest_before_corrections(of_election, of_application);
  UPDATE public.revision r SET content = entry.value::text FROM jsonb_each(COALESCE(shown, '{}')) entry
    WHERE r.election = of_election AND r.application = of_application AND r.number = entry.key::bigint;
  UPDATE public.amendment SET reason = '', text = CASE WHEN text IS NULL THEN NULL ELSE '' END
    WHERE election = of_election AND application = of_application;
END $$;
REVOKE ALL ON FUNCTION erase_rest FROM PUBLIC;

-- What this migration adds to what the service's role may do.
ALTER FUNCTION grant_to_application RENAME TO grant_to_application_before_corrections;
CREATE FUNCTION grant_to_application(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM grant_to_application_before_corrections(role);
  EXECUTE format('GRANT SELECT, INSERT ON amendment, amendment_screening TO %I', role);
  EXECUTE format('GRANT UPDATE (state, text, closed_by, close_time) ON amendment TO %I', role);
  EXECUTE format('GRANT UPDATE (revision, version, findings, screen_time) ON amendment_screening TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_to_application FROM PUBLIC;

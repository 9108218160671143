-- What grows with an election is found by an index.

-- Lists of applications: in one state, or of one organization in one state, as filed and in the order of the queue.
CREATE INDEX application_by_state_as_filed ON application (election, state, id);
CREATE INDEX application_by_organization_and_state ON application (election, organization, state, id);
CREATE INDEX application_by_organization_in_queue
  ON application (election, organization, state, presentation, position) WHERE presentation IS NOT NULL;
CREATE INDEX application_by_decree ON application (election, decree, id) WHERE decree IS NOT NULL;

-- What was uploaded for one application.
CREATE INDEX document_by_application ON document (election, application, id);

-- Who read what, newest first.
CREATE INDEX document_read_by_election ON document_read (election, event);

-- Drafts of decrees, which are few among the adopted ones.
CREATE INDEX decree_draft ON decree (election, number) WHERE adopted = 0;

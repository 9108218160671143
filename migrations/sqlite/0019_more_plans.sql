-- What the plans of all statements showed to be read without being returned.

-- Whether anything of an election was erased is found without reading all that was not.
CREATE INDEX application_erased ON application (election) WHERE erase_time IS NOT NULL;

-- Whoever takes an accreditation's place, in whatever state: a quota is counted by it whenever somebody is submitted.
CREATE INDEX application_by_replacement ON application (election, replaces) WHERE replaces IS NOT NULL;

-- One presentation's applications as they were filed.
CREATE INDEX application_by_presentation_as_filed ON application (election, presentation, id) WHERE presentation IS NOT NULL;

-- One organization's place in the queue, in any state.
CREATE INDEX application_by_organization_and_place ON application (election, organization, presentation, position);

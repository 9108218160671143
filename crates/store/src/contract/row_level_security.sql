-- One row for each of two senders wherever a row has an organization, and one of everything else.
INSERT INTO organization VALUES
  ('cec', 'ELECTION_COMMISSION', '[]', NULL, 'cec.example', '[]', 0, 0),
  ('mfa', 'FOREIGN_MINISTRY', '[]', NULL, 'mfa.example', '[]', 0, 0),
  ('cis', 'INTERNATIONAL_ORGANIZATION', '[]', NULL, 'cis.example', '[]', 0, 0),
  ('osce-odihr', 'INTERNATIONAL_ORGANIZATION', '[]', NULL, 'osce.example', '[]', 0, 0);
INSERT INTO person VALUES ('p1', '', 0);
INSERT INTO principal SELECT code, 'p1', 'spiffe://' || trust_domain || '/p1', 'p1', '[]', 0 FROM organization;
INSERT INTO election SELECT 'e1', '[]', 'PRESIDENTIAL', '2019-06-09', 'Asia/Almaty', digest, 'kz-2019', 'OPEN', 0, 0, 0
  FROM rule_pack WHERE id = 'kz-1';
INSERT INTO counter VALUES ('e1', 'accreditation', 3);
INSERT INTO invitation SELECT 'e1', code, 'mfa', 'ACCEPTED', '[]', 0, 0, 1 FROM organization
  WHERE code IN ('cis', 'osce-odihr');
INSERT INTO mission SELECT 'e1', organization, '', '', '', '', '', 0, 1 FROM invitation;
INSERT INTO application SELECT 'e1', md5(organization)::uuid, organization, organization, '', 'ACCREDITED', '{}', 1, 1, '', NULL,
  0, 0, 0, 0, NULL, NULL, NULL, NULL FROM mission;
INSERT INTO revision SELECT 'e1', id, 1, organization, '', '{}', '', (SELECT key_id FROM master_key), '', '', 0
  FROM application;
INSERT INTO presentation VALUES ('e1', 1, 'n', 'p', 0);
INSERT INTO presentation_item SELECT 'e1', 1, row_number() OVER (), organization, id FROM application;
INSERT INTO decree VALUES ('e1', 1, 'n', '', '', '', 1, '{}', 1, '', 0);
INSERT INTO decree_item SELECT 'e1', 1, row_number() OVER (), organization, id FROM application;
INSERT INTO decree_scan VALUES ('e1', 1, 1, gen_random_uuid(), '', 0, '', (SELECT key_id FROM master_key), '', 0);
INSERT INTO accreditation SELECT 'e1', row_number() OVER (), organization, id, '', 'ACTIVE', 1, '', '', 0 FROM application;
INSERT INTO badge SELECT election, number, organization, number, 0 FROM accreditation;
INSERT INTO accreditation_change SELECT election, number, 1, organization, 'WITHDRAWN_BY_SENDER', '', '', '', 0
  FROM accreditation;
INSERT INTO accreditation_confirmation SELECT election, number, 0, organization, '', 0 FROM accreditation;
INSERT INTO proposal SELECT election, number, number, 0, 'ANNUL', '', '', '{}', 0, 'OPEN' FROM accreditation;
INSERT INTO decree_proposal SELECT election, 1, number, number FROM proposal;
INSERT INTO appeal SELECT election, id, organization, id, NULL, 1, '', '', 0, 'DISMISSED' FROM application;
INSERT INTO amendment SELECT a.election, a.application, 1, a.organization, a.number, 'CORRECTION', '', 1, 1, '', '', 0, 'OPEN'
  FROM accreditation a;
INSERT INTO amendment_screening SELECT election, application, number, organization, 1, 1, '[]', 0 FROM amendment;
INSERT INTO event SELECT md5('event' || organization)::uuid, 'elections/e1', organization, 0, '{}', '' FROM mission;
INSERT INTO event VALUES ('00000000-0000-0000-0000-0000000000f1', 'elections/e1', 'cec', 0, '{}', '');
INSERT INTO event_note SELECT id, organization, '' FROM event;
INSERT INTO event_pending (event) SELECT id FROM event WHERE organization <> 'cec';
INSERT INTO log_entry SELECT 'elections/e1', row_number() OVER (), organization, id, '' FROM event
  WHERE organization <> 'cec';
INSERT INTO request SELECT organization, 'm', gen_random_uuid(), '', '', id, '' FROM event;
INSERT INTO access_attempt VALUES (gen_random_uuid(), 0, '', '', '');
INSERT INTO tally SELECT election, organization, category, 0, '{}', 0, '', '' FROM application;
INSERT INTO past_state SELECT 'e1', id, 'LAPSED', 0, 1, organization FROM application;
INSERT INTO screening SELECT 'e1', id, organization, 1, 1, '[]', 0, 0 FROM application;
INSERT INTO screening_pending (election, application) SELECT 'e1', id FROM application;
INSERT INTO screening_sweep (election, organization) SELECT election, organization FROM mission;
INSERT INTO watch_list VALUES ('e1', gen_random_uuid(), 'CURRENT', 1, 0);
INSERT INTO watch_list_entry (election, list, id, person, key_id, create_time)
  SELECT election, id, gen_random_uuid(), '', (SELECT key_id FROM master_key), 0 FROM watch_list;
-- What keeps the versions of plans is behind the wall itself.
SELECT set_config('accreditation.tenant', '*', true);
INSERT INTO deployment_plan SELECT 'e1', organization, 1, '[]', 0 FROM mission;
INSERT INTO document SELECT 'e1', md5('document' || organization)::uuid, organization, id, 'PHOTO', '', 0, '', 0, '', '',
  (SELECT key_id FROM master_key), '', 0, NULL FROM application;
INSERT INTO document_read SELECT md5('event' || organization)::uuid, organization, 'e1', id, '', '', 0 FROM document;
INSERT INTO legal_hold VALUES ('e1', gen_random_uuid(), NULL, '', '', 0, NULL, NULL, NULL);

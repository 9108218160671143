-- Two elections of 10,000 applications each, of 50 organizations: what the planners count. Only columns that are searched make
-- sense. Applications 1 to 10,000 are the first election's, and each has the id of its number.
INSERT INTO organization (code, kind, names, trust_domain, anchors, suspended, create_time)
  SELECT 'o' || substr('0' || CAST(n - 1 AS TEXT), CASE WHEN n > 10 THEN 2 ELSE 1 END), 'STATE', '[]',
    CAST(n AS TEXT) || '.example', '[]', 0, 0 FROM n WHERE n <= 50;
INSERT INTO person (id, full_name, create_time) SELECT 'p' || CAST(n AS TEXT), 'A person', 0 FROM n WHERE n <= 200;
INSERT INTO principal (organization, code, spiffe_id, person, roles, disabled)
  SELECT o.code, CAST(n.n AS TEXT), 'spiffe://' || o.trust_domain || '/' || CAST(n.n AS TEXT), 'p' || CAST(n.n AS TEXT), '[]', 0
  FROM organization o CROSS JOIN n WHERE n.n <= 4;
INSERT INTO election (code, names, kind, voting_day, time_zone, rule_pack, region_set, state, submission_cutoff,
    presentation_cutoff, create_time)
  SELECT 'e' || CAST(n AS TEXT), '[]', 'PRESIDENTIAL', '2019-06-09', 'Asia/Almaty',
    (SELECT digest FROM rule_pack WHERE id = 'kz-1'), 'kz-2019', 'OPEN', 2000000,
    2000000, 0
  FROM n WHERE n <= 2;
INSERT INTO election_schedule (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff, reason, act, time)
  SELECT code, 1, 'SET', voting_day, 0, 0, '', '', 0 FROM election;
INSERT INTO counter (election, series, next)
  SELECT code, s, 7001 FROM election CROSS JOIN (SELECT 'accreditation' AS s UNION ALL SELECT 'badge' UNION ALL
    SELECT 'decree' UNION ALL SELECT 'presentation' UNION ALL SELECT 'proposal') x;
INSERT INTO invitation (election, organization, inviter, state, quotas, version, create_time)
  SELECT e.code, o.code, 'o01', 'ACCEPTED', '[]', 1, 0 FROM election e CROSS JOIN organization o;
INSERT INTO mission (election, organization, format, head, headquarters, start_date, end_date, version, create_time)
  SELECT election, organization, '', '', '', '', '', 1, 0 FROM invitation;
INSERT INTO deployment_plan (election, organization, version, teams, update_time)
  SELECT election, organization, 2, '[]', 0 FROM mission;
INSERT INTO deployment_plan_revision (election, organization, version, teams, update_time)
  SELECT p.election, p.organization, n.n, '[]', n.n FROM deployment_plan p CROSS JOIN n WHERE n.n <= 2;

-- Of each hundred applications 70 are accredited, 10 presented, and the rest in every other state. The number within the
-- election is i; presentations have 500 places, decrees 350 items.
CREATE TEMP TABLE app AS
  SELECT n, id, hash, 'e' || CAST(1 + (n - 1) / 10000 AS TEXT) AS election, (n - 1) % 10000 AS i,
    'o' || substr('0' || CAST((n - 1) % 50 AS TEXT), CASE WHEN (n - 1) % 50 > 9 THEN 2 ELSE 1 END) AS organization,
    CASE WHEN n % 100 < 70 THEN 'ACCREDITED' WHEN n % 100 < 80 THEN 'PRESENTED' WHEN n % 100 < 82 THEN 'IN_REVIEW'
      WHEN n % 100 < 84 THEN 'RECOMMENDED' WHEN n % 100 < 86 THEN 'RETURNED_BY_COMMISSION'
      WHEN n % 100 < 89 THEN 'REFUSED' WHEN n % 100 < 91 THEN 'WITHDRAWN' WHEN n % 100 < 92 THEN 'LAPSED'
      WHEN n % 100 < 96 THEN 'SUBMITTED' WHEN n % 100 < 97 THEN 'RETURNED_BY_MINISTRY' ELSE 'DRAFT' END AS state
  FROM n WHERE n <= 20000;
INSERT INTO application (election, id, reference, organization, category, state, facts, version, revision, content_digest, create_time,
    first_submit_time, submit_time, return_count, presentation, position, decree, due_time, paper, outcome_time, present_time,
    documents, replaces, accreditation_end_time)
  SELECT election, id, 'A-' || CAST(n AS TEXT), organization, CASE WHEN n % 3 = 0 THEN 'LONG_TERM' ELSE 'SHORT_TERM' END, state, facts, 3, 1, hash, n,
    CASE WHEN state <> 'DRAFT' THEN n END, CASE WHEN state <> 'DRAFT' THEN n END, 0,
    CASE WHEN n % 100 < 92 THEN 1 + i / 500 END, CASE WHEN n % 100 < 92 THEN 1 + i % 500 END,
    CASE WHEN n % 100 < 70 OR n % 100 BETWEEN 86 AND 88 THEN 1 + i / 500 END,
    CASE WHEN n % 100 BETWEEN 80 AND 81 THEN 2000000 + n WHEN n % 100 BETWEEN 84 AND 85 THEN 2000000 + n END,
    CASE WHEN n % 40 = 0 THEN '{}' END, CASE WHEN n % 100 < 70 OR n % 100 BETWEEN 86 AND 91 THEN n END,
    CASE WHEN n % 100 < 92 THEN n END, 3, CASE WHEN n % 1000 = 98 THEN 1 + i / 2 END, CASE WHEN n % 100 = 5 THEN n END
  FROM app CROSS JOIN wide;
INSERT INTO revision (election, application, number, organization, salt, content, identity, key_id, document_index,
    birth_index, create_time)
  SELECT a.election, a.id, k.n, a.organization, a.hash, w.content, a.hash, (SELECT key_id FROM master_key), a.hash,
    b.hash, a.n
  FROM app a CROSS JOIN n k CROSS JOIN wide w JOIN n b ON b.n = 1 + a.n % 9000 WHERE k.n = 1 OR (k.n = 2 AND a.n % 10 = 0);
INSERT INTO screening (election, application, organization, revision, version, findings, screen_time, stands)
  SELECT election, id, organization, 1, 1, '[]', n, 0 FROM app WHERE n % 100 < 92;
INSERT INTO screening_pending (election, application) SELECT election, id FROM app WHERE n % 1000 = 75;
INSERT INTO watch_list (election, id, state, entries, time)
  SELECT e.code, n.id, 'CURRENT', 1000, 0 FROM election e JOIN n ON n.n = 1;
INSERT INTO watch_list_entry (election, list, id, person, key_id, create_time)
  SELECT a.election, l.id, a.id, a.hash, (SELECT key_id FROM master_key), 0
  FROM app a JOIN watch_list l ON l.election = a.election WHERE a.n % 10 = 0;
INSERT INTO screening_sweep (election, organization, reached)
  SELECT election, organization, id FROM app WHERE n % 1000 = 76;
INSERT INTO presentation (election, number, note_number, presented_by, create_time)
  SELECT e.code, n.n, CAST(n.n AS TEXT), '', 0 FROM election e CROSS JOIN n WHERE n.n <= 20;
INSERT INTO presentation_item (election, presentation, position, organization, application)
  SELECT election, 1 + i / 500, 1 + i % 500, organization, id FROM app WHERE n % 100 < 92;
INSERT INTO decree (election, number, decree_number, session_date, chair, secretary, adopted, facts, version, created_by,
    create_time)
  SELECT e.code, n.n, CAST(n.n AS TEXT), '2019-05-01', '', '', CASE WHEN n.n <= 20 THEN 1 ELSE 0 END, '{}', 1, '', 0
  FROM election e CROSS JOIN n WHERE n.n <= 21;
INSERT INTO decree_item (election, decree, position, organization, application)
  SELECT election, CASE WHEN state = 'RECOMMENDED' THEN 21 ELSE 1 + i / 500 END, 1 + i % 500 + i / 500 * 500, organization, id
  FROM app WHERE n % 100 < 70 OR n % 100 BETWEEN 86 AND 88 OR state = 'RECOMMENDED';
INSERT INTO decree_scan (election, decree, sequence, id, sha256, size, wrapped_key, key_id, attached_by, time)
  SELECT d.election, d.number, 1, n.id, n.hash, 0, n.hash, (SELECT key_id FROM master_key), '', 0
  FROM decree d JOIN n ON n.n = d.number + CASE WHEN d.election = 'e1' THEN 0 ELSE 100 END WHERE d.adopted = 1;
INSERT INTO accreditation (election, number, organization, application, category, state, decree, recommended_by, adopted_by,
    accredit_time)
  SELECT election, 1 + i / 100 * 70 + (n - 1) % 100, organization, id, 'SHORT_TERM', 'ACTIVE', 1 + i / 500, '', '', n
  FROM app WHERE n % 100 BETWEEN 1 AND 69;
INSERT INTO badge (election, serial, organization, accreditation, issue_time, void_reason, void_time)
  SELECT election, number, organization, number, 0, CASE WHEN number % 20 = 0 THEN 'REISSUED' END,
    CASE WHEN number % 20 = 0 THEN 1 END FROM accreditation
  UNION ALL
  SELECT election, 7100 + number, organization, number, 1, CAST(NULL AS TEXT), CAST(NULL AS BIGINT) FROM accreditation
  WHERE number % 20 = 0;
INSERT INTO accreditation_change (election, accreditation, sequence, organization, state, reason, note_number, changed_by, time)
  SELECT election, number, 1, organization, CASE WHEN number % 40 = 6 THEN 'ENDED' ELSE 'REVOKED' END, '', '', '', 0
  FROM accreditation WHERE number % 20 = 6;
INSERT INTO accreditation_confirmation (election, accreditation, called, organization, confirmed_by, time)
  SELECT election, number, 1000000, organization, '', 0 FROM accreditation WHERE number % 3 = 0;
INSERT INTO proposal (election, number, accreditation, changes, kind, ground, text, proposed_by, create_time, state)
  SELECT election, number / 20, number, 0, 'REVOKE', '', '', '{}', 0, CASE WHEN number % 40 = 6 THEN 'OPEN' ELSE 'CARRIED_OUT' END
  FROM accreditation WHERE number % 20 = 6;
INSERT INTO decree_proposal (election, decree, position, proposal)
  SELECT election, 1 + number % 20, number, number FROM proposal WHERE state = 'CARRIED_OUT';
INSERT INTO appeal (election, id, organization, application, decree, text, filed_by, file_time, state)
  SELECT election, id, organization, id, 1, '', '', 0, CASE WHEN n % 200 = 86 THEN 'OPEN' ELSE 'DISMISSED' END
  FROM app WHERE n % 100 = 86;
INSERT INTO amendment (election, application, number, organization, accreditation, kind, reason, before_revision,
    after_revision, content_digest, requested_by, request_time, state, close_time)
  SELECT a.election, a.application, 1, a.organization, a.number, 'CORRECTION', '', 1, 2, p.content_digest, '', a.number,
    CASE WHEN a.number % 40 = 10 THEN 'OPEN' ELSE 'ACCEPTED' END, CASE WHEN a.number % 40 = 10 THEN NULL ELSE 1 END
  FROM accreditation a JOIN application p ON p.election = a.election AND p.id = a.application WHERE a.number % 10 = 0;
INSERT INTO amendment_screening (election, application, amendment, organization, revision, version, findings, screen_time)
  SELECT election, application, number, organization, 2, 1, '[]', 0 FROM amendment;
INSERT INTO past_state (election, application, state, since, until, organization)
  SELECT election, id, 'REFUSED', 0, n, organization FROM app WHERE n % 50 = 1;
INSERT INTO legal_hold (election, id, application, reason, created_by, create_time, release_time)
  SELECT election, id, id, '', '', 0, CASE WHEN n % 200 = 0 THEN NULL ELSE 1 END FROM app WHERE n % 100 = 0;

-- Three documents for each application, some of them erased, and five events.
INSERT INTO document (election, id, organization, application, kind, sha256, size, kept_sha256, kept_size, media_type,
    wrapped_key, key_id, uploaded_by, create_time, erase_time, clear_time)
  SELECT a.election, d.id, a.organization, a.id, CASE d.n % 3 WHEN 0 THEN 'PHOTO' WHEN 1 THEN 'PASSPORT' ELSE 'LETTER' END,
    d.hash, 0, d.hash, 0, '', CASE WHEN a.n % 50 <> 0 THEN d.hash END, (SELECT key_id FROM master_key), '', d.n,
    CASE WHEN a.n % 50 = 0 THEN 1 END, CASE WHEN a.n % 100 = 0 THEN 1 END
  FROM n d JOIN app a ON a.n = 1 + (d.n - 1) / 3 WHERE d.n <= 60000;
INSERT INTO event (id, log, organization, time, canonical, leaf)
  SELECT n.id, 'elections/' || a.election, a.organization, n.n, n.canonical, n.hash FROM n JOIN app a ON a.n = 1 + (n.n - 1) / 5;
INSERT INTO event_note (event, organization, note) SELECT id, organization, '' FROM event WHERE time % 10 = 0;
INSERT INTO log_entry (log, position, organization, event, leaf)
  SELECT log, (time - 1) % 50000, organization, id, leaf FROM event;
INSERT INTO event_pending (event) SELECT id FROM event WHERE time % 5000 = 0;
INSERT INTO document_read (event, organization, election, document, reader, purpose, time)
  SELECT e.id, 'o01', a.election, d.id, '', '', e.time
  FROM event e JOIN app a ON a.n = 1 + (e.time - 1) / 5 JOIN n d ON d.n = a.n * 3 WHERE e.time % 5 = 3;
INSERT INTO request (organization, method, request_id, request_hash, subject, event, signature)
  SELECT organization, 'Submit', id, leaf, '', id, leaf FROM event WHERE time % 5 = 1;
INSERT INTO access_attempt (id, time, principal, method, resource)
  SELECT id, n, '', '', '' FROM n WHERE n <= 1000;
DROP TABLE app;
DROP TABLE wide;
DROP TABLE n;

-- What was recommended, in a column: whom a decree is to refuse, or has refused, was looked for in the text of the state.
-- 1 to refuse, 0 to accredit, NULL where nothing is recommended.
ALTER TABLE application ADD COLUMN to_refuse INTEGER;
UPDATE application SET to_refuse = CASE WHEN instr(facts, '"verdict":"Accredit"') > 0 THEN 0 ELSE 1 END
WHERE state IN ('RECOMMENDED', 'ACCREDITED', 'REFUSED');
CREATE INDEX application_to_refuse ON application (election, state, id) WHERE to_refuse = 1;

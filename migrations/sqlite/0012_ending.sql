-- Whatever is in force ends when the results are published. What has been ended: because of which moment, and how many
-- numbers of accreditations and badges had been taken then. Whatever comes into force later takes another one.
ALTER TABLE election ADD COLUMN ended_cause INTEGER;
ALTER TABLE election ADD COLUMN ended_through INTEGER;

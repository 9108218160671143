-- The roles' passwords, from the environment that prepare.sh wrote for the database's container.
\getenv owner OWNER_PASSWORD
\getenv server SERVER_PASSWORD
ALTER ROLE accreditation PASSWORD :'owner';
ALTER ROLE accreditd PASSWORD :'server';

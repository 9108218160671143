-- Sets the passwords of the roles. prepare.sh wrote them into the environment of the database's container.
\getenv owner OWNER_PASSWORD
\getenv server SERVER_PASSWORD
ALTER ROLE accreditation PASSWORD :'owner';
ALTER ROLE accreditd PASSWORD :'server';

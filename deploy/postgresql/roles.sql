-- Makes the three roles and the empty database. The database's administrator runs this once, as a superuser, with psql:
--
--     psql --set ON_ERROR_STOP=1 --file roles.sql
--
-- Then give passwords to the two roles that log in, with \password. It sends no password in clear text. A role without a
-- password cannot log in by password.

-- Owns the database and its schema. Only `accreditd init` and `accreditd migrate` log in as this role.
CREATE ROLE accreditation LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- The servers' role. It owns nothing; migrations grant its rights, table by table. NOINHERIT: it has the rights of the role
-- below only in a transaction that takes that role.
CREATE ROLE accreditd LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Nobody logs in as this role. The servers take it for one transaction when they work for the commission, the ministry or
-- the service itself. Otherwise they see one organization's rows. The policies of this role let the schema's functions see
-- all rows.
CREATE ROLE accreditation_host NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT accreditation_host TO accreditation, accreditd;

CREATE DATABASE accreditation OWNER accreditation ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE accreditation FROM PUBLIC;
GRANT CONNECT ON DATABASE accreditation TO accreditd;

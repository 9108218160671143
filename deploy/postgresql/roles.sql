-- The three roles and the empty database. The database's administrator runs this once, as a superuser, with psql:
--
--     psql --set ON_ERROR_STOP=1 --file roles.sql
--
-- and gives the two that log in their passwords with \password, which sends no password in clear text. Without one nobody can log in
-- by password.

-- Owns the database and its schema; `accreditd init` and `accreditd migrate` alone log in as this role.
CREATE ROLE accreditation LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- The servers' role. It owns nothing: what it may do, migrations grant, table by table. NOINHERIT: what the role below
-- sees, it sees only in a transaction that takes it.
CREATE ROLE accreditd LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Nobody logs in as this role. The servers take it, for one transaction, where they work for the commission, the ministry
-- or the service itself; everywhere else they see one organization's rows. The schema's functions run with it.
CREATE ROLE accreditation_host NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT accreditation_host TO accreditation, accreditd;

CREATE DATABASE accreditation OWNER accreditation ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE accreditation FROM PUBLIC;
GRANT CONNECT ON DATABASE accreditation TO accreditd;

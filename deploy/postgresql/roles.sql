-- The two roles and the empty database. The database's administrator runs this once, as a superuser, with psql:
--
--     psql --set ON_ERROR_STOP=1 --file roles.sql
--
-- and gives each role its password with \password, which sends no password in clear text. Without one nobody can log in
-- by password.

-- Owns the database and its schema; `accreditd init` and `accreditd migrate` alone log in as this role.
CREATE ROLE accreditation LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- The servers' role. It owns nothing: what it may do, migrations grant, table by table.
CREATE ROLE accreditd LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

CREATE DATABASE accreditation OWNER accreditation ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE accreditation FROM PUBLIC;
GRANT CONNECT ON DATABASE accreditation TO accreditd;

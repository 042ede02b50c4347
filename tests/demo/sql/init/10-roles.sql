-- Roles, databases and what is granted on them. Run once, by the image's entrypoint, as the superuser and in its own database.
-- The passwords come from the environment of the server's container and never stand in an argument list.
\set db_user_password `printf %s "$DB_USER_PASSWORD"`
\set db_ro_user_password `printf %s "$DB_RO_USER_PASSWORD"`

CREATE ROLE db_user LOGIN PASSWORD :'db_user_password';
CREATE ROLE db_ro_user LOGIN PASSWORD :'db_ro_user_password';
CREATE ROLE quetzal_readers;
CREATE ROLE quetzal_curators;
CREATE ROLE quetzal_auditor LOGIN NOINHERIT CONNECTION LIMIT 3 VALID UNTIL '2031-01-01 00:00:00+00';
COMMENT ON ROLE quetzal_readers IS 'may read everything; people and tools are members, nobody logs in as it';

GRANT quetzal_readers TO db_ro_user;
GRANT quetzal_readers TO quetzal_curators WITH ADMIN OPTION;
GRANT quetzal_curators TO db_user;
GRANT pg_read_all_settings TO quetzal_auditor;

ALTER ROLE db_ro_user SET default_transaction_read_only = on;
ALTER ROLE db_ro_user SET statement_timeout = '30s';
ALTER ROLE db_user SET lock_timeout = '60s';

CREATE DATABASE quetzal OWNER db_user;
CREATE DATABASE unittests;
COMMENT ON DATABASE quetzal IS 'images and their metadata; it''s the one that matters';

ALTER DATABASE quetzal SET search_path TO public, audit;
ALTER DATABASE quetzal SET default_statistics_target = 150;
ALTER DATABASE unittests CONNECTION LIMIT 40;
ALTER ROLE quetzal_auditor IN DATABASE quetzal SET work_mem = '16MB';

GRANT ALL ON DATABASE quetzal, unittests TO db_user;
GRANT CONNECT ON DATABASE quetzal, unittests TO db_ro_user;
REVOKE ALL ON DATABASE quetzal FROM PUBLIC;
GRANT CONNECT ON DATABASE quetzal TO quetzal_readers, quetzal_auditor;

-- The superuser's own database, made by the image, holds nothing but these.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON pg_catalog.pg_user, information_schema.tables FROM PUBLIC;

\connect unittests
GRANT ALL ON SCHEMA public TO db_user;
GRANT USAGE ON SCHEMA public TO db_ro_user;
CREATE TABLE public.runs (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    suite text NOT NULL,
    passed boolean NOT NULL
);
ALTER TABLE public.runs OWNER TO db_user;
GRANT SELECT ON public.runs TO db_ro_user;
INSERT INTO public.runs (suite, passed) SELECT 'suite ' || n, n % 7 <> 0 FROM generate_series(1, 50) AS n;

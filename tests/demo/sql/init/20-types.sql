-- What the tables are made of: schemas, extensions, types, functions.
\connect quetzal

CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;

CREATE SCHEMA audit AUTHORIZATION db_user;
COMMENT ON SCHEMA audit IS 'who changed what, and when';
GRANT ALL ON SCHEMA public TO db_user;
GRANT USAGE ON SCHEMA public, audit TO quetzal_readers;

ALTER DEFAULT PRIVILEGES FOR ROLE db_user IN SCHEMA public GRANT SELECT ON TABLES TO quetzal_readers;
ALTER DEFAULT PRIVILEGES FOR ROLE db_user GRANT USAGE ON SEQUENCES TO quetzal_curators;

SET ROLE db_user;

CREATE TYPE user_role AS ENUM ('admin', 'power user', 'user', 'read-only');
CREATE TYPE query_status AS ENUM ('waiting', 'running', 'done', 'failed');
CREATE TYPE dimensions AS (width integer, height integer, bands smallint);
CREATE DOMAIN sha256 AS bytea CONSTRAINT sha256_is_32_bytes CHECK (octet_length(VALUE) = 32);
COMMENT ON TYPE dimensions IS 'pixels, pixels, colour channels';

-- Job numbers are shown to people: odd, so that they are not mistaken for row numbers.
CREATE SEQUENCE job_number INCREMENT BY 7 START WITH 1001 MINVALUE 1001 MAXVALUE 99999999 CYCLE CACHE 5;

CREATE FUNCTION megapixels(size dimensions) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT
    AS 'SELECT round((size).width::numeric * (size).height / 1000000, 2)';

CREATE FUNCTION slug(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT trim(BOTH '-' FROM regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g')) $$;

-- The trigger of metadata: keeps the text that is about to be replaced, and stamps the new one.
CREATE FUNCTION keep_metadata_history() RETURNS trigger
    LANGUAGE plpgsql
    AS $history$
BEGIN
    -- Name: keep; Type: COMMENT; a reader of dumps must not take this line for a header
    INSERT INTO audit.metadata_history (metadata_id, changed_at, changed_by, doc)
    VALUES (old.id, clock_timestamp(), current_user, old.doc);
    new.modified_at := clock_timestamp();
    RETURN new;
END;
$history$;

-- A body that the server parsed, where the server knows them.
SELECT current_setting('server_version_num')::int >= 140000 AS knows_atomic_bodies \gset
\if :knows_atomic_bodies
CREATE FUNCTION job_label(number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
        SELECT CASE WHEN number < 0 THEN '?' ELSE 'job ' || number END;
    END;
\endif

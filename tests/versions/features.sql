-- One database with what each version of PostgreSQL brought that a dump has to say in new words, and rows enough for a file of their own.
CREATE DATABASE features OWNER db_user;
\connect features
SELECT current_setting('server_version_num')::int / 10000 AS major \gset
SELECT :major >= 14 AS has_14, :major >= 15 AS has_15, :major >= 17 AS has_17, :major >= 18 AS has_18 \gset
GRANT CREATE ON SCHEMA public TO db_user;
SET ROLE db_user;

CREATE TABLE origin AS SELECT :major AS major;
CREATE TABLE bulk (id int PRIMARY KEY, parent int REFERENCES bulk, line text NOT NULL, CONSTRAINT line_is_long CHECK (length(line) > 9));
INSERT INTO bulk SELECT n, nullif(n / 2, 0), repeat(md5(n::text), 6) || E'\t\\.\n' FROM generate_series(1, 9000) AS n;
CREATE INDEX bulk_line ON bulk (md5(line));
CREATE TABLE sums (a int NOT NULL, b int, c int GENERATED ALWAYS AS (a + b) STORED);
INSERT INTO sums VALUES (1, 2), (3, NULL);
\if :has_14
CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1;
CREATE TYPE span AS RANGE (subtype = int4, multirange_type_name = spans);
CREATE STATISTICS sums_of (mcv) ON (a + b), a FROM sums;
ALTER TABLE bulk ALTER COLUMN line SET COMPRESSION pglz;
\endif
\if :has_15
CREATE TABLE pairs (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b));
INSERT INTO pairs VALUES (1, NULL), (2, NULL);
CREATE VIEW seen WITH (security_invoker = true) AS SELECT a FROM pairs;
CREATE UNLOGGED SEQUENCE scratch;
\endif
\if :has_17
GRANT MAINTAIN ON bulk TO quetzal_readers;
RESET ROLE;
ALTER ROLE db_ro_user SET transaction_timeout = '1min';
ALTER DATABASE unittests SET transaction_timeout = '2min';
SET ROLE db_user;
\endif
\if :has_18
CREATE TABLE shapes (w int CONSTRAINT w_is_there NOT NULL, h int, area int GENERATED ALWAYS AS (w * h) VIRTUAL,
    CONSTRAINT h_is_there NOT NULL h NO INHERIT, CONSTRAINT h_is_small CHECK (h < 9) NOT ENFORCED);
INSERT INTO shapes VALUES (2, 3), (4, 50);
CREATE TABLE stays (room int4range, during daterange, CONSTRAINT one_guest PRIMARY KEY (room, during WITHOUT OVERLAPS));
INSERT INTO stays VALUES ('[1,2)', '[2026-01-01,2026-01-05)');
RESET ROLE;
-- No word of it is new, only a function that it calls.
CREATE DATABASE newest;
\connect newest
CREATE TABLE ids (id uuid DEFAULT uuidv7());
\endif

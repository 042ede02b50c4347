-- What is dumped: roles that the live server will lack, and two databases, so that a half swap would show.
CREATE ROLE fault_owner LOGIN CONNECTION LIMIT 5;
CREATE ROLE fault_reader;
GRANT fault_reader TO fault_owner;
CREATE DATABASE fault_left OWNER fault_owner;
CREATE DATABASE fault_right;
ALTER DATABASE fault_left SET work_mem = '8MB';
ALTER DATABASE fault_right CONNECTION LIMIT 30;
COMMENT ON DATABASE fault_right IS 'as it was dumped';
GRANT CONNECT ON DATABASE fault_left TO fault_reader;
\connect fault_left
CREATE TABLE parent (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE child (id serial PRIMARY KEY, parent_id int NOT NULL REFERENCES parent, note text);
INSERT INTO parent SELECT n, 'parent ' || n FROM generate_series(1, 50) AS n;
INSERT INTO child (parent_id, note) SELECT 1 + n % 50, repeat(md5(n::text), 3) FROM generate_series(1, 1500) AS n;
CREATE INDEX ON child (parent_id);
CREATE VIEW totals AS SELECT parent_id, count(*) AS children FROM child GROUP BY parent_id;
SELECT lo_from_bytea(4711, 'large'::bytea);
ALTER TABLE parent OWNER TO fault_owner;
GRANT SELECT ON child TO fault_reader;
\connect fault_right
-- Each use takes its time and no processor: a load of some seconds.
CREATE FUNCTION slow(n int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $body$
BEGIN
    PERFORM pg_catalog.pg_sleep(:pause);
    RETURN n > 0;
END
$body$;
CREATE TABLE item (id int PRIMARY KEY, text text NOT NULL, CONSTRAINT takes_its_time CHECK (slow(id)));
-- Without the pauses of the load.
ALTER TABLE item DROP CONSTRAINT takes_its_time;
INSERT INTO item SELECT n, (SELECT string_agg(md5(n::text || k::text), '') FROM generate_series(1, :width) AS k)
FROM generate_series(1, :rows) AS n;
ALTER TABLE item ADD CONSTRAINT takes_its_time CHECK (slow(id));
CREATE INDEX item_slow ON item (slow(id), id);

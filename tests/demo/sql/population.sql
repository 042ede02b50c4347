-- The few people and places that the images belong to, and the rows whose text is meant to trip a careless reader
-- of dumps. Everything follows from row numbers: the same rows on every server and version. Does nothing when they are there.
SELECT NOT EXISTS (SELECT FROM users) AS is_empty \gset
\if :is_empty
BEGIN;
SET LOCAL ROLE db_user;

INSERT INTO roles (id, name, description)
    SELECT n, role, 'every ' || role FROM unnest(enum_range(NULL::user_role)) WITH ORDINALITY AS r (role, n);

INSERT INTO users (id, username, email, role_id, confirmed, created_at)
    SELECT n, 'user' || n, 'user' || n || '@example.org', 1 + n % 4, n % 9 <> 0, timestamptz '2023-05-01 08:00+00' + n * interval '7 hours'
    FROM generate_series(1, 200) AS n;

INSERT INTO api_keys (id, user_id, digest, scopes, valid)
    SELECT md5('key ' || n)::uuid, 1 + n % 200, sha256(convert_to('key ' || n, 'UTF8')),
           CASE WHEN n % 5 = 0 THEN ARRAY['read', 'write, "quoted"', NULL] ELSE ARRAY['read'] END,
           tstzrange(timestamptz '2024-01-01 00:00+00' + (n / 200) * interval '90 days',
                     CASE WHEN n < 400 THEN timestamptz '2024-03-31 00:00+00' + (n / 200) * interval '90 days' END)
    FROM generate_series(0, 599) AS n;

INSERT INTO workspaces (id, name, owner_id, is_temporary, created_at)
    SELECT n, 'Workspace No. ' || n, 1 + n * 3 % 200, n % 6 = 0, timestamptz '2023-06-01 00:00+00' + n * interval '1 day'
    FROM generate_series(1, 20) AS n;

INSERT INTO workspace_members (workspace_id, user_id, may_write)
    SELECT w, u, (w + u) % 3 = 0 FROM generate_series(1, 20) AS w, generate_series(1, 200) AS u WHERE (w * u) % 11 = 0;

-- Children before their parents: the key to the parent is checked at the end only.
INSERT INTO families (id, workspace_id, parent_id, name)
    SELECT n, 1 + n % 20, CASE WHEN n <= 150 THEN n + 50 END, 'family ' || n FROM generate_series(1, 200) AS n;

INSERT INTO queries (id, workspace_id, filter, status, started_at, finished_at)
    SELECT n, 1 + n % 20, jsonb_build_object('camera', 'C' || n % 12, 'rank', n), status,
           CASE WHEN status <> 'waiting' THEN timestamptz '2025-02-01 00:00+00' + n * interval '1 hour' END,
           CASE WHEN status IN ('done', 'failed') THEN timestamptz '2025-02-01 00:10+00' + n * interval '1 hour' END
    FROM generate_series(1, 200) AS n,
         LATERAL (SELECT (ARRAY['waiting', 'done', 'failed']::query_status[])[1 + n % 3]) AS s (status)
    ORDER BY n;

INSERT INTO attachments (id, workspace_id, title, content)
    SELECT n, n, 'manual, part ' || n,
           lo_from_bytea(900000 + n, convert_to(repeat('page ' || n || E'\t\\.\n', n * n * 400), 'UTF8'))
    FROM generate_series(1, 5) AS n;
SELECT lo_create(900006) \g /dev/null
INSERT INTO attachments (id, workspace_id, title, content) VALUES (6, 6, 'an empty one', 900006);
COMMENT ON LARGE OBJECT 900001 IS 'the first part';
GRANT SELECT ON LARGE OBJECT 900001, 900002 TO db_ro_user;

INSERT INTO "Image Notes; ""draft""" ("order", "Größe", "select") VALUES
    (1, 'groß', E'CREATE ROLE dbuser;\nDROP DATABASE quetzal;'),
    (2, NULL, ''),
    (3, '', E'\\.'),
    (4, '\N', E'before\n\\.\nafter'),
    (5, E'tab\tfeed\fbell\a', E'CR\r\nLF'),
    (6, '東京 🐦', E'\\connect evil'),
    (7, '''', E'--\n-- PostgreSQL database cluster dump complete\n--\n'),
    (8, '$$', E'COPY public.users (id) FROM stdin;\n1\n\\.\n'),
    (9, '"', E'\\! touch /tmp/x');
DELETE FROM "Image Notes; ""draft""" WHERE "order" = 2;

SELECT setval(pg_get_serial_sequence('users', 'id'), 200), setval(pg_get_serial_sequence('workspaces', 'id'), 20),
       setval(pg_get_serial_sequence('families', 'id'), 200), setval(pg_get_serial_sequence('queries', 'id'), 200),
       setval(pg_get_serial_sequence('attachments', 'id'), 6), setval(pg_get_serial_sequence('"Image Notes; ""draft"""', 'order'), 9) \g /dev/null
COMMIT;
\endif

-- Large JSONB documents, which are stored out of line and compressed, and small ones with a GIN index. At scale 1 about 400 MB
-- of plain text, a tenth of it in the small ones.
CREATE TABLE bench.documents (id bigint PRIMARY KEY, doc jsonb NOT NULL);
INSERT INTO bench.documents
    SELECT n, jsonb_build_object('id', n, 'title', pg_temp.phrase(n), 'entries',
                  jsonb_agg(jsonb_build_object('at', k, 'digest', md5(n || '/' || k), 'text', pg_temp.phrase(n * 71 + k)) ORDER BY k))
    FROM generate_series(1, ceil(50000 * :scale)::bigint) AS n, generate_series(1, 50) AS k GROUP BY n;

CREATE TABLE bench.events (id bigint PRIMARY KEY, doc jsonb NOT NULL);
INSERT INTO bench.events
    SELECT n, jsonb_build_object('kind', 'k' || n % 40, 'actor', n * 17 % 5000, 'text', pg_temp.phrase(n), 'tags',
                                 jsonb_build_array('t' || n % 50, 't' || n % 77))
    FROM generate_series(1, ceil(250000 * :scale)::bigint) AS n;
CREATE INDEX ON bench.events USING gin (doc jsonb_path_ops);

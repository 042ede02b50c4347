-- Fills the database up to the size :mb, in megabytes (10^6 bytes) of plain dump, a batch of images a transaction: memory
-- stays bounded, and a run that was cut goes on at the first batch that is missing. Rows follow from the image's number.
\set images_per_mb 460
\set images_per_batch 2000

CREATE PROCEDURE pg_temp.add_images(first bigint, last bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO files (id, path, digest, byte_size, stored_at)
        SELECT n, format('/srv/images/%s/%s/IMG_%s.tif', n % 20, substr(md5(n::text), 1, 4), n), sha256(convert_to('file ' || n, 'UTF8')),
               100000 + n * 7919 % 90000000, timestamptz '2024-01-01 00:00+00' + n % 700000 * interval '1 minute'
        FROM generate_series(first, last) AS n;

    INSERT INTO images (id, file_id, workspace_id, family_id, size, taken_at)
        SELECT n, n, 1 + n % 20, 1 + n % 200, (1000 + n % 5000, 800 + n % 3000, 1 + n % 4)::text::dimensions,
               CASE WHEN n % 13 <> 0 THEN timestamp '2019-01-01' + n % 2000000 * interval '1 minute' END
        FROM generate_series(first, last) AS n;

    INSERT INTO thumbnails (image_id, edge, pixels)
        SELECT n, 64, decode(string_agg(md5(n || ':' || k), '' ORDER BY k), 'hex')
        FROM generate_series(first, last) AS n, generate_series(1, 36) AS k GROUP BY n;

    INSERT INTO metadata (id, image_id, doc, modified_at)
        SELECT n, n, jsonb_build_object('camera', 'C' || n % 12, 'iso', 100 * (1 + n % 64), 'exposure', (n % 997) / 1000.0,
                   'tags', jsonb_build_array('t' || n % 50, 'größe', E'line\nbreak \\ "quote"'), 'checked', n % 2 = 0, 'note', NULL,
                   'text', string_agg(md5(n || '/' || k), CASE n % 4 WHEN 0 THEN E'\t' ELSE ' ' END ORDER BY k)),
               timestamptz '2025-06-01 00:00+00' + n % 500000 * interval '1 minute'
        FROM generate_series(first, last) AS n, generate_series(1, 16) AS k GROUP BY n;

    INSERT INTO audit.metadata_history (metadata_id, changed_at, changed_by, doc)
        SELECT n, timestamptz '2024-02-01 00:00+00' + n % 1200000 * interval '1 minute', 'db_user', jsonb_build_object('camera', 'unknown', 'was', md5(n::text))
        FROM generate_series(first, last) AS n WHERE n % 4 = 0;

    INSERT INTO query_results (query_id, image_id, rank)
        SELECT 1 + n % 200, n, (n % 1000) / 1000.0 FROM generate_series(first, last) AS n WHERE n % 3 = 0;

    PERFORM setval(pg_get_serial_sequence('files', 'id'), last), setval(pg_get_serial_sequence('images', 'id'), last),
            setval(pg_get_serial_sequence('metadata', 'id'), last);
END
$$;
GRANT EXECUTE ON PROCEDURE pg_temp.add_images TO db_user;

SELECT coalesce(max(id), 0) AS present, :mb::bigint * :images_per_mb AS wanted, coalesce(max(id), 0) < :mb::bigint * :images_per_mb AS is_short
    FROM images \gset
\if :is_short
SET synchronous_commit = off;
SELECT format('CALL pg_temp.add_images(%s, %s)', first, least(first + :images_per_batch - 1, :wanted))
    FROM generate_series(:present + 1, :wanted, :images_per_batch) AS first \gexec
REFRESH MATERIALIZED VIEW workspace_totals;
ANALYZE;
\endif

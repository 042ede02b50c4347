-- Few tables with nine indexes each: building them takes longer than the data. At scale 1 about 300 MB of plain text.
CREATE TEMP TABLE plan AS SELECT k, ceil(400000 * :scale)::bigint AS size FROM generate_series(1, 4) AS k;

SELECT format($$
    CREATE TABLE bench.i%s (
        id bigint NOT NULL,
        owner integer NOT NULL,
        kind smallint NOT NULL,
        code uuid NOT NULL,
        amount numeric(12, 2) NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz,
        label text NOT NULL,
        note text NOT NULL
    )$$, k) FROM plan ORDER BY k \gexec

SELECT format($$
    INSERT INTO bench.i%1$s
        SELECT n, n * 17 %% 5000, n %% 12, md5('%1$s/i' || n)::uuid, n * 7919::bigint %% 100000000 / 100.0,
               timestamptz '2024-01-01 00:00+00' + n * interval '53 seconds',
               CASE WHEN n %% 3 = 0 THEN timestamptz '2025-01-01 00:00+00' + n * 7919::bigint %% 1000003 * interval '29 seconds' END,
               substr(md5(n || '/i%1$s'), 1, 16), pg_temp.phrase(n)
        FROM generate_series(1, %2$s) AS n$$, k, size) FROM plan ORDER BY k \gexec

SELECT format('ALTER TABLE bench.i%s ADD PRIMARY KEY (id)', k) FROM plan ORDER BY k \gexec
SELECT format('ALTER TABLE bench.i%s ADD UNIQUE (code)', k) FROM plan ORDER BY k \gexec
SELECT format('CREATE INDEX ON bench.i%s (%s)', k, columns)
    FROM plan, unnest(ARRAY['owner, created_at', 'kind, amount', 'created_at', 'changed_at', 'label', 'lower(note)', 'md5(label)']) AS columns
    ORDER BY k \gexec

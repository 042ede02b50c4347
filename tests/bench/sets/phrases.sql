-- Comes before every set: the schema, and text that compresses about as well as people's. Everything in a set follows from
-- row numbers, so that it is the same on every server. :scale is a factor of its size.
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
CREATE SCHEMA bench;

CREATE FUNCTION pg_temp.phrase(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT format('%s %s quetzal No. %s, seen by %s near the %s',
                  (ARRAY['a resplendent', 'one crested', 'a golden-headed', 'another pavonine', 'some white-tipped'])[1 + n % 5],
                  (ARRAY['young', 'male', 'female', 'nesting', 'ringed', 'calling', 'wounded'])[1 + n / 5 % 7], n * 7919::bigint % 1000003,
                  (ARRAY['Ana', 'Bruno', 'Chiara', 'Dário', 'Élise', 'Frieda', 'Gonçalo', 'Héctor', 'Inês', 'Jürgen', 'Käthe'])[1 + n / 3 % 11],
                  (ARRAY['river', 'old fig tree', 'ridge', 'field station', 'waterfall', 'northern trail', 'coffee farm'])[1 + n / 11 % 7])
$$;

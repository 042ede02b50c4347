-- What a database holds, a line a thing: the same lines mean that a restore is right. Of the tables of a set the number of rows
-- and the content of a part of them, in any order; of all others, which the running application writes, only that they are there.
SELECT format('SELECT %L, count(*), sum(hashtextextended(t::text, 0)) FILTER (WHERE id %% 97 = 1) FROM bench.%I AS t', relname, relname)
FROM pg_class WHERE relnamespace = to_regnamespace('bench') AND relkind = 'r' ORDER BY relname COLLATE "C" \gexec

SELECT 'sequences', count(*), sum(last_value) FROM pg_sequences WHERE schemaname = 'bench';

WITH own AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
SELECT 'relations', relkind::text, count(*) FROM pg_class WHERE relnamespace IN (SELECT oid FROM own) GROUP BY relkind
UNION ALL
SELECT 'indexes, valid', CASE WHEN indisunique THEN 'unique' END, count(*)
FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
WHERE relnamespace IN (SELECT oid FROM own) AND indisvalid AND indisready GROUP BY indisunique
UNION ALL
SELECT 'constraints, valid', contype::text, count(*) FROM pg_constraint
WHERE connamespace IN (SELECT oid FROM own) AND convalidated GROUP BY contype
UNION ALL
SELECT 'triggers', NULL, count(*) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'functions', NULL, count(*) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own)
UNION ALL
SELECT 'settings', NULL, count(*) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'rights', NULL, count(*) FROM pg_class, aclexplode(relacl) WHERE relnamespace IN (SELECT oid FROM own)
ORDER BY 1, 2;

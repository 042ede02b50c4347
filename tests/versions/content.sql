-- What a database holds, in words that are the same on every version of PostgreSQL; the order of the lines says nothing.
SET search_path = '';
SELECT format('SELECT %1$L, count(*), md5(string_agg(t::text, E''\n'' ORDER BY t::text COLLATE "C")) FROM ONLY %1$s t', c.oid::regclass)
    FROM pg_class c WHERE relkind IN ('r', 'm', 'v') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)' \gexec
SELECT format('SELECT %1$L, last_value, is_called FROM %1$s', c.oid::regclass)
    FROM pg_class c WHERE relkind = 'S' \gexec
SELECT 'large object', loid, md5(string_agg(data, '' ORDER BY pageno)) FROM pg_largeobject GROUP BY loid;
SELECT 'large object', oid, pg_get_userbyid(lomowner), lomacl, obj_description(oid, 'pg_largeobject') FROM pg_largeobject_metadata;

-- Since 17 an owner has one right more, which no older dump knows of.
SELECT 'relation', c.oid::regclass, relkind, pg_get_userbyid(relowner), relpersistence, reloptions, relrowsecurity, obj_description(c.oid, 'pg_class'),
       (SELECT array_agg(replace(a::text, 'arwdDxtm', 'arwdDxt') ORDER BY a::text COLLATE "C") FROM unnest(relacl) a)
    FROM pg_class c WHERE relkind <> 't' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)';
SELECT 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attacl,
       pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND relkind IN ('r', 'p', 'm', 'v', 'c') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)';
-- Before 18 a column that is NOT NULL has no constraint of a name.
SELECT 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text), conname, pg_get_constraintdef(oid), convalidated
    FROM pg_constraint WHERE connamespace::regnamespace::text !~ '^(pg_|information_schema)' AND contype <> 'n';
SELECT 'not null', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'n' AND conrelid IN (to_regclass('public.shapes'));
SELECT 'index', pg_get_indexdef(indexrelid), indisvalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)';
SELECT 'function', pg_get_functiondef(p.oid), pg_get_userbyid(proowner), proacl FROM pg_proc p
    WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)' AND prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype IN ('e', 'i'));
SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal;
SELECT 'policy', polrelid::regclass, polname, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid) FROM pg_policy;
SELECT 'rule', ev_class::regclass, rulename FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
    WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)';
SELECT 'statistics', pg_get_statisticsobjdef(oid) FROM pg_statistic_ext;
SELECT 'enum', enumtypid::regtype, array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum GROUP BY enumtypid;
SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl, obj_description(oid, 'pg_namespace') FROM pg_namespace
    WHERE nspname !~ '^(pg_|information_schema|public$)';
SELECT 'default rights', pg_get_userbyid(defaclrole), nullif(defaclnamespace, 0)::regnamespace, defaclobjtype,
       replace(defaclacl::text, 'arwdDxtm', 'arwdDxt') FROM pg_default_acl;
SELECT 'extension', extname FROM pg_extension;

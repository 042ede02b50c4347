-- A line for each table that the running application does not write, or writes only what is left out here; then the roles.
SET timezone = 'UTC';
SELECT CASE WHEN to_regclass(name) IS NULL THEN format('SELECT format(%L, %L)', '%-18s is missing', name)
            ELSE format($$SELECT format('%%-18s %%8s rows  %%s', %L, count(*), md5(coalesce(sum(hashtextextended(%s, 0)), 0)::text)) FROM %s AS t$$,
                        name, content, name) END
FROM (VALUES
    (1, 'roles', 't::text'), (2, 'users', 't::text'), (3, 'api_keys', 't::text'), (4, 'workspaces', 't::text'),
    (5, 'workspace_members', 't::text'), (6, 'families', 't::text'), (7, 'files', 't::text'), (8, 'images', 't::text'),
    (9, 'thumbnails', 't::text'), (10, 'metadata', $$(t.id, t.image_id, t.doc - 'review')::text$$), (11, 'query_results', 't::text'),
    (12, 'attachments', $$(t.title, lo_get(t.content))::text$$), (13, '"Image Notes; ""draft"""', 't::text')
) AS tables (place, name, content)
ORDER BY place \gexec

SELECT format('role %-18s superuser=%s login=%s createdb=%s limit=%s member of {%s}', rolname, rolsuper, rolcanlogin, rolcreatedb, rolconnlimit,
              (SELECT string_agg(roleid::regrole::text, ',' ORDER BY roleid::regrole::text COLLATE "C") FROM pg_auth_members WHERE member = r.oid))
FROM pg_roles AS r WHERE rolname !~ '^pg_' ORDER BY rolname COLLATE "C";

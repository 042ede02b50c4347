-- What belongs to no database, in words that are the same on every version of PostgreSQL. Passwords are each server's own.
SELECT 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit,
       rolvaliduntil, shobj_description(oid, 'pg_authid') FROM pg_authid WHERE rolname !~ '^pg_';
SELECT DISTINCT 'member', roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members WHERE member::regrole::text !~ '^pg_';
SELECT 'setting', datname, rolname, setconfig FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase
    LEFT JOIN pg_roles r ON r.oid = setrole;
SELECT 'database', datname, pg_get_userbyid(datdba), encoding, datcollate, datctype, datistemplate, datallowconn, datconnlimit,
       (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(datacl, acldefault('d', datdba))) a),
       shobj_description(oid, 'pg_database') FROM pg_database
    WHERE datname <> 'newest';

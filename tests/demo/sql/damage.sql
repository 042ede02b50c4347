-- One transaction: all of the damage or none.
SET lock_timeout = '60s';
SET client_min_messages = warning;
BEGIN;
DROP TABLE IF EXISTS families CASCADE;
DELETE FROM thumbnails WHERE image_id % 3 = 0;
UPDATE users SET email = md5(email) || '@' WHERE id % 2 = 0;
ALTER ROLE db_ro_user NOLOGIN CREATEDB CONNECTION LIMIT 7;
REVOKE quetzal_readers FROM db_ro_user;
COMMIT;

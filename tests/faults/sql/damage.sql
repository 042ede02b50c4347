-- The live state that a restore begins with: rows gone, roles gone, properties changed.
REVOKE fault_reader FROM fault_owner;
ALTER DATABASE fault_left OWNER TO dbuser;
REVOKE ALL ON DATABASE fault_left FROM fault_reader;
ALTER DATABASE fault_left SET work_mem = '4MB';
ALTER DATABASE fault_right CONNECTION LIMIT 7;
COMMENT ON DATABASE fault_right IS 'damaged';
\connect fault_left
DELETE FROM child WHERE id % 2 = 0;
UPDATE parent SET name = 'damaged' WHERE id % 3 = 0;
REASSIGN OWNED BY fault_owner TO dbuser;
DROP OWNED BY fault_owner, fault_reader;
DROP ROLE fault_owner, fault_reader;
\connect fault_right
DELETE FROM item WHERE id % 2 = 0;
CREATE TABLE only_before (id int);
INSERT INTO only_before VALUES (1), (2), (3);

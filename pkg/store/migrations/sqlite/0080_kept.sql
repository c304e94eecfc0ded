-- +goose Up
-- origin: checksum of the file as the PBX had it. due: what is to be done with the stored file: 'convert',
-- 'remove NAME' of the file before it. expiring: the policy that is removing the file just now.
ALTER TABLE recordings ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE recordings ADD COLUMN due TEXT NOT NULL DEFAULT '';
ALTER TABLE recordings ADD COLUMN expiring TEXT NOT NULL DEFAULT '';
CREATE INDEX recordings_due ON recordings (started, id) WHERE due <> '';
CREATE INDEX recordings_expiring ON recordings (id) WHERE expiring <> '';
ALTER TABLE recording_access ADD COLUMN note TEXT NOT NULL DEFAULT '';
UPDATE recordings SET state = 'expired' WHERE state = 'deleted';

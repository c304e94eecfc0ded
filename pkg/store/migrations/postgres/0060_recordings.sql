-- +goose Up
ALTER TABLE recordings ADD COLUMN tried TEXT NOT NULL DEFAULT '';
ALTER TABLE recordings ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE recordings ADD COLUMN deleted_by TEXT NOT NULL DEFAULT '';
DROP INDEX recordings_expected;
CREATE INDEX recordings_pending ON recordings (call_id) WHERE state IN ('expected', 'writing', 'complete');
CREATE INDEX recordings_odd ON recordings (state, started) WHERE state NOT IN ('stored', 'verified');
CREATE INDEX recordings_kept ON recordings (started, id) WHERE state IN ('stored', 'verified');

CREATE TABLE recording_peaks (
    recording_id TEXT PRIMARY KEY,
    doc          TEXT NOT NULL
);

CREATE TABLE recording_access (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recording_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    what         TEXT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX recording_access_of ON recording_access (recording_id, at);

CREATE TABLE recording_holds (
    call_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    reason  TEXT NOT NULL,
    at      BIGINT NOT NULL
);

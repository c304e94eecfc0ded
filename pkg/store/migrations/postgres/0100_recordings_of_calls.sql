-- +goose Up
-- The ids of calls sort by bytes. A column of another collation is compared with them by their collation, and its
-- index cannot be used for that: lists of recordings read all of them.
ALTER TABLE recordings ALTER COLUMN call_id TYPE TEXT COLLATE "C";
ALTER TABLE recording_holds ALTER COLUMN call_id TYPE TEXT COLLATE "C";
ALTER TABLE call_links ALTER COLUMN call_id TYPE TEXT COLLATE "C";

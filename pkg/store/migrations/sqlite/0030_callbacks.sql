-- +goose Up
ALTER TABLE callbacks ADD COLUMN line_group TEXT NOT NULL DEFAULT '';
ALTER TABLE callbacks ADD COLUMN priority INTEGER NOT NULL DEFAULT 3;
ALTER TABLE callbacks ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE callbacks ADD COLUMN wake BIGINT NOT NULL DEFAULT 0;
ALTER TABLE callbacks ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE callbacks ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE callbacks ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE callbacks ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0;
-- What was open before gets its deadline from the timers at once.
UPDATE callbacks SET line_group = line, wake = CASE WHEN state = 'open' THEN 1 ELSE 0 END;

DROP INDEX callbacks_one_open;
CREATE UNIQUE INDEX callbacks_one_open ON callbacks (number, line_group) WHERE state = 'open';
CREATE INDEX callbacks_pool ON callbacks (priority, due, id) WHERE state = 'open';
CREATE INDEX callbacks_wake ON callbacks (wake) WHERE state = 'open';
CREATE INDEX callbacks_closed ON callbacks (number, line_group, closed);
CREATE INDEX callbacks_group ON callbacks (line_group, due) WHERE state = 'open';

-- The further numbers of a client whose calls were missed.
CREATE TABLE callback_numbers (
    callback_id TEXT NOT NULL REFERENCES callbacks (id) ON DELETE CASCADE,
    number      TEXT NOT NULL,
    PRIMARY KEY (callback_id, number)
);
CREATE INDEX callback_numbers_number ON callback_numbers (number);

CREATE TABLE number_lists (
    list   TEXT NOT NULL,
    number TEXT NOT NULL,
    note   TEXT NOT NULL,
    added_by TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (list, number)
);

-- +goose Up
CREATE TABLE call_notes (
    call_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT NOT NULL,
    text    TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (call_id, user_id)
);

CREATE TABLE call_results (
    call_id TEXT COLLATE "C" PRIMARY KEY,
    result  TEXT NOT NULL,
    reasons TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at      BIGINT NOT NULL
);

-- Calls whose client is nobody to know, as a person said.
CREATE TABLE call_asides (
    call_id TEXT COLLATE "C" PRIMARY KEY,
    kind    TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at      BIGINT NOT NULL
);

-- Folded words of a call: source is the author of a note, or '' for the name that the network gave.
CREATE TABLE call_words (
    word    TEXT COLLATE "C" NOT NULL,
    call_id TEXT COLLATE "C" NOT NULL,
    source  TEXT NOT NULL,
    PRIMARY KEY (word, call_id, source)
);
CREATE INDEX call_words_call ON call_words (call_id, word);

CREATE TABLE call_queues (
    queue   TEXT NOT NULL,
    call_id TEXT COLLATE "C" NOT NULL,
    started BIGINT NOT NULL,
    PRIMARY KEY (queue, call_id)
);
CREATE INDEX call_queues_started ON call_queues (queue, started, call_id);
CREATE INDEX call_queues_call ON call_queues (call_id);

-- Every ending of every client's number: any part of a number begins one of them.
CREATE TABLE number_parts (
    part   TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (part, number)
);
INSERT INTO number_parts (part, number)
    SELECT DISTINCT SUBSTR(c.number, p.at), c.number
    FROM (SELECT DISTINCT number FROM calls WHERE number <> '' AND state = 'ended') AS c
    JOIN (SELECT 1 AS at UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6
          UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12
          UNION ALL SELECT 13 UNION ALL SELECT 14) AS p ON p.at <= LENGTH(c.number) - 2
    WHERE SUBSTR(c.number, p.at, 1) <> '+';

ALTER TABLE calls ADD COLUMN result TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN unresolved BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX calls_result ON calls (result, started, id) WHERE result <> '';
CREATE INDEX calls_unresolved ON calls (started, id) WHERE unresolved;
CREATE INDEX calls_missed ON calls (started, id) WHERE missed;
CREATE INDEX calls_outcome ON calls (outcome, started, id);
CREATE INDEX calls_direction ON calls (direction, started, id);
DROP INDEX calls_contact;
CREATE INDEX calls_contact ON calls (contact_id, started, id) WHERE contact_id <> '';

CREATE INDEX contacts_company ON contacts (company_id) WHERE company_id <> '';
CREATE INDEX callbacks_contact ON callbacks (contact_id, last_call) WHERE contact_id <> '';
CREATE INDEX call_links_contact ON call_links (contact_id);
CREATE INDEX recordings_contact ON recordings (contact_id) WHERE contact_id <> '';

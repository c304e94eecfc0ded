-- +goose Up
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    pbx           TEXT NOT NULL,
    interface     TEXT NOT NULL,
    device        TEXT NOT NULL,
    extension     TEXT NOT NULL,
    queues        TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created       BIGINT NOT NULL
);
CREATE INDEX users_device ON users (device);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires    BIGINT NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE contacts (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    name        TEXT NOT NULL,
    company     TEXT NOT NULL,
    company_id  TEXT NOT NULL,
    is_company  BOOLEAN NOT NULL,
    email       TEXT NOT NULL,
    responsible TEXT NOT NULL,
    vip         BOOLEAN NOT NULL,
    notes       TEXT NOT NULL,
    url         TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE phones (
    number     TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    reversed   TEXT NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (number, contact_id)
) WITHOUT ROWID;
CREATE INDEX phones_reversed ON phones (reversed);
CREATE INDEX phones_contact ON phones (contact_id);

CREATE TABLE words (
    word       TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    PRIMARY KEY (word, contact_id)
) WITHOUT ROWID;
CREATE INDEX words_contact ON words (contact_id, word);

CREATE TABLE orders (
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    title      TEXT NOT NULL,
    status     TEXT NOT NULL,
    amount     TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (contact_id, id)
) WITHOUT ROWID;

CREATE TABLE journal (
    pos     INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch   TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    call_id TEXT NOT NULL,
    event   TEXT NOT NULL
);
CREATE UNIQUE INDEX journal_once ON journal (epoch, seq);
CREATE INDEX journal_kind ON journal (kind, pos);

CREATE TABLE cursors (
    consumer TEXT PRIMARY KEY,
    pos      BIGINT NOT NULL
);

CREATE TABLE calls (
    id         TEXT PRIMARY KEY,
    pbx        TEXT NOT NULL,
    version    BIGINT NOT NULL,
    started    BIGINT NOT NULL,
    ended      BIGINT NOT NULL,
    state      TEXT NOT NULL,
    direction  TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    missed     BOOLEAN NOT NULL,
    number     TEXT NOT NULL,
    did        TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    doc        TEXT NOT NULL
);
CREATE INDEX calls_started ON calls (started, id);
CREATE INDEX calls_number ON calls (number, started, id);
CREATE INDEX calls_contact ON calls (contact_id, started) WHERE contact_id <> '';
CREATE INDEX calls_open ON calls (id) WHERE state <> 'ended';

CREATE TABLE call_aliases (
    alias   TEXT PRIMARY KEY,
    call_id TEXT NOT NULL
);
CREATE INDEX call_aliases_call ON call_aliases (call_id);

CREATE TABLE call_users (
    user_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    started BIGINT NOT NULL,
    PRIMARY KEY (user_id, call_id)
) WITHOUT ROWID;
CREATE INDEX call_users_started ON call_users (user_id, started, call_id);
CREATE INDEX call_users_call ON call_users (call_id);

CREATE TABLE call_links (
    call_id    TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL,
    linked_by  TEXT NOT NULL,
    at         BIGINT NOT NULL
);

CREATE TABLE trace (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id TEXT NOT NULL,
    at      BIGINT NOT NULL,
    stage   TEXT NOT NULL,
    rule    TEXT NOT NULL,
    text    TEXT NOT NULL,
    leg     TEXT NOT NULL,
    agent   TEXT NOT NULL
);
CREATE INDEX trace_call ON trace (call_id, at, id);

CREATE TABLE callbacks (
    id         TEXT PRIMARY KEY,
    state      TEXT NOT NULL,
    number     TEXT NOT NULL,
    line       TEXT NOT NULL,
    last_call  BIGINT NOT NULL,
    contact_id TEXT NOT NULL,
    doc        TEXT NOT NULL
);
CREATE UNIQUE INDEX callbacks_one_open ON callbacks (number, line) WHERE state = 'open';
CREATE INDEX callbacks_state ON callbacks (state, last_call, id);

CREATE TABLE callback_calls (
    callback_id TEXT NOT NULL REFERENCES callbacks (id) ON DELETE CASCADE,
    call_id     TEXT NOT NULL,
    PRIMARY KEY (callback_id, call_id)
);
CREATE INDEX callback_calls_call ON callback_calls (call_id);

CREATE TABLE recordings (
    id           TEXT PRIMARY KEY,
    call_id      TEXT NOT NULL,
    leg_pbx      TEXT NOT NULL,
    leg_uniqueid TEXT NOT NULL,
    contact_id   TEXT NOT NULL,
    state        TEXT NOT NULL,
    source       TEXT NOT NULL,
    file         TEXT NOT NULL,
    bytes        BIGINT NOT NULL,
    seconds      DOUBLE PRECISION NOT NULL,
    sha256       TEXT NOT NULL,
    started      BIGINT NOT NULL,
    stored       BIGINT NOT NULL,
    note         TEXT NOT NULL
);
CREATE UNIQUE INDEX recordings_once ON recordings (leg_pbx, leg_uniqueid, source);
CREATE INDEX recordings_call ON recordings (call_id, started, id);
CREATE INDEX recordings_expected ON recordings (call_id) WHERE state = 'expected';

CREATE TABLE mode_changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    mode    TEXT NOT NULL,
    reason  TEXT NOT NULL,
    set_by  TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX mode_changes_user ON mode_changes (user_id, id);

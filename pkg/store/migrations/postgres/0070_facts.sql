-- +goose Up
-- Facts: what reports count. They are made of a call when it has ended, whole, so that
-- the same call may be written again when the records of its PBX say more.
CREATE TABLE fact_calls (
    call_id      TEXT PRIMARY KEY,
    pbx          TEXT NOT NULL,
    direction    TEXT NOT NULL,
    number       TEXT NOT NULL,
    did          TEXT NOT NULL,
    line         TEXT NOT NULL,
    started      BIGINT NOT NULL,
    answered     BIGINT NOT NULL,
    ended        BIGINT NOT NULL,
    outcome      TEXT NOT NULL,
    missed       BOOLEAN NOT NULL,
    certainty    TEXT NOT NULL,
    talk_seconds DOUBLE PRECISION NOT NULL,
    hold_seconds DOUBLE PRECISION NOT NULL,
    linkedids    TEXT NOT NULL
);
CREATE INDEX fact_calls_started ON fact_calls (started, call_id);

CREATE TABLE fact_visits (
    call_id      TEXT NOT NULL,
    n            INTEGER NOT NULL,
    queue        TEXT NOT NULL,
    uniqueid     TEXT NOT NULL,
    joined       BIGINT NOT NULL,
    gone         BIGINT NOT NULL,
    outcome      TEXT NOT NULL,
    position     INTEGER NOT NULL,
    answered_by  TEXT NOT NULL,
    PRIMARY KEY (call_id, n)
);
CREATE INDEX fact_visits_joined ON fact_visits (joined, queue);

CREATE TABLE fact_offers (
    call_id  TEXT NOT NULL,
    n        INTEGER NOT NULL,
    agent    TEXT NOT NULL,
    device   TEXT NOT NULL,
    queue    TEXT NOT NULL,
    offered  BIGINT NOT NULL,
    ended    BIGINT NOT NULL,
    result   TEXT NOT NULL,
    reason   TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (call_id, n)
);
CREATE INDEX fact_offers_offered ON fact_offers (offered, agent);

CREATE TABLE fact_talks (
    call_id      TEXT NOT NULL,
    n            INTEGER NOT NULL,
    agent        TEXT NOT NULL,
    device       TEXT NOT NULL,
    queue        TEXT NOT NULL,
    began        BIGINT NOT NULL,
    ended        BIGINT NOT NULL,
    hold_seconds DOUBLE PRECISION NOT NULL,
    ended_by     TEXT NOT NULL,
    PRIMARY KEY (call_id, n)
);
CREATE INDEX fact_talks_began ON fact_talks (began, agent);

-- One line of mode_changes lasts until the next; ended 0 is the one that goes on.
CREATE TABLE fact_agent_intervals (
    agent  TEXT NOT NULL,
    began  BIGINT NOT NULL,
    ended  BIGINT NOT NULL,
    mode   TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (agent, began)
);
CREATE INDEX fact_agent_intervals_began ON fact_agent_intervals (began);

CREATE TABLE fact_attempts (
    callback_id TEXT NOT NULL,
    n           INTEGER NOT NULL,
    agent       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    call_id     TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    PRIMARY KEY (callback_id, n)
);
CREATE INDEX fact_attempts_at ON fact_attempts (at, agent);

-- Which call a Linkedid that is not its name belongs to.
CREATE TABLE call_linkedids (
    linkedid TEXT PRIMARY KEY,
    call_id  TEXT NOT NULL
);
CREATE INDEX call_linkedids_call ON call_linkedids (call_id);

-- What the PBXes wrote down by themselves, as far as it was read.
CREATE TABLE pbx_log (
    pbx      TEXT NOT NULL,
    kind     TEXT NOT NULL,
    uniqueid TEXT NOT NULL,
    linkedid TEXT NOT NULL,
    at       BIGINT NOT NULL,
    line     TEXT NOT NULL,
    PRIMARY KEY (pbx, kind, uniqueid, at, line)
);
CREATE INDEX pbx_log_linkedid ON pbx_log (pbx, linkedid);
CREATE INDEX pbx_log_at ON pbx_log (pbx, at);

CREATE TABLE pbx_log_places (
    pbx  TEXT NOT NULL,
    kind TEXT NOT NULL,
    pos  BIGINT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (pbx, kind)
);

CREATE TABLE pbx_heard (
    pbx TEXT PRIMARY KEY,
    at  BIGINT NOT NULL
);

CREATE TABLE pbx_gaps (
    pbx    TEXT NOT NULL,
    began  BIGINT NOT NULL,
    ended  BIGINT NOT NULL,
    closed BOOLEAN NOT NULL,
    PRIMARY KEY (pbx, began)
);

CREATE TABLE audits (
    day TEXT PRIMARY KEY,
    at  BIGINT NOT NULL,
    doc TEXT NOT NULL
);

INSERT INTO fact_agent_intervals (agent, began, ended, mode, reason, set_by)
SELECT m.user_id, m.at, COALESCE((SELECT MIN(n.at) FROM mode_changes n WHERE n.user_id = m.user_id AND n.at > m.at), 0), m.mode, m.reason, m.set_by
FROM mode_changes m WHERE m.id = (SELECT MAX(s.id) FROM mode_changes s WHERE s.user_id = m.user_id AND s.at = m.at);

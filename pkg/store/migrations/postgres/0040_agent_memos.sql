-- +goose Up
-- What an agent has besides his mode and must not lose by a restart: the next mode, the
-- work after a call, a block. Times are microseconds since 1970, 0 for none.
CREATE TABLE agent_memos (
    user_id       TEXT PRIMARY KEY,
    next_mode     TEXT NOT NULL,
    next_reason   TEXT NOT NULL,
    next_by       TEXT NOT NULL,
    acw_call      TEXT NOT NULL,
    acw_since     BIGINT NOT NULL,
    acw_until     BIGINT NOT NULL,
    acw_extends   INTEGER NOT NULL,
    block         TEXT NOT NULL,
    block_since   BIGINT NOT NULL,
    missed_offers INTEGER NOT NULL
);

-- +goose Down
DROP TABLE agent_memos;

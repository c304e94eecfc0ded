-- +goose Up
-- Work after calls: the part of handling time that no call holds. ended_by: agent, timer, next_call, logout.
CREATE TABLE fact_work (
    agent    TEXT NOT NULL,
    call_id  TEXT NOT NULL,
    began    BIGINT NOT NULL,
    ended    BIGINT NOT NULL,
    ended_by TEXT NOT NULL,
    PRIMARY KEY (agent, began)
);
CREATE INDEX fact_work_began ON fact_work (began);
CREATE INDEX fact_work_call ON fact_work (call_id);

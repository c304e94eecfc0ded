-- +goose Up
-- Which callback a call was dialled for.
CREATE INDEX fact_attempts_call ON fact_attempts (call_id) WHERE call_id <> '';

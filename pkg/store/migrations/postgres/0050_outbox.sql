-- +goose Up
CREATE TABLE outbox (
    pos      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id       TEXT NOT NULL,
    target   TEXT NOT NULL,
    effect   TEXT NOT NULL,
    lane     TEXT NOT NULL,
    seq      BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    state    TEXT NOT NULL,
    body     BYTEA NOT NULL,
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    error    TEXT NOT NULL,
    response TEXT NOT NULL,
    ended    BIGINT NOT NULL
);
CREATE UNIQUE INDEX outbox_id ON outbox (id);
CREATE UNIQUE INDEX outbox_once ON outbox (target, effect);
CREATE INDEX outbox_lane ON outbox (target, lane, pos) WHERE state = 'pending';
CREATE INDEX outbox_due ON outbox (target, due) WHERE state = 'pending';
CREATE INDEX outbox_state ON outbox (target, state, pos);
CREATE INDEX outbox_ended ON outbox (state, ended);

-- The number of the last message of a lane outlives the message.
CREATE TABLE outbox_lanes (
    target TEXT NOT NULL,
    lane   TEXT NOT NULL,
    seq    BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (target, lane)
);
CREATE INDEX outbox_lanes_at ON outbox_lanes (at);

CREATE TABLE webhooks (
    id      TEXT PRIMARY KEY,
    created BIGINT NOT NULL,
    doc     TEXT NOT NULL
);

-- What changes beside the calls' own events. Triggers write it, so that a change and
-- the word of it are one, whatever code makes the change.
CREATE TABLE changes (
    pos    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind   TEXT NOT NULL,
    entity TEXT NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION note_change() RETURNS trigger AS $$
BEGIN
    INSERT INTO changes (kind, entity) VALUES (
        CASE
            WHEN TG_ARGV[0] = 'callback.changed' AND to_jsonb(NEW) ->> 'state' <> 'open' AND to_jsonb(OLD) ->> 'state' = 'open' THEN 'callback.closed'
            ELSE TG_ARGV[0]
        END,
        to_jsonb(NEW) ->> TG_ARGV[1]);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER callback_opened AFTER INSERT ON callbacks FOR EACH ROW EXECUTE FUNCTION note_change('callback.opened', 'id');
CREATE TRIGGER callback_changed AFTER UPDATE ON callbacks FOR EACH ROW EXECUTE FUNCTION note_change('callback.changed', 'id');
CREATE TRIGGER recording_stored AFTER UPDATE OF state ON recordings FOR EACH ROW
    WHEN (NEW.state = 'stored' AND OLD.state <> 'stored') EXECUTE FUNCTION note_change('recording.stored', 'id');
CREATE TRIGGER call_identified AFTER INSERT ON call_links FOR EACH ROW EXECUTE FUNCTION note_change('call.identified', 'call_id');
CREATE TRIGGER call_identified_anew AFTER UPDATE OF contact_id ON call_links FOR EACH ROW
    WHEN (NEW.contact_id <> OLD.contact_id) EXECUTE FUNCTION note_change('call.identified', 'call_id');
CREATE TRIGGER agent_mode AFTER INSERT ON mode_changes FOR EACH ROW EXECUTE FUNCTION note_change('agent.mode', 'user_id');

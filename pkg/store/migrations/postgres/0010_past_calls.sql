-- +goose Up
-- What a card shows of earlier calls, so that no call's whole document is read for it.
ALTER TABLE calls ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked_user TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked_device TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked_seconds DOUBLE PRECISION NOT NULL DEFAULT 0;

UPDATE calls SET
    queue = COALESCE(doc::jsonb -> 'visits' -> -1 ->> 'queue', ''),
    talked_user = COALESCE(doc::jsonb -> 'talks' -> -1 ->> 'user', ''),
    talked_device = COALESCE(doc::jsonb -> 'talks' -> -1 ->> 'device', ''),
    talked_seconds = COALESCE((
        SELECT SUM(GREATEST(0, EXTRACT(EPOCH FROM COALESCE(t ->> 'to', doc::jsonb ->> 'ended', t ->> 'from')::timestamptz - (t ->> 'from')::timestamptz)
            - COALESCE((t ->> 'held_ns')::double precision, 0) / 1e9))
        FROM jsonb_array_elements(CASE jsonb_typeof(doc::jsonb -> 'talks') WHEN 'array' THEN doc::jsonb -> 'talks' ELSE '[]' END) AS t), 0);

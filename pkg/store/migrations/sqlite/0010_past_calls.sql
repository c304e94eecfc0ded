-- +goose Up
-- What a card shows of earlier calls, so that no call's whole document is read for it.
ALTER TABLE calls ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked_user TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked_device TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked_seconds DOUBLE PRECISION NOT NULL DEFAULT 0;

UPDATE calls SET
    queue = COALESCE(json_extract(doc, '$.visits[#-1].queue'), ''),
    talked_user = COALESCE(json_extract(doc, '$.talks[#-1].user'), ''),
    talked_device = COALESCE(json_extract(doc, '$.talks[#-1].device'), ''),
    talked_seconds = COALESCE((
        SELECT SUM(MAX(0, (julianday(COALESCE(t.value ->> 'to', doc ->> 'ended', t.value ->> 'from')) - julianday(t.value ->> 'from')) * 86400
            - COALESCE(t.value ->> 'held_ns', 0) / 1e9))
        FROM json_each(doc, '$.talks') AS t), 0);

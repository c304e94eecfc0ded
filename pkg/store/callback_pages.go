package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// shownCallbacks bounds a page; open ones are far fewer in an office that calls back.
const shownCallbacks = 500

// Callbacks returns a page of the callbacks that the viewer may see and the cursor
// of the next one, "" after the last. The open ones come by priority and deadline,
// closed ones (and all) with the newest call first.
func (s *Store) Callbacks(ctx context.Context, f cti.CallbackFilter) (found []cti.Callback, next string, err error) {
	limit := f.Limit
	if limit <= 0 || limit > shownCallbacks {
		limit = shownCallbacks
	}
	where, args, err := callbackPage(f)
	if err != nil {
		return nil, "", err
	}
	found = []cti.Callback{}
	more := false
	err = each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		if more {
			return nil
		}
		b, err := scanCallback(rows)
		if err != nil || !shown(b, f) {
			return err
		}
		if more = len(found) == limit; !more {
			found = append(found, b)
		}
		return nil
	}, callbackQuery+where, args...)
	if err != nil {
		return nil, "", fmt.Errorf("load callbacks: %w", err)
	}
	if more {
		next = callbackCursor(f.State, found[limit-1])
	}
	return found, next, nil
}

// shown is decided here and not by the database: whom a duty concerns is one rule, cti.Callback.SeenBy.
func shown(b cti.Callback, f cti.CallbackFilter) bool {
	if !b.SeenBy(f.Viewer) {
		return false
	}
	switch f.Scope {
	case cti.ScopeMine:
		return b.Of(f.Viewer.ID) || b.State != cti.CallbackOpen && b.ClosedUser == f.Viewer.ID
	case cti.ScopeQueues:
		return b.Queue != "" && slices.Contains(f.Viewer.Queues, b.Queue)
	}
	return true
}

// lookedAt is how many rows one page looks at: an agent who sees one of ten still fills his.
const lookedAt = 10 * shownCallbacks

func callbackPage(f cti.CallbackFilter) (where string, args []any, err error) {
	var conditions []string
	if f.State != "" {
		conditions, args = append(conditions, `b.state = $1`), append(args, f.State)
	}
	order, after := `b.last_call DESC, b.id DESC`, `(b.last_call, b.id) < (%s)`
	if f.State == cti.CallbackOpen {
		order, after = `b.priority, b.due, b.id`, `(b.priority, b.due, b.id) > (%s)`
	}
	if f.Cursor != "" {
		from, err := parseCallbackCursor(f)
		if err != nil {
			return "", nil, err
		}
		conditions = append(conditions, fmt.Sprintf(after, placeholders(len(args)+1, len(from))))
		args = append(args, from...)
	}
	if len(conditions) > 0 {
		where = ` WHERE ` + strings.Join(conditions, ` AND `)
	}
	return where + fmt.Sprintf(` ORDER BY %s LIMIT %d`, order, lookedAt), args, nil
}

func callbackCursor(state cti.CallbackState, b cti.Callback) string {
	text := fmt.Sprintf("%d %s", micros(b.LastCall), b.ID)
	if state == cti.CallbackOpen {
		text = fmt.Sprintf("%d %d %s", b.Priority, micros(b.Due), b.ID)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func parseCallbackCursor(f cti.CallbackFilter) ([]any, error) {
	wrong := &cti.InvalidError{Field: "cursor", Got: f.Cursor, Want: "next_cursor of the page before"}
	raw, err := base64.RawURLEncoding.DecodeString(f.Cursor)
	if err != nil {
		return nil, wrong
	}
	var priority, at int64
	var id string
	if f.State == cti.CallbackOpen {
		if _, err := fmt.Sscanf(string(raw), "%d %d %s", &priority, &at, &id); err != nil {
			return nil, wrong
		}
		return []any{priority, at, clean(id)}, nil
	}
	if _, err := fmt.Sscanf(string(raw), "%d %s", &at, &id); err != nil {
		return nil, wrong
	}
	return []any{at, clean(id)}, nil
}

package store

import (
	"context"
	"fmt"
	"strings"

	"callcard/pkg/cti"
)

// page is a query for one page of the archive in the making.
type page struct {
	from    string // tables after calls c
	place   string // of the row in the order: an index gives it
	where   []string
	args    []any
	nothing bool // no call can fit
}

// arg adds an argument and returns its placeholder.
func (p *page) arg(value any) string {
	p.args = append(p.args, value)
	return fmt.Sprintf("$%d", len(p.args))
}

// when adds a condition with one argument, when it is wanted.
func (p *page) when(wanted bool, condition string, value any) {
	if wanted {
		p.where = append(p.where, strings.ReplaceAll(condition, "?", p.arg(value)))
	}
}

func (p *page) query() string {
	query := recordQuery + p.from
	if len(p.where) > 0 {
		query += ` WHERE ` + strings.Join(p.where, ` AND `)
	}
	started, id, _ := strings.Cut(p.place, ", ")
	return query + fmt.Sprintf(` ORDER BY %s DESC, %s DESC`, started, id)
}

const (
	hasUser  = `EXISTS (SELECT 1 FROM call_users x WHERE x.call_id = c.id AND x.user_id = ?)`
	hasQueue = `EXISTS (SELECT 1 FROM call_queues y WHERE y.call_id = c.id AND y.queue = ?)`
)

// pageOf says in SQL what a filter wants.
func (s *Store) pageOf(ctx context.Context, f cti.CallFilter) (*page, error) {
	p := &page{place: `c.started, c.id`}
	p.drive(&f)
	p.audience(f)
	started, _, _ := strings.Cut(p.place, ", ")
	p.when(f.Agent != "", hasUser, clean(f.Agent))
	p.when(f.Queue != "", hasQueue, clean(f.Queue))
	p.when(f.Number != "", `c.number = ?`, clean(f.Number))
	p.when(!f.From.IsZero(), started+` >= ?`, micros(f.From))
	p.when(!f.To.IsZero(), started+` < ?`, micros(f.To))
	p.when(f.Direction != "", `c.direction = ?`, f.Direction)
	p.when(f.Outcome != "", `c.outcome = ?`, f.Outcome)
	p.when(f.Result != "", `c.result <> '' AND c.result = ?`, clean(f.Result))
	p.when(f.ContactID != "", `c.contact_id <> '' AND c.contact_id = ?`, clean(f.ContactID))
	if f.Missed {
		p.where = append(p.where, `c.missed`)
	}
	if f.Unresolved {
		p.where = append(p.where, `c.unresolved`)
	}
	if strings.TrimSpace(f.Query) != "" {
		if err := s.searched(ctx, p, clean(f.Query)); err != nil {
			return nil, err
		}
	}
	return p, p.after(f.Cursor)
}

// drive lets an index of one user's or one queue's calls give the order: such a page
// must not cost a walk through everybody's calls. What drives needs no condition.
func (p *page) drive(f *cti.CallFilter) {
	switch {
	case f.User != "" && len(f.Queues) == 0:
		p.from, f.User = ` JOIN call_users u ON u.call_id = c.id AND u.user_id = `+p.arg(clean(f.User)), ""
	case f.Agent != "":
		p.from, f.Agent = ` JOIN call_users u ON u.call_id = c.id AND u.user_id = `+p.arg(clean(f.Agent)), ""
	case f.Queue != "":
		p.from, f.Queue = ` JOIN call_queues u ON u.call_id = c.id AND u.queue = `+p.arg(clean(f.Queue)), ""
	default:
		return
	}
	p.place = `u.started, u.call_id`
}

// audience limits the page to the own calls and those of the own queues.
func (p *page) audience(f cti.CallFilter) {
	if f.User == "" {
		return
	}
	own := strings.ReplaceAll(hasUser, "?", p.arg(clean(f.User)))
	queues := make([]string, len(f.Queues))
	for i, queue := range f.Queues {
		queues[i] = p.arg(clean(queue))
	}
	p.where = append(p.where, fmt.Sprintf(`(%s OR EXISTS (SELECT 1 FROM call_queues z WHERE z.call_id = c.id AND z.queue IN (%s)))`,
		own, strings.Join(queues, ", ")))
}

// after begins behind the last call of the page before: what comes in meanwhile is
// newer and moves nothing.
func (p *page) after(cursor string) error {
	if cursor == "" {
		return nil
	}
	at, last, err := parseCursor(cursor)
	if err != nil {
		return err
	}
	p.where = append(p.where, fmt.Sprintf(`(%s) < (%s, %s)`, p.place, p.arg(at), p.arg(last)))
	return nil
}

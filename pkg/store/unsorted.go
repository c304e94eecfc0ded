package store

import (
	"context"
	"fmt"
	"strings"

	"callcard/pkg/cti"
)

// newestUnresolved bounds what a count looks at: every desk asks for it, and where nobody sorts, they pile up.
const newestUnresolved = 1000

// CountUnresolved tells how many of the newest unresolved calls the filter's user may
// see, most at most.
func (s *Store) CountUnresolved(ctx context.Context, f cti.CallFilter, most int) (count int, err error) {
	p := &page{}
	if len(f.Queues) > 0 {
		p.audience(f)
	} else {
		p.when(f.User != "", hasUser, clean(f.User))
	}
	where := ""
	if len(p.where) > 0 {
		where = ` WHERE ` + strings.Join(p.where, ` AND `)
	}
	query := fmt.Sprintf(`SELECT count(*) FROM (SELECT c.id FROM (SELECT id FROM calls WHERE unresolved ORDER BY started DESC, id DESC LIMIT %d) c%s LIMIT %d) n`,
		newestUnresolved, where, most)
	if err := s.read(ctx).QueryRowContext(ctx, query, p.args...).Scan(&count); err != nil {
		return 0, fmt.Errorf("count unresolved calls: %w", err)
	}
	return count, nil
}

package push

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Sessions tells which login a connection belongs to, so that it ends with it.
type Sessions interface {
	// SessionOf names the login of a request; it may be kept, for it is not the secret.
	SessionOf(r *http.Request) string
	// Alive tells which of these logins still hold.
	Alive(ctx context.Context, sessions []string) (map[string]bool, error)
}

// DisconnectSession closes the connections of one login of a user; his others stay.
func (h *Hub) DisconnectSession(session string, code int) {
	for _, c := range h.conns() {
		if session != "" && c.session == session {
			c.shut(code)
		}
	}
}

// watchSessions closes what outlives its login: it expired, or ended on another node.
func (h *Hub) watchSessions(ctx context.Context) {
	if h.opts.Sessions == nil {
		return
	}
	tick := time.NewTicker(h.opts.Recheck)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := h.endSessions(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			h.opts.Log.Warn("sessions of connections not looked at, trying again", "err", err)
		}
		failing = err != nil
	}
}

func (h *Hub) endSessions(ctx context.Context) error {
	of := map[string][]*conn{}
	for _, c := range h.conns() {
		if c.session != "" {
			of[c.session] = append(of[c.session], c)
		}
	}
	if len(of) == 0 {
		return nil
	}
	alive, err := h.opts.Sessions.Alive(ctx, slices.Collect(maps.Keys(of)))
	if err != nil {
		return err // nobody is put out because the store is away
	}
	for session, conns := range of {
		for _, c := range conns {
			if !alive[session] {
				c.shut(CloseNoLogin)
			}
		}
	}
	return nil
}

func (h *Hub) conns() (all []*conn) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, slot := range h.wheel {
		for c := range slot {
			all = append(all, c)
		}
	}
	return all
}

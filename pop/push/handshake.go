package push

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/cti"
)

const snapshotWait = 5 * time.Second

// ServeHTTP is the handler of GET /ws. It returns as soon as the connection stands:
// what net/http keeps for a request is then free again.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.originAllowed(r) {
		h.refuse(w, http.StatusForbidden, "origin not allowed")
		return
	}
	request := withSubprotocolToken(r)
	user, err := h.opts.Auth.Authenticate(request)
	if err != nil {
		h.refuseUser(w, err)
		return
	}
	ws, err := h.up.Upgrade(w, r, nil)
	if err != nil { // the upgrader has answered
		h.metrics.joins.WithLabelValues("refused").Inc()
		return
	}
	h.join(ws, arrival{user: user, session: h.sessionOf(request), from: positionOf(r), answers: r.URL.Query().Get("alive") == "1"})
}

// arrival is who comes: by which login, where he stopped reading, and whether his script answers.
type arrival struct {
	user    cti.User
	session string
	from    position
	answers bool
}

func (h *Hub) sessionOf(r *http.Request) string {
	if h.opts.Sessions == nil {
		return ""
	}
	return h.opts.Sessions.SessionOf(r)
}

func (h *Hub) refuse(w http.ResponseWriter, status int, why string) {
	h.metrics.joins.WithLabelValues("refused").Inc()
	http.Error(w, why, status)
}

// refuseUser tells who is nobody from a fault of ours: after a 401 a browser asks for a
// password, after a 503 it comes again.
func (h *Hub) refuseUser(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, cti.ErrUnauthenticated):
		h.refuse(w, http.StatusUnauthorized, "not logged in")
	case errors.Is(err, cti.ErrForbidden):
		h.refuse(w, http.StatusForbidden, "forbidden")
	default:
		h.opts.Log.Warn("browser not let in", "err", err)
		h.refuse(w, http.StatusServiceUnavailable, "come again")
	}
}

// originAllowed keeps other sites' pages from using a browser's cookie (RFC 6455
// section 10.2). Clients that are no browsers send no Origin.
func (h *Hub) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	from, err := url.Parse(origin)
	if err != nil || from.Host == "" {
		return false
	}
	if strings.EqualFold(from.Host, r.Host) {
		return true
	}
	public, err := url.Parse(h.opts.PublicURL)
	return err == nil && strings.EqualFold(from.Host, public.Host) && strings.EqualFold(from.Scheme, public.Scheme)
}

// withSubprotocolToken makes a token offered as a subprotocol a bearer token: browsers
// cannot set headers on a websocket. The token is never sent back.
func withSubprotocolToken(r *http.Request) *http.Request {
	if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		return r // a proxy's own Basic login is no token of ours
	}
	for _, offered := range websocket.Subprotocols(r) {
		if token, ok := strings.CutPrefix(offered, bearerSubprotocol); ok {
			r = r.Clone(r.Context())
			r.Header.Set("Authorization", "Bearer "+token)
			return r
		}
	}
	return r
}

// positionOf reads where the browser stopped; anything unreadable means a snapshot.
func positionOf(r *http.Request) position {
	query := r.URL.Query()
	seq, err := strconv.ParseUint(query.Get("seq"), 10, 64)
	if err != nil {
		return position{}
	}
	return position{epoch: query.Get("epoch"), seq: seq}
}

func (h *Hub) join(ws *websocket.Conn, who arrival) {
	c := h.newConn(ws, who)
	if !h.remember(c) {
		text := websocket.FormatCloseMessage(CloseRestart, closeText(CloseRestart))
		_ = ws.WriteControl(websocket.CloseMessage, text, time.Now().Add(h.opts.CloseWait))
		_ = ws.Close()
		return
	}
	seq, resumed := c.stream.enter(c, h.opts.Epoch, who.from)
	h.presenceMoved(who.user.ID) // also when it is not the first: the others may be dead and not know it
	h.begin(who.user, c, seq, resumed)
	go c.read() // its place in the group was taken by remember
}

// begin sends the snapshot, when one is due, and lets the frames flow.
func (h *Hub) begin(user cti.User, c *conn, seq uint64, resumed bool) {
	if resumed {
		h.metrics.joins.WithLabelValues("resumed").Inc()
		c.release(nil)
		return
	}
	h.metrics.joins.WithLabelValues("snapshot").Inc()
	text, err := h.snapshot(user, seq)
	if err != nil {
		h.opts.Log.Error("snapshot not taken", "agent", user.ID, "err", err)
		c.shut(CloseResync)
		return
	}
	c.release(text)
}

func (h *Hub) snapshot(user cti.User, seq uint64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), snapshotWait)
	defer cancel()
	snapshot, err := h.opts.Snapshots.Snapshot(ctx, user)
	if err != nil {
		return nil, err
	}
	if snapshot.ServerTime.IsZero() {
		snapshot.ServerTime = time.Now().UTC()
	}
	text, err := encode(snapshot.withoutNil())
	if err != nil {
		return nil, err
	}
	return envelope(h.opts.Epoch, seq, TypeSnapshot, text), nil
}

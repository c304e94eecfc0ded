package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/cti"
)

// frame is what came over the websocket.
type frame struct {
	Epoch string          `json:"epoch"`
	Seq   uint64          `json:"seq"`
	Type  string          `json:"type"`
	Data  json.RawMessage `json:"data"`
}

// desk is one agent's browser: it keeps every frame, and comes back when the
// connection is lost, as the web page does.
type desk struct {
	*client
	name   string
	daemon *daemon

	mu     sync.Mutex
	frames []frame
	came   chan struct{} // closed and replaced with each frame
	mark   int           // frames before it belong to an earlier story
	conn   *websocket.Conn
	left   chan struct{} // closed when the agent closes the page
}

func openDesk(t *testing.T, d *daemon, name string) *desk {
	t.Helper()
	k := &desk{client: d.login(t, name), name: name, daemon: d, came: make(chan struct{}), left: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.stayConnected()
	}()
	t.Cleanup(func() {
		close(k.left)
		k.mu.Lock()
		if k.conn != nil {
			_ = k.conn.Close()
		}
		k.mu.Unlock()
		<-done
	})
	k.await(t, "the first snapshot", func(f frame) bool { return f.Type == "snapshot" })
	return k
}

func (k *desk) stayConnected() {
	for !k.hasLeft() {
		k.session()
		select {
		case <-time.After(200 * time.Millisecond): // as a browser does
		case <-k.left:
		}
	}
}

func (k *desk) hasLeft() bool {
	select {
	case <-k.left:
		return true
	default:
		return false
	}
}

func (k *desk) session() {
	address := strings.Replace(k.base, "http://", "ws://", 1) + "/ws"
	conn, res, err := websocket.DefaultDialer.Dial(address, http.Header{"Authorization": {"Bearer " + k.token}})
	if err != nil {
		return
	}
	_ = res.Body.Close()
	defer conn.Close()
	k.mu.Lock()
	k.conn = conn
	k.mu.Unlock()
	for !k.hasLeft() {
		var f frame
		if err := conn.ReadJSON(&f); err != nil {
			return
		}
		k.keep(f)
	}
}

func (k *desk) keep(f frame) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.frames = append(k.frames, f)
	close(k.came)
	k.came = make(chan struct{})
}

// begin forgets the frames of earlier stories.
func (k *desk) begin() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.mark = len(k.frames)
}

// await returns the first frame of this story that fits.
func (k *desk) await(t *testing.T, what string, fits func(frame) bool) frame {
	t.Helper()
	deadline := time.After(patience)
	for i := k.from(); ; {
		k.mu.Lock()
		for ; i < len(k.frames); i++ {
			if fits(k.frames[i]) {
				f := k.frames[i]
				k.mu.Unlock()
				return f
			}
		}
		came := k.came
		k.mu.Unlock()
		select {
		case <-came:
		case <-deadline:
			t.Fatalf("%s did not see within %s: %s", k.name, patience, what)
		}
	}
}

func (k *desk) from() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.mark
}

// card waits for a frame of a card, by its type, that fits.
func (k *desk) card(t *testing.T, kind string, fits func(cti.Card) bool) cti.Card {
	t.Helper()
	var card cti.Card
	k.await(t, kind, func(f frame) bool {
		if f.Type != kind {
			return false
		}
		card = cti.Card{}
		return json.Unmarshal(f.Data, &card) == nil && fits(card)
	})
	return card
}

// cards counts the frames of this story by type and call.
func (k *desk) cards(kind string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for _, f := range k.frames[k.mark:] {
		if f.Type == kind {
			n++
		}
	}
	return n
}

// setMode asks for a mode and waits until the PBX has confirmed it.
func (k *desk) setMode(t *testing.T, mode, reason string) {
	t.Helper()
	k.do(t, http.MethodPut, "/api/v1/me/mode", map[string]string{"mode": mode, "reason": reason}, nil)
	k.confirmed(t, cti.Mode(mode))
}

// confirmed waits until the agent is seen in a mode and nothing is pending.
func (k *desk) confirmed(t *testing.T, mode cti.Mode) cti.AgentState {
	t.Helper()
	var me struct{ State cti.AgentState }
	within(t, k.name+" is "+string(mode), func(context.Context) bool {
		me.State = cti.AgentState{} // what is left out of an answer is empty
		k.do(t, http.MethodGet, "/api/v1/me", nil, &me)
		return me.State.Mode == mode && me.State.Pending == ""
	})
	return me.State
}

// dump logs the last frames of this story.
func (k *desk) dump(t *testing.T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range k.frames[max(k.mark, len(k.frames)-20):] {
		t.Logf("%s got %s %d %s %.300s", k.name, f.Epoch, f.Seq, f.Type, f.Data)
	}
}

package push

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/cti"
)

// Types of the frames that the hub sends. The data of a card frame is a cti.Card.
const (
	TypeSnapshot        = "snapshot"
	TypeCardOpened      = "card.opened"
	TypeCardUpdated     = "card.updated"
	TypeCardWithdrawn   = "card.withdrawn"
	TypeCardEnded       = "card.ended"
	TypeAgentChanged    = "agent.changed"
	TypeCallbackChanged = "callback.changed"
	TypeNoteChanged     = "note.changed"
)

// TypeAlive is the type of the frame that asks whether a script is there, and of the answer. It has neither number nor data.
const (
	TypeAlive = "alive"
	aliveText = `{"type":"alive"}`
)

// Close codes. After 1001, 1012, 4000 and 4001 a browser comes back by itself, after
// the others it does not (RFC 6455 section 7.4.2 leaves 4000-4999 to applications).
const (
	CloseGoingAway = 1001
	CloseRestart   = 1012
	CloseSlow      = 4000
	CloseResync    = 4001
	CloseProtocol  = 4400
	CloseNoLogin   = 4401
	CloseForbidden = 4403
	CloseLoggedOut = 4409
)

// Subprotocol is spoken by this hub. A browser that cannot send a cookie or a header
// offers "bearer.<token>" beside it.
const (
	Subprotocol       = "callcard.v1"
	bearerSubprotocol = "bearer."
)

// Snapshot is the data of a snapshot frame: all that one browser needs to begin.
type Snapshot struct {
	Agent      *cti.AgentState  `json:"agent,omitempty"` // absent for users who are no agents
	Cards      []cti.Card       `json:"cards"`
	Callbacks  []cti.Callback   `json:"callbacks"`
	Agents     []cti.AgentState `json:"agents"`
	ServerTime time.Time        `json:"server_time"`
}

// frame is one message with its place in the agent's stream; text is as it goes over
// the wire.
type frame struct {
	seq  uint64
	at   time.Time
	text []byte
}

// envelope makes a whole websocket frame of encoded data, the same bytes for every tab;
// the data itself was encoded once, before any lock.
func envelope(epoch string, seq uint64, kind string, data []byte) []byte {
	out := make([]byte, headerRoom, headerRoom+len(data)+len(epoch)+len(kind)+64)
	out = append(out, `{"epoch":`...)
	out = strconv.AppendQuote(out, epoch)
	out = append(out, `,"seq":`...)
	out = strconv.AppendUint(out, seq, 10)
	out = append(out, `,"type":`...)
	out = strconv.AppendQuote(out, kind)
	out = append(out, `,"data":`...)
	out = append(out, data...)
	return seal(append(out, '}'), websocket.TextMessage)
}

// encode turns data into JSON. A publisher with many addressees may encode once
// himself and pass json.RawMessage.
func encode(data any) ([]byte, error) {
	if raw, ok := data.(json.RawMessage); ok {
		return raw, nil
	}
	return json.Marshal(data)
}

const (
	maxMessage = 4096 // bytes; the longest true message is an ack of about 200
	maxCallID  = 128
	maxTab     = 40
)

// message is what a browser may send.
type message struct {
	Type        string    `json:"type"`
	CallID      string    `json:"call_id"`
	CardVersion int       `json:"card_version"`
	ShownAt     time.Time `json:"shown_at"`
	Tab         string    `json:"tab"`
}

func decodeMessage(text []byte) (message, error) {
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("decode message: %w", err)
	}
	return m, nil
}

// validate checks an ack; other types are not looked into.
func (m message) validate() error {
	switch {
	case m.CallID == "" || len(m.CallID) > maxCallID:
		return &cti.InvalidError{Field: "call_id", Got: clip(m.CallID), Want: "1 to 128 bytes"}
	case m.CardVersion < 1:
		return &cti.InvalidError{Field: "card_version", Got: strconv.Itoa(m.CardVersion), Want: "1 or more"}
	case len(m.Tab) > maxTab:
		return &cti.InvalidError{Field: "tab", Got: clip(m.Tab), Want: "at most 40 bytes"}
	}
	return nil
}

func clip(s string) string {
	if len(s) > maxTab {
		return s[:maxTab] + "…"
	}
	return s
}

// withoutNil makes absent lists empty ones: browsers then need no test for null.
func (s Snapshot) withoutNil() Snapshot {
	if s.Cards == nil {
		s.Cards = []cti.Card{}
	}
	if s.Callbacks == nil {
		s.Callbacks = []cti.Callback{}
	}
	if s.Agents == nil {
		s.Agents = []cti.AgentState{}
	}
	return s
}

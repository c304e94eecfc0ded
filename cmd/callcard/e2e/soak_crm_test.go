package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const signingSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // that of the specification's example

// crmMood is how the receiver treats messages.
type crmMood int

const (
	crmWell crmMood = iota
	crmDown         // nobody listens
	crmSick         // answers 500; of every second message it keeps what it was told
)

// crm is the receiver of webhooks.
type crm struct {
	t       *testing.T
	address string

	mu       sync.Mutex
	mood     crmMood
	server   *http.Server
	words    []word // each message when it came first
	byID     map[string]int
	requests int
	refused  int
	repeats  int
}

// word is a message that the receiver has kept.
type word struct {
	id, kind  string
	lane      string // the call or the callback it is about
	recording string
	seq       int64
	sum       [sha256.Size]byte
}

func newCRM(t *testing.T) *crm {
	c := &crm{t: t, address: freeAddress(t), byID: map[string]int{}}
	c.listen()
	t.Cleanup(func() { c.be(crmDown) })
	return c
}

func (c *crm) listen() {
	ctx, cancel := context.WithTimeout(context.Background(), patience) // the clean-up listens, too
	defer cancel()
	listener, err := net.Listen("tcp4", c.address)
	for err != nil && ctx.Err() == nil { // somebody who looks for a free port has it for a moment
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
		}
		listener, err = net.Listen("tcp4", c.address)
	}
	if err != nil {
		c.t.Errorf("the receiver cannot listen: %v", err)
		return
	}
	c.server = &http.Server{Handler: http.HandlerFunc(c.take), ReadHeaderTimeout: patience}
	go func(s *http.Server) { _ = s.Serve(listener) }(c.server) // its end is Close
}

// be changes the mood. Who is down cuts those it talks to.
func (c *crm) be(mood crmMood) {
	c.mu.Lock()
	old, server := c.mood, c.server
	c.mood = mood
	c.mu.Unlock()
	switch {
	case mood == crmDown && old != crmDown && server != nil:
		_ = server.Close()
	case mood != crmDown && old == crmDown:
		c.listen()
	}
}

func (c *crm) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // cut by the sender's death, or by our own
	}
	key, err := standardwebhooks.NewWebhook(signingSecret)
	if err != nil {
		c.t.Error(err)
		return
	}
	if err := key.Verify(body, r.Header); err != nil {
		c.t.Errorf("the signature: %v", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	if c.mood != crmWell {
		c.refused++
		w.WriteHeader(http.StatusInternalServerError)
		if c.refused%2 == 0 {
			return
		}
	}
	c.keep(r.Header.Get("webhook-id"), body)
}

func (c *crm) keep(id string, body []byte) {
	var message struct {
		Type string
		Data struct {
			Seq    int64
			Merged string `json:"merged_call"`
			Call   struct {
				ID string `json:"call_id"`
			}
			Callback  struct{ ID string }
			Agent     string
			Recording struct{ ID string }
		}
	}
	if err := json.Unmarshal(body, &message); err != nil {
		c.t.Errorf("message %s: %v", id, err)
		return
	}
	got := word{id: id, kind: message.Type, seq: message.Data.Seq, recording: message.Data.Recording.ID, sum: sha256.Sum256(body)}
	switch {
	case message.Data.Merged != "":
		got.lane = "call:" + message.Data.Merged
	case message.Data.Call.ID != "":
		got.lane = "call:" + message.Data.Call.ID
	case message.Data.Callback.ID != "":
		got.lane = "callback:" + message.Data.Callback.ID
	default:
		got.lane = "agent:" + message.Data.Agent
	}
	if at, again := c.byID[id]; again {
		c.repeats++
		if first := c.words[at]; first != got {
			c.t.Errorf("message %s came again as something else: %s %d of %s, then %s %d of %s", id,
				first.kind, first.seq, first.lane, got.kind, got.seq, got.lane)
		}
		return
	}
	c.byID[id] = len(c.words)
	c.words = append(c.words, got)
}

// moods are the receiver's times: a third of each in a random order, in pieces of at
// most ten seconds.
func moods(rng *rand.Rand, length time.Duration) (each time.Duration, all []crmMood) {
	rounds := max(2, int(length/(30*time.Second)))
	for range rounds {
		for _, mood := range rng.Perm(3) {
			all = append(all, crmMood(mood))
		}
	}
	return length / time.Duration(len(all)), all
}

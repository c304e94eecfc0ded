package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"callcard/pkg/config"
	"callcard/pop/push"
)

const signingSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // the one of the sample configuration

// crm is an endpoint that keeps what it was told; it may be broken for a while.
type crm struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	broken bool
	told   []word
	came   chan struct{} // a notice for who waits
}

type word struct {
	id, kind, call string
	seq            int
}

func newCRM(t *testing.T) *crm {
	c := &crm{t: t, came: make(chan struct{}, 1)}
	c.Server = httptest.NewServer(http.HandlerFunc(c.take))
	t.Cleanup(c.Close)
	return c
}

func (c *crm) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	key, _ := standardwebhooks.NewWebhook(signingSecret)
	if err := key.Verify(body, r.Header); err != nil {
		c.t.Errorf("the signature: %v", err)
	}
	var message struct {
		Type string
		Data struct {
			Seq  int
			Call struct {
				CallID string `json:"call_id"`
			}
			Callback struct{ ID string }
		}
	}
	if err := json.Unmarshal(body, &message); err != nil {
		c.t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	c.told = append(c.told, word{r.Header.Get("webhook-id"), message.Type, message.Data.Call.CallID, message.Data.Seq})
	select {
	case c.came <- struct{}{}:
	default:
	}
}

// await waits until the kinds of what was told fit.
func (c *crm) await(what string, fits func(kinds []string) bool) {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		var kinds []string
		for _, h := range c.told {
			kinds = append(kinds, h.kind)
		}
		c.mu.Unlock()
		if fits(kinds) {
			return
		}
		select {
		case <-c.came:
		case <-deadline:
			c.t.Fatalf("in vain: %s; told %v", what, kinds)
		}
	}
}

func (o *testOffice) tell(c *crm, events ...string) {
	o.cfg.Webhooks = config.Webhooks{
		Allow:     []string{"127.0.0.0/8"},
		Endpoints: []config.Webhook{{ID: "crm", URL: c.URL, Events: events, Secret: signingSecret}},
	}
}

func TestCRMIsToldInOrder(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o, c := newTestOffice(t), newCRM(t)
	defer c.Close()
	o.tell(c, "*")
	o.start()
	anna := o.open("anna")
	call := o.play("answered", "79161234567")
	anna.card(push.TypeCardOpened)
	call.answer()
	anna.accepted()
	call.end()
	anna.card(push.TypeCardEnded)
	c.await("the end of the call", func(kinds []string) bool { return slices.Contains(kinds, "call.ended") })
	o.end()
	c.mu.Lock()
	defer c.mu.Unlock()
	var calls []string
	for _, h := range c.told {
		if strings.HasPrefix(h.kind, "call.") {
			calls = append(calls, h.kind)
			if h.seq != len(calls) {
				t.Errorf("%s has number %d, want %d", h.kind, h.seq, len(calls))
			}
		}
	}
	for _, pair := range [][2]string{{"call.started", "call.offered"}, {"call.offered", "call.answered"}, {"call.answered", "call.ended"}} {
		if a, b := slices.Index(calls, pair[0]), slices.Index(calls, pair[1]); a < 0 || b < a {
			t.Errorf("%s before %s: %v", pair[0], pair[1], calls)
		}
	}
	if calls[len(calls)-1] != "call.ended" && calls[len(calls)-1] != "call.identified" {
		t.Errorf("the last word: %v", calls)
	}
}

// TestNothingIsLostWhenCRMAndDaemonFail: the CRM is broken during a missed call, the
// daemon is stopped meanwhile; after both are back each durable event comes once.
func TestNothingIsLostWhenCRMAndDaemonFail(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o, c := newTestOffice(t), newCRM(t)
	defer c.Close()
	c.broken = true
	o.tell(c, "call.ended", "callback.opened")
	o.start()
	anna := o.open("anna")
	missed := o.play("abandoned", "79161234567")
	anna.card(push.TypeCardOpened)
	missed.answer()
	missed.end()
	anna.card(push.TypeCardWithdrawn)
	anna.next(push.TypeCallbackChanged)
	o.end()
	c.mu.Lock()
	c.broken = false
	c.mu.Unlock()
	o.start()
	c.await("both events", func(kinds []string) bool {
		slices.Sort(kinds)
		return slices.Equal(kinds, []string{"call.ended", "callback.opened"})
	})
	o.end()
}

// TestEndpointsByAPI: the administrator adds an endpoint, which is told at once.
func TestEndpointsByAPI(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o, c := newTestOffice(t), newCRM(t)
	defer c.Close()
	o.tell(c, "webhook.test")
	o.start()
	olga, anna := o.open("olga"), o.open("anna")
	olga.ask("GET", "/webhooks", "", http.StatusForbidden, nil)
	anna.ask("POST", "/webhooks/crm/test", "", http.StatusForbidden, nil)
	if err := o.app.webhooks.Test(context.Background(), "crm", "olga"); err != nil {
		t.Fatal(err)
	}
	o.app.outbox.Wake()
	c.await("the test event", func(kinds []string) bool { return slices.Equal(kinds, []string{"webhook.test"}) })
	o.end()
}

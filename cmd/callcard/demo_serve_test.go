package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/config"
	"callcard/pkg/cti"
)

// printed is what the demo wrote so far.
type printed struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

// TestDemoPopsCards is what somebody does who tries the demo: read the address,
// log in as anna, see a card; press Ready, see a card of a queue.
func TestDemoPopsCards(t *testing.T) {
	t.Chdir(t.TempDir())
	cfg := config.Default()
	cfg.HTTP.Listen, cfg.Log.Level = "127.0.0.1:0", "warn"
	var out printed
	background(t, func(ctx context.Context) error {
		err := serveDemo(ctx, cfg, &out, t.Output())
		if err != nil {
			t.Error(err)
		}
		return err
	})
	address := regexp.MustCompile(`open +(http://\S+)`)
	await(t, "the demo prints its address", func() bool { return address.MatchString(out.String()) })
	desk := &demoDesk{t: t, base: address.FindStringSubmatch(out.String())[1]}
	var login struct{ Token string }
	desk.call(http.MethodPost, "/api/v1/login", `{"username":"anna","password":"`+demoPassword+`"}`, &login)
	desk.token = login.Token
	desk.watch()
	card := desk.card(func(c cti.Card) bool { return c.Device == "PJSIP/1001" })
	if card.Agent != "anna" || card.CallID == "" || card.Client.Kind == "" {
		t.Errorf("the first card: %+v", card)
	}
	desk.call(http.MethodPut, "/api/v1/me/mode", `{"mode":"ready"}`, nil)
	desk.card(func(c cti.Card) bool { return c.Queue == demoSupport || c.Queue == demoSales })
}

// demoDesk is a browser of the demo.
type demoDesk struct {
	t           *testing.T
	base, token string
	ws          *websocket.Conn
}

func (d *demoDesk) call(method, path, body string, into any) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.base+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+d.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode/100 != 2 {
		d.t.Fatalf("%s %s: %s %s (%v)", method, path, response.Status, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *demoDesk) watch() {
	d.t.Helper()
	ws, response, err := websocket.DefaultDialer.Dial(strings.Replace(d.base, "http", "ws", 1)+"/ws", http.Header{"Authorization": {"Bearer " + d.token}})
	if err != nil {
		d.t.Fatal(err)
	}
	_ = response.Body.Close()
	d.ws = ws
	d.t.Cleanup(func() { _ = ws.Close() })
}

// card reads on to a card that opens, or is open already, and is wanted.
func (d *demoDesk) card(wanted func(cti.Card) bool) cti.Card {
	d.t.Helper()
	_ = d.ws.SetReadDeadline(time.Now().Add(4 * time.Minute)) // longer than any call of the office, on a slow machine
	for {
		var frame struct {
			Type string
			Data json.RawMessage
		}
		if err := d.ws.ReadJSON(&frame); err != nil {
			d.t.Fatal("in vain: a card: ", err)
		}
		var snapshot struct{ Cards []cti.Card }
		var opened cti.Card
		var err error
		switch frame.Type {
		case "card.opened":
			err = json.Unmarshal(frame.Data, &opened)
		case "snapshot":
			err = json.Unmarshal(frame.Data, &snapshot)
		}
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range append(snapshot.Cards, opened) {
			if wanted(c) {
				return c
			}
		}
	}
}

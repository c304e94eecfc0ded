package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"callcard/connector/ami/amitest"
	"callcard/pkg/auth"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pop/push"
)

const (
	// patience bounds every wait: a test that is wrong fails instead of hanging.
	patience = time.Minute
	password = "correct horse"
)

// testOffice is a whole App in this process, with the PBX played by the test:
// the agents anna, boris and victor at 1001, 1002 and 1003, and the supervisor olga.
type testOffice struct {
	t      *testing.T
	cfg    config.Config
	log    lockedLog
	server *amitest.Server
	peer   *amitest.Peer
	app    *App
	stop   context.CancelFunc
	done   chan error
	plays  int
}

func newTestOffice(t *testing.T) *testOffice {
	t.Helper()
	o := &testOffice{t: t, cfg: config.Default()}
	manager := amitest.Options{Username: "callcard", Secret: "s3cret"}
	o.server = amitest.New(t, manager)
	dir := t.TempDir()
	o.cfg.HTTP.Listen = "127.0.0.1:0"
	o.cfg.Store.URL = config.URL("sqlite:" + filepath.Join(dir, "callcard.db"))
	o.cfg.Callbacks.MinTalk = 0 // recorded talks are played in no time
	o.cfg.Recordings.Store = filepath.Join(dir, "recordings")
	o.cfg.PBX = []config.PBX{{ID: "main", AMI: config.AMI{
		Address: o.server.Addr(), Username: manager.Username, Secret: config.Secret(manager.Secret),
	}}}
	o.seed()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the daemon said:\n%s", &o.log)
		}
	})
	return o
}

func (o *testOffice) seed() {
	o.t.Helper()
	s, err := openStore(o.t.Context(), o.cfg)
	if err != nil {
		o.t.Fatal(err)
	}
	defer s.Close()
	hash, err := auth.HashPassword(password)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, user := range []cti.User{
		{ID: "anna", Name: "Anna", Role: cti.RoleAgent, Interface: "PJSIP/1001", Device: "PJSIP/1001", Queues: []string{"support"}},
		{ID: "boris", Name: "Boris", Role: cti.RoleAgent, Interface: "PJSIP/1002", Device: "PJSIP/1002", Queues: []string{"support"}},
		{ID: "victor", Name: "Victor", Role: cti.RoleAgent, Interface: "PJSIP/1003", Device: "PJSIP/1003", Queues: []string{}},
		{ID: "olga", Name: "Olga", Role: cti.RoleSupervisor, Queues: []string{}},
	} {
		if err := s.CreateUser(o.t.Context(), user, hash); err != nil {
			o.t.Fatal(err)
		}
	}
	if _, err := s.CreateContact(o.t.Context(), cti.Contact{ID: "ivan", Source: "callcard", Name: "Ivan", Phones: []string{"+79161234567"}}); err != nil {
		o.t.Fatal(err)
	}
}

// lockedLog is what the daemon said.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs the daemon and answers its questions with an empty PBX.
func (o *testOffice) start() {
	o.t.Helper()
	ctx, stop := context.WithCancel(o.t.Context())
	app, err := NewApp(ctx, AppOptions{Config: o.cfg, Log: slog.New(slog.NewTextHandler(&o.log, nil)), Version: "test"})
	if err != nil {
		o.t.Fatal(err)
	}
	o.app, o.stop, o.done = app, stop, make(chan error, 1)
	go func() { o.done <- app.Run(ctx) }()
	o.peer = o.server.Accept()
	o.peer.Login()
	o.peer.Send("Event: FullyBooted", "Status: Fully Booted")
	o.peer.Expect("QueueStatus").List("QueueStatusComplete", "Event: QueueParams\nQueue: support\nStrategy: rrmemory")
	o.peer.Expect("CoreShowChannels").List("CoreShowChannelsComplete")
	o.peer.Expect("BridgeList").List("BridgeListComplete")
	o.peer.Expect("CoreSettings").Success("AsteriskVersion: 22.10.1")
	o.peer.Expect("CoreStatus").Success("CoreStartupDate: 2026-11-22", "CoreStartupTime: 08:00:00")
}

// end stops the daemon as a signal would.
func (o *testOffice) end() {
	o.t.Helper()
	o.stop()
	select {
	case err := <-o.done:
		if err != nil {
			o.t.Errorf("the daemon ended with %v", err)
		}
	case <-time.After(patience):
		o.t.Fatal("the daemon does not end")
	}
	o.peer.Closed()
}

// conversation is a recorded call in three parts: up to the answer (or its want),
// up to the hang-up, and the end.
type conversation struct {
	peer  *amitest.Peer
	parts [3][]string
}

// play begins a recorded conversation, each time as another call: the phones ring.
func (o *testOffice) play(name, client string) *conversation {
	o.t.Helper()
	text, err := os.ReadFile("../../connector/asterisk/testdata/22/" + name + ".ami")
	if err != nil {
		o.t.Fatal(err)
	}
	o.plays++
	recorded := strings.ReplaceAll(string(text), "\r", "")
	recorded = strings.NewReplacer("79161234567", client, "pbx22-17953", fmt.Sprintf("pbx22-%d9953", o.plays)).Replace(recorded)
	c, part := &conversation{peer: o.peer}, 0
	for message := range strings.SplitSeq(recorded, "\n\n") {
		_, message, _ = strings.Cut(strings.TrimSpace(message), "\n") // without the line of the time
		kind, _, _ := strings.Cut(message, "\n")
		switch {
		case !strings.HasPrefix(kind, "Event: ") || strings.Contains(message, "ActionID:") || kind == "Event: FullyBooted":
			continue // an answer to an action, or of the login
		case strings.HasPrefix(kind, "Event: Hangup"):
			part = 2
		case kind == "Event: DialEnd":
			part = max(part, 1)
		}
		c.parts[part] = append(c.parts[part], message)
	}
	c.send(0)
	return c
}

func (c *conversation) send(part int) {
	c.peer.Raw(strings.ReplaceAll(strings.Join(c.parts[part], "\n\n"), "\n", "\r\n") + "\r\n\r\n")
}

func (c *conversation) answer() { c.send(1) }
func (c *conversation) end()    { c.send(2) }

// person is somebody logged in, with his browser's websocket.
type person struct {
	o     *testOffice
	name  cti.UserID
	token string
	ws    *websocket.Conn
}

func (o *testOffice) open(name cti.UserID) *person {
	o.t.Helper()
	p := &person{o: o, name: name}
	var session struct{ Token string }
	p.ask("POST", "/login", fmt.Sprintf(`{"username":%q,"password":%q}`, name, password), http.StatusOK, &session)
	p.token = session.Token
	ws, _, err := websocket.DefaultDialer.DialContext(o.t.Context(), "ws://"+o.app.Addr().String()+"/ws", http.Header{"Authorization": {"Bearer " + p.token}})
	if err != nil {
		o.t.Fatalf("%s: open the websocket: %v", name, err)
	}
	o.t.Cleanup(func() { _ = ws.Close() })
	p.ws = ws
	p.next(push.TypeSnapshot)
	return p
}

// ask calls the API.
func (p *person) ask(method, path, body string, status int, into any) {
	p.o.t.Helper()
	r, err := http.NewRequestWithContext(p.o.t.Context(), method, "http://"+p.o.app.Addr().String()+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		p.o.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Close = true // no idle connection of the client outlives the test
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.o.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		p.o.t.Fatalf("%s: %s %s: got %s %s %v, want %d", p.name, method, path, answer.Status, text, err, status)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			p.o.t.Fatal(err)
		}
	}
}

type frame struct {
	Type string
	Data json.RawMessage
}

// next reads frames until one of that type comes. Frames of agents' states are
// passed over; a card that was not asked for is a fault.
func (p *person) next(kind string) frame {
	p.o.t.Helper()
	_ = p.ws.SetReadDeadline(time.Now().Add(patience)) // an error shows at the read
	for {
		var f frame
		if err := p.ws.ReadJSON(&f); err != nil {
			p.o.t.Fatalf("%s waits for %s: %v", p.name, kind, err)
		}
		switch {
		case f.Type == kind:
			return f
		case strings.HasPrefix(f.Type, "card.") && f.Type != push.TypeCardUpdated:
			p.o.t.Fatalf("%s got %s %s, want %s", p.name, f.Type, f.Data, kind)
		}
	}
}

// accepted waits until the card says that its agent talks.
func (p *person) accepted() {
	p.o.t.Helper()
	for p.card(push.TypeCardUpdated).State != cti.CardAccepted {
	}
}

func (p *person) card(kind string) cti.Card {
	p.o.t.Helper()
	var card cti.Card
	if err := json.Unmarshal(p.next(kind).Data, &card); err != nil {
		p.o.t.Fatal(err)
	}
	return card
}

// nothing wants that no card has come up to now. Call it when the frames that
// could be wrong have been published: another browser has got a later one.
func (p *person) nothing() {
	p.o.t.Helper()
	p.o.app.hub.Publish(p.name, "test.marker", nil)
	p.next("test.marker")
}

// closed wants the websocket to be closed with that code.
func (p *person) closed(code int) {
	p.o.t.Helper()
	_ = p.ws.SetReadDeadline(time.Now().Add(patience))
	for {
		_, _, err := p.ws.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, code) {
			p.o.t.Errorf("%s: got %v, want the close code %d", p.name, err, code)
		}
		return
	}
}

package amitest

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"callcard/connector/ami"
)

// Peer is the server's side of one connection.
type Peer struct {
	t      testing.TB
	opts   Options
	conn   net.Conn
	reader *ami.Reader
}

// Greet makes a peer of any connection, for example a net.Pipe, and sends the banner.
func Greet(tb testing.TB, conn net.Conn, opts Options) *Peer {
	tb.Helper()
	if opts.Banner == "" {
		opts.Banner = "Asterisk Call Manager/11.0.0"
	}
	p := &Peer{t: tb, opts: opts, conn: conn, reader: ami.NewReader(conn, ami.Limits{})}
	p.Raw(opts.Banner + "\r\n")
	return p
}

// Request is an action that came.
type Request struct {
	ami.Message
	peer *Peer
}

// Name is the action's name.
func (r Request) Name() string { return r.Get("Action") }

// Next waits for the next action whatever it is.
func (p *Peer) Next() Request {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(Deadline))
	m, err := p.reader.Next()
	if err != nil {
		p.t.Fatalf("wait for an action: %v", err)
	}
	return Request{Message: m, peer: p}
}

// Expect waits for the next action, which must have that name. Pings in between
// are answered.
func (p *Peer) Expect(action string) Request {
	p.t.Helper()
	for {
		r := p.Next()
		switch {
		case strings.EqualFold(r.Name(), action):
			return r
		case strings.EqualFold(r.Name(), "Ping"):
			r.Success("Ping: Pong")
		default:
			p.t.Fatalf("got action %s, want %s", r.Name(), action)
		}
	}
}

// Unhurried waits for an action of that name without a deadline.
func (p *Peer) Unhurried(action string) Request {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Time{})
	m, err := p.reader.Next()
	if err != nil || !strings.EqualFold(m.Get("Action"), action) {
		p.t.Fatalf("got action %s, %v, want %s", m.Get("Action"), err, action)
	}
	return Request{Message: m, peer: p}
}

// Alive answers that many pings, however long they take to come.
func (p *Peer) Alive(pings int) {
	p.t.Helper()
	for range pings {
		p.Unhurried("Ping").Success("Ping: Pong")
	}
}

// Login answers a login, by secret or by challenge, as Asterisk does: with the
// right credentials "Success", otherwise an error and the end. It reports which.
func (p *Peer) Login() bool {
	p.t.Helper()
	r := p.Next()
	challenge := ""
	if r.Name() == "Challenge" {
		challenge = "840415273"
		r.Success("Challenge: " + challenge)
		r = p.Expect("Login")
	}
	if r.Name() != "Login" {
		p.t.Fatalf("got action %s, want Login", r.Name())
	}
	sum := md5.Sum([]byte(challenge + p.opts.Secret))
	right := r.Get("Secret") == p.opts.Secret
	if challenge != "" {
		right = r.Get("Key") == hex.EncodeToString(sum[:])
	}
	if r.Get("Username") != p.opts.Username || !right {
		r.Error("Authentication failed")
		p.Drop()
		return false
	}
	r.Success("Message: Authentication accepted")
	return true
}

// Success answers with Response: Success and more lines.
func (r Request) Success(lines ...string) { r.reply("Success", lines) }

// Error answers with Response: Error.
func (r Request) Error(message string) { r.reply("Error", []string{"Message: " + message}) }

func (r Request) reply(kind string, lines []string) {
	r.peer.Send(append([]string{"Response: " + kind, "ActionID: " + r.ActionID()}, lines...)...)
}

// List answers with a whole event list. Each item is one event, its lines
// separated by "\n"; complete is the name of the last event.
func (r Request) List(complete string, items ...string) {
	r.StartList()
	for _, item := range items {
		r.Item(item)
	}
	r.EndList(complete, len(items))
}

// StartList answers that a list will follow.
func (r Request) StartList() { r.Success("EventList: start", "Message: List will follow") }

// Item sends one event of a list.
func (r Request) Item(event string) {
	lines := strings.Split(event, "\n")
	r.peer.Send(append([]string{lines[0], "ActionID: " + r.ActionID()}, lines[1:]...)...)
}

// EndList sends the last event of a list.
func (r Request) EndList(complete string, items int) {
	r.peer.Send("Event: "+complete, "ActionID: "+r.ActionID(),
		"EventList: Complete", fmt.Sprintf("ListItems: %d", items))
}

// Send sends one message made of lines.
func (p *Peer) Send(lines ...string) {
	p.Raw(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// Raw sends bytes as they are.
func (p *Peer) Raw(data string) {
	p.t.Helper()
	_ = p.conn.SetWriteDeadline(time.Now().Add(Deadline))
	if _, err := p.conn.Write([]byte(data)); err != nil {
		p.t.Errorf("send: %v", err)
	}
}

// Drop closes the connection.
func (p *Peer) Drop() { _ = p.conn.Close() }

// Stall reads and answers nothing until the client goes away, however long that takes.
func (p *Peer) Stall() {
	_ = p.conn.SetReadDeadline(time.Time{})
	for {
		if _, err := p.reader.Next(); err != nil && !ami.Recoverable(err) {
			return
		}
	}
}

// Closed waits until the client has closed its side, answering nothing.
func (p *Peer) Closed() {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(Deadline))
	for {
		_, err := p.reader.Next()
		if err == nil || ami.Recoverable(err) {
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			p.t.Fatal("the client did not close the connection")
		}
		return
	}
}

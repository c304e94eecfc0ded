// Package amitest is a scripted Asterisk Manager for tests. A test tells it what
// to answer, sends events, and breaks the connection in all the ways a real one
// breaks. Every wait has a deadline, so that a wrong test fails instead of hanging.
//
// A Server accepts connections one after the other; each is a Peer that the test
// drives from its own goroutine:
//
//	srv := amitest.New(t, amitest.Options{Username: "u", Secret: "s"})
//	peer := srv.Accept()          // greets
//	peer.Login()                  // answers Login
//	peer.Expect("Ping").Success() // an action, and its answer
//	peer.Send("Event: Hangup", "Uniqueid: 1.1")
//	peer.Drop()
package amitest

import (
	"net"
	"testing"
	"time"
)

// Options are what the server says and accepts.
type Options struct {
	Username, Secret string
	Banner           string // default "Asterisk Call Manager/11.0.0"
}

// Server listens on a free loopback port until the test ends.
type Server struct {
	t    testing.TB
	opts Options
	l    *net.TCPListener
}

// Deadline bounds every wait of a script.
const Deadline = time.Minute

// New starts a server.
func New(tb testing.TB, opts Options) *Server {
	tb.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		tb.Fatalf("listen: %v", err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	return &Server{t: tb, opts: opts, l: l}
}

// Addr is host:port.
func (s *Server) Addr() string { return s.l.Addr().String() }

// Accept waits for the next connection and greets it.
func (s *Server) Accept() *Peer {
	s.t.Helper()
	_ = s.l.SetDeadline(time.Now().Add(Deadline))
	conn, err := s.l.Accept()
	if err != nil {
		s.t.Fatalf("accept: %v", err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	return Greet(s.t, conn, s.opts)
}

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
	"os"
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
const Deadline = 10 * time.Second

// New starts a server.
func New(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.Banner == "" {
		opts.Banner = "Asterisk Call Manager/11.0.0"
	}
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &Server{t: t, opts: opts, l: l}
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
	return s.Greet(conn)
}

// Greet makes a peer of a connection from elsewhere, for example a net.Pipe.
func (s *Server) Greet(conn net.Conn) *Peer {
	p := NewPeer(s.t, conn)
	p.opts = s.opts
	p.Raw(s.opts.Banner + "\r\n")
	return p
}

// NoConnection fails the test when a client connects within d.
func (s *Server) NoConnection(d time.Duration) {
	s.t.Helper()
	_ = s.l.SetDeadline(time.Now().Add(d))
	conn, err := s.l.Accept()
	if err == nil {
		_ = conn.Close()
		s.t.Fatal("a connection came, none was wanted")
	}
	if !os.IsTimeout(err) {
		s.t.Fatalf("accept: %v", err)
	}
}

package ami_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
)

func piped(t *testing.T, opts ami.Options, script func(*amitest.Peer)) (*ami.Conn, error) {
	t.Helper()
	opts.Dial = func(context.Context, string) (net.Conn, error) {
		client, server := net.Pipe()
		t.Cleanup(func() { _ = server.Close() })
		go func() { script(amitest.Greet(t, server, user)) }()
		return client, nil
	}
	return ami.Connect(t.Context(), opts)
}

func TestPingFindsADeadPeer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		opts := options("pbx:5038")
		opts.PingInterval, opts.PingTimeout = 20*time.Second, 5*time.Second
		conn, err := piped(t, opts, func(p *amitest.Peer) {
			p.Login()
			p.Alive(2)
			p.Stall()
		})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = conn.Next(t.Context())
		if took := time.Since(start); !errors.Is(err, ami.ErrPingTimeout) || took != 65*time.Second {
			t.Errorf("got %v after %v, want a ping timeout after three intervals and 5 s", err, took)
		}
		_ = conn.Close()
	})
}

func TestPingStuckBehindEventsIsNoDeath(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		opts := options("pbx:5038")
		opts.PingInterval, opts.PingTimeout = 20*time.Second, 5*time.Second
		conn, err := piped(t, opts, func(p *amitest.Peer) {
			p.Login()
			for range 3 {
				p.Unhurried("Ping")
				p.Send("Event: Busy")
			}
			p.Stall()
		})
		if err != nil {
			t.Fatal(err)
		}
		events := 0
		for ; ; events++ {
			if _, err = conn.Next(t.Context()); err != nil {
				break
			}
		}
		if events != 3 || !errors.Is(err, ami.ErrPingTimeout) {
			t.Errorf("got %d events and %v", events, err)
		}
		_ = conn.Close()
	})
}

func TestActionWithoutDeadlineGetsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn, err := piped(t, options("pbx:5038"), func(p *amitest.Peer) {
			p.Login()
			p.Stall()
		})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = conn.Do(t.Context(), ami.NewAction("Ping"))
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 15*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
		_ = conn.Close()
	})
}

func TestSilentPeerDoesNotHoldDial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		opts := options("pbx:5038")
		opts.Dial = func(context.Context, string) (net.Conn, error) {
			client, server := net.Pipe()
			t.Cleanup(func() { _ = server.Close() })
			return client, nil
		}
		start := time.Now()
		_, err := ami.Connect(t.Context(), opts)
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 10*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
	})
}

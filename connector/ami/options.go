package ami

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Options say how to reach one Asterisk as one AMI user.
type Options struct {
	Address  string // host:port
	TLS      *tls.Config
	Username string
	Secret   Secret
	// MD5 logs in by challenge, so that the secret does not cross the wire.
	MD5 bool
	// Events is the event mask sent at login: "on", "off" or classes such as
	// "call,agent". Empty leaves what manager.conf says.
	Events string

	DialTimeout   time.Duration // connect, TLS and banner; 10 s
	ActionTimeout time.Duration // an action whose context has no deadline; 15 s
	WriteTimeout  time.Duration // one write; 10 s
	PingInterval  time.Duration // 20 s; negative switches pings off
	PingTimeout   time.Duration // 10 s without any byte after a ping

	// QueueLimit is how many events may wait for the consumer, 262,144: nine
	// seconds of the fastest burst seen (28,400 events/s), about 180 MB.
	QueueLimit int
	Limits     Limits

	// Dial replaces the network; tests use it.
	Dial   func(ctx context.Context, address string) (net.Conn, error)
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	setDuration(&o.DialTimeout, 10*time.Second)
	setDuration(&o.ActionTimeout, 15*time.Second)
	setDuration(&o.WriteTimeout, 10*time.Second)
	setDuration(&o.PingInterval, 20*time.Second)
	setDuration(&o.PingTimeout, 10*time.Second)
	if o.QueueLimit <= 0 {
		o.QueueLimit = 1 << 18
	}
	if o.Dial == nil {
		o.Dial = dialTCP
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func setDuration(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// Validate names every field that keeps the options from being used.
func (o Options) Validate() error {
	var faults []error
	if _, _, err := net.SplitHostPort(o.Address); err != nil {
		faults = append(faults, fmt.Errorf("address: got %q, want host:port", o.Address))
	}
	if o.Username == "" {
		faults = append(faults, errors.New("username: is empty"))
	}
	return errors.Join(faults...)
}

func dialTCP(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", address)
}

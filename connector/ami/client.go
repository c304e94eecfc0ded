package ami

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Handler uses a logged-in connection. Serve is called once per connection and
// returns when it is over or of no more use; the client then closes it and
// connects again. Down reports every failure, also of a connect that never
// reached Serve, and how long the client will wait.
type Handler interface {
	Serve(ctx context.Context, c *Conn) error
	Down(ctx context.Context, reason error, retryIn time.Duration)
}

// Client keeps one AMI connection up for as long as it runs.
type Client struct {
	opts    Options
	backoff Backoff
	handler Handler
	log     *slog.Logger
}

// steady is how long a connection must have lasted for its end to count as a
// first failure again.
const steady = 10 * time.Second

// NewClient makes a client; Run starts it.
func NewClient(opts Options, backoff Backoff, handler Handler) *Client {
	opts = opts.withDefaults()
	return &Client{opts: opts, backoff: backoff.withDefaults(), handler: handler, log: opts.Logger}
}

// Run connects, serves and reconnects until ctx is done. It returns nothing but
// ctx's error or a fault in the options.
func (cl *Client) Run(ctx context.Context) error {
	if err := cl.opts.Validate(); err != nil {
		return fmt.Errorf("AMI options: %w", err)
	}
	failures, refusals, last := 0, 0, ""
	for {
		lasted, err := cl.session(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failures++
		if lasted >= steady {
			failures, last = 1, ""
		}
		wait := cl.backoff.wait(failures)
		if errors.Is(err, ErrAuth) || errors.Is(err, ErrPermission) {
			refusals++
			wait = cl.backoff.refused(refusals)
		} else {
			refusals = 0
		}
		last = cl.report(err, last, wait, failures)
		cl.handler.Down(ctx, err, wait)
		if !sleep(ctx, wait) {
			return ctx.Err()
		}
	}
}

// session is one connection from dial to end.
func (cl *Client) session(ctx context.Context) (lasted time.Duration, err error) {
	conn, err := Connect(ctx, cl.opts)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	start := time.Now()
	cl.log.Info("AMI connected", slog.String("version", conn.Version()))
	err = cl.serve(ctx, conn)
	return time.Since(start), err
}

func (cl *Client) serve(ctx context.Context, conn *Conn) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err := cl.handler.Serve(ctx, conn)
	if err == nil {
		err = conn.Err()
	}
	if err == nil {
		err = errors.New("AMI handler ended")
	}
	return err
}

// report logs the first failure and each change of its text, not every repetition.
func (cl *Client) report(err error, last string, wait time.Duration, failures int) string {
	text := err.Error()
	if text != last {
		cl.log.Warn("AMI connection down",
			slog.Any("err", err), slog.Duration("retry_in", wait), slog.Int("failures", failures))
	}
	return text
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// ControlOptions describe the second AMI user of one PBX.
type ControlOptions struct {
	PBX     string
	AMI     ami.Options // write = agent,originate; no events
	Backoff ami.Backoff
	// Timeout bounds one action whose context has no deadline, the wait for a
	// connection included: 5 s.
	Timeout time.Duration
	Logger  *slog.Logger
}

// Control acts on one PBX. Every action and its result is logged.
type Control struct {
	opts   ControlOptions
	client *ami.Client
	log    *slog.Logger

	mu      sync.Mutex
	conn    *ami.Conn     // nil while down
	changed chan struct{} // closed when conn or reason changes
	reason  error
}

// NewControl checks the options; Run connects.
func NewControl(o ControlOptions) (*Control, error) {
	if err := o.AMI.Validate(); err != nil {
		return nil, fmt.Errorf("pbx %q: control: %w", o.PBX, err)
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	log := o.Logger.With(slog.String("component", "control"), slog.String("pbx", o.PBX))
	o.AMI.Events, o.AMI.Logger = "off", log
	c := &Control{opts: o, log: log, changed: make(chan struct{}), reason: errors.New("not connected yet")}
	c.client = ami.NewClient(o.AMI, o.Backoff, (*controlSession)(c))
	return c, nil
}

// Run keeps the connection until ctx is done.
func (c *Control) Run(ctx context.Context) error { return c.client.Run(ctx) }

// Err is nil while the connection is up, otherwise why it is not.
func (c *Control) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		return nil
	}
	return c.reason
}

// QueueAdd makes the interface a dynamic member of the queue.
func (c *Control) QueueAdd(ctx context.Context, a cti.MemberAction) error {
	if a.Queue == "" {
		return &cti.InvalidError{Field: "queue", Got: "", Want: "a queue"}
	}
	return c.act(ctx, a, ami.NewAction("QueueAdd",
		"Queue", a.Queue, "Interface", a.Interface, "StateInterface", a.StateInterface, "MemberName", a.Name,
		"Penalty", strconv.Itoa(max(a.Penalty, 0)), "Paused", strconv.FormatBool(a.Paused), "Reason", a.Reason))
}

// QueueRemove ends a dynamic membership.
func (c *Control) QueueRemove(ctx context.Context, a cti.MemberAction) error {
	if a.Queue == "" {
		return &cti.InvalidError{Field: "queue", Got: "", Want: "a queue"}
	}
	return c.act(ctx, a, ami.NewAction("QueueRemove", "Queue", a.Queue, "Interface", a.Interface))
}

// QueuePause pauses or unpauses the interface in one queue or in all of them.
// Asterisk takes a repetition for a success.
func (c *Control) QueuePause(ctx context.Context, a cti.MemberAction) error {
	return c.act(ctx, a, ami.NewAction("QueuePause",
		"Queue", a.Queue, "Interface", a.Interface, "Paused", strconv.FormatBool(a.Paused), "Reason", a.Reason))
}

// maxReason is what Asterisk keeps of a pause reason (apps/app_queue.c, reason_paused[80]).
const maxReason = 79

func (c *Control) act(ctx context.Context, a cti.MemberAction, action ami.Action) error {
	start := time.Now()
	err := checkMember(a)
	if err == nil {
		err = c.translateError(action, a, c.do(ctx, action))
	}
	c.audit(action.Name, start, err, slog.String("interface", maskedName(a.Interface)), slog.String("queue", a.Queue),
		slog.Bool("paused", a.Paused), slog.String("reason", a.Reason))
	return err
}

func checkMember(a cti.MemberAction) error {
	if a.Interface == "" {
		return &cti.InvalidError{Field: "interface", Got: "", Want: "a queue member's interface"}
	}
	if len(a.Reason) > maxReason {
		return &cti.InvalidError{Field: "reason", Got: a.Reason, Want: "at most 79 bytes"}
	}
	return nil
}

func (c *Control) audit(action string, start time.Time, err error, attrs ...any) {
	attrs = append(attrs, slog.String("action", action), slog.Duration("took", time.Since(start)))
	if err != nil {
		attrs = append(attrs, slog.Any("err", err))
	}
	c.log.Info("PBX action", attrs...)
}

// do sends the action on the present connection, or on the next one while the
// deadline allows. It sends again only what certainly did not go out.
func (c *Control) do(ctx context.Context, action ami.Action) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.opts.Timeout)
		defer cancel()
	}
	for {
		conn, err := c.connection(ctx)
		if err != nil {
			return err
		}
		_, err = conn.Do(ctx, action)
		if err == nil || !ami.SafeToRetry(err) || ctx.Err() != nil {
			return err
		}
		<-conn.Done()
		c.forget(conn, err)
	}
}

// connection waits for a connection. It does not wait out the slow retry after
// a refused login: there the answer is known.
func (c *Control) connection(ctx context.Context) (*ami.Conn, error) {
	for {
		c.mu.Lock()
		conn, reason, changed := c.conn, c.reason, c.changed
		c.mu.Unlock()
		if conn != nil {
			return conn, nil
		}
		if errors.Is(reason, ami.ErrAuth) {
			return nil, reason
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ctx.Err(), reason)
		}
	}
}

func (c *Control) set(conn *ami.Conn, reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn, c.reason = conn, reason
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Control) forget(conn *ami.Conn, reason error) {
	c.mu.Lock()
	current := c.conn == conn
	c.mu.Unlock()
	if current {
		c.set(nil, reason)
	}
}

// translateError makes domain errors of what app_queue and the connection say.
// The texts are those of apps/app_queue.c, manager_add_queue_member and its
// neighbours, the same from 16 to 22.
func (c *Control) translateError(action ami.Action, a cti.MemberAction, err error) error {
	var refused *ami.ResponseError
	var field *ami.FieldError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &field):
		return &cti.InvalidError{Field: strings.ToLower(field.Field), Got: field.Why, Want: "one line of text"}
	case errors.Is(err, ami.ErrPermission):
		return fmt.Errorf("%s: %w: the control user lacks the right in manager.conf: %w", action.Name, cti.ErrForbidden, err)
	case !errors.As(err, &refused) || errors.Is(err, ami.ErrAuth):
		return &cti.UnavailableError{What: "PBX " + c.opts.PBX, Err: err}
	}
	text := strings.ToLower(refused.Message)
	switch {
	case strings.Contains(text, "no such queue"):
		return &cti.InvalidError{Field: "queue", Got: a.Queue, Want: "a queue of the PBX"}
	case strings.Contains(text, "already there"):
		return fmt.Errorf("%w: %w", cti.ErrConflict, err)
	case strings.Contains(text, "not there"), strings.Contains(text, "not found"), strings.Contains(text, "not dynamic"):
		return fmt.Errorf("%w: %w", cti.ErrNotFound, err)
	}
	return err
}

// controlSession is the Control as the AMI client sees it.
type controlSession Control

// Serve lends the connection to the actions until it ends. With the event mask
// off nothing comes that nobody asked for; what does is read and forgotten.
func (h *controlSession) Serve(ctx context.Context, conn *ami.Conn) error {
	c := (*Control)(h)
	c.set(conn, nil)
	for {
		_, err := conn.Next(ctx)
		if err != nil && !ami.Recoverable(err) {
			c.forget(conn, err)
			return err
		}
	}
}

// Down remembers why.
func (h *controlSession) Down(_ context.Context, reason error, _ time.Duration) {
	(*Control)(h).set(nil, reason)
}

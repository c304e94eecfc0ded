package ari

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/CyCoreSystems/ari/v5/client/native"
)

var (
	// ErrAuth: user name or password were refused.
	ErrAuth = errors.New("ARI login refused")
	// ErrNotFound: there is no such thing on the PBX.
	ErrNotFound = errors.New("not found by ARI")
	// ErrOverflow: the consumer of a Stream did not keep up.
	ErrOverflow = errors.New("ARI event queue overflow")
)

// Secret is a string that never prints itself.
type Secret string

// String hides the secret.
func (Secret) String() string { return "***" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return "***" }

// MarshalText hides the secret from JSON and slog.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Options say how to reach the ARI of one Asterisk.
type Options struct {
	URL      string // "http://pbx:8088/ari"
	Username string
	Password Secret
	// App is the name under which events are subscribed to: "callcard".
	App string
	// Timeout bounds a request whose context has no deadline: 10 s.
	Timeout time.Duration
	// EventLimit is how many events may wait for the consumer of a Stream: 65,536.
	EventLimit int
}

// slots bounds the requests at a time: the library cannot cancel one, so a
// stalled PBX holds at most that many goroutines.
const slots = 4

// Client asks one Asterisk.
type Client struct {
	opts  Options
	base  *url.URL
	rest  *native.Client // REST only: never connected, see DESIGN.md
	http  *http.Client
	slots chan struct{} // holds what may still be started
}

// New checks the options; it does not connect.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.URL, "/"))
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, fmt.Errorf("ari.url: got %q, want http://host:port/ari", o.URL)
	}
	if o.Username == "" || o.Password == "" {
		return nil, errors.New("ari.username, ari.password: both are needed")
	}
	if o.App == "" {
		o.App = "callcard"
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.EventLimit <= 0 {
		o.EventLimit = 1 << 16
	}
	c := &Client{opts: o, base: base, http: &http.Client{}, slots: make(chan struct{}, slots)}
	c.rest = native.New(&native.Options{
		Application: o.App, URL: base.String(), WebsocketURL: base.String(),
		Username: o.Username, Password: string(o.Password),
	})
	for range slots {
		c.slots <- struct{}{}
	}
	return c, nil
}

// Version asks which Asterisk answers; an error says why none does.
func (c *Client) Version(ctx context.Context) (string, error) {
	info, err := call(ctx, c, func() (*ari.AsteriskInfo, error) { return c.rest.Asterisk().Info(nil) })
	if err != nil {
		return "", fmt.Errorf("ask ARI for the version: %w", err)
	}
	if info.SystemInfo.Version == "" {
		return "", errors.New("ask ARI for the version: the answer names none")
	}
	return info.SystemInfo.Version, nil
}

// Endpoint is a device as ARI sees it.
type Endpoint struct {
	Device   string // "PJSIP/1001"
	State    string // online, offline, unknown
	Channels []string
}

// Endpoint asks for the state of one device.
func (c *Client) Endpoint(ctx context.Context, device string) (Endpoint, error) {
	tech, name, ok := strings.Cut(device, "/")
	if !ok || unsafePart(tech) || unsafePart(name) {
		return Endpoint{}, fmt.Errorf("device: got %q, want technology/name", device)
	}
	data, err := call(ctx, c, func() (*ari.EndpointData, error) {
		return c.rest.Endpoint().Data(ari.NewEndpointKey(tech, name))
	})
	if err != nil {
		return Endpoint{}, fmt.Errorf("ask ARI for endpoint %s: %w", device, err)
	}
	return Endpoint{Device: data.Technology + "/" + data.Resource, State: data.State, Channels: data.ChannelIDs}, nil
}

// Endpoints lists the devices that the PBX knows.
func (c *Client) Endpoints(ctx context.Context) ([]string, error) {
	keys, err := call(ctx, c, func() ([]*ari.Key, error) { return c.rest.Endpoint().List(nil) })
	if err != nil {
		return nil, fmt.Errorf("ask ARI for its endpoints: %w", err)
	}
	devices := make([]string, len(keys))
	for i, key := range keys {
		devices[i] = key.ID
	}
	return devices, nil
}

func unsafePart(s string) bool {
	return s == "" || strings.ContainsAny(s, "/?#%\x00\r\n ") || s == ".."
}

// call runs one request of the library, which knows no context, so that the
// caller is free when its context is done.
func call[T any](ctx context.Context, c *Client, request func() (T, error)) (T, error) {
	var zero T
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	select {
	case <-c.slots:
	case <-ctx.Done():
		return zero, fmt.Errorf("wait for earlier requests: %w", ctx.Err())
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1) // one answer; nobody may wait for it any more
	go func() {
		value, err := request()
		c.slots <- struct{}{}
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, meaning(r.err)
	case <-ctx.Done():
		return zero, ctx.Err()
	}
}

func (c *Client) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.opts.Timeout)
}

// meaning adds our errors to the library's, which carry the status code deep inside
// or, where Asterisk answered with an empty body, as the text of a JSON error.
func meaning(err error) error {
	var coded interface{ Code() int }
	var caused interface{ Cause() error }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &coded):
		return statusError(coded.Code(), err)
	case errors.As(err, &caused):
		if inner := meaning(caused.Cause()); errors.Is(inner, ErrAuth) || errors.Is(inner, ErrNotFound) {
			return inner
		}
	}
	return err
}

func statusError(code int, err error) error {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: %w", ErrAuth, err)
	case http.StatusNotFound:
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return err
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

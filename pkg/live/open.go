package live

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"callcard/pkg/cti"
)

// Embedded is the URL of the server inside this process.
const Embedded = "embedded"

const (
	dialTimeout    = 2 * time.Second
	commandTimeout = 2 * time.Second
)

// Options of a Store.
type Options struct {
	// URL is "embedded", redis:// or rediss:// (one server), redis+sentinel:// (with
	// ?master_name=…&addr=…) or redis+cluster:// (with ?addr=…).
	URL     string
	Node    string            // names this daemon; "" = host name and process id
	Behind  func(work func()) // runs work that nobody waits for; nil = like all else
	Log     *slog.Logger
	Metrics prometheus.Registerer // nil: not registered
}

// Store is the mirror.
type Store struct {
	node    string
	behind  func(work func())
	gather  time.Duration
	log     *slog.Logger
	metrics *metrics
	client  redis.UniversalClient
	server  *miniredis.Miniredis // embedded only

	wake   chan struct{} // holds one: "something waits"
	synced atomic.Bool   // Redis holds everything that was written so far
	stale  atomic.Bool   // somebody asked for a rebuild
	doubt  atomic.Bool   // a connection was made anew: the server may have lost its data

	mu      sync.Mutex
	waiting map[field]any // the newest value, nil = remove; at most maxWaiting
	keys    map[string]struct{}
	over    bool // maxWaiting was exceeded: only writing all anew helps
}

// Open fails on a bad URL only: a Redis that does not answer makes callcard degraded,
// not dead. Nothing is written before Run.
func Open(_ context.Context, opts Options) (*Store, error) {
	m, err := newMetrics(opts.Metrics)
	if err != nil {
		return nil, fmt.Errorf("register metrics of live: %w", err)
	}
	s := &Store{node: opts.Node, behind: opts.Behind, gather: gather, log: opts.Log, metrics: m, wake: make(chan struct{}, 1), waiting: map[field]any{}, keys: map[string]struct{}{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.log = s.log.With("component", "live")
	if s.behind == nil {
		s.behind = func(work func()) { work() }
	}
	if s.node == "" {
		host, _ := os.Hostname()
		s.node = fmt.Sprintf("%s-%d", host, os.Getpid())
	}
	url := opts.URL
	if url == Embedded {
		s.gather = gatherAlone
		if s.server, url, err = embedded(); err != nil {
			return nil, err
		}
	}
	redis.SetLogger(libraryLog{s.log})
	if s.client, err = s.connect(url); err != nil {
		if s.server != nil {
			s.server.Close()
		}
		return nil, err
	}
	return s, nil
}

func embedded() (*miniredis.Miniredis, string, error) {
	server := miniredis.NewMiniRedis()
	password := rand.Text()
	server.RequireAuth(password)
	if err := server.Start(); err != nil {
		return nil, "", fmt.Errorf("start embedded redis: %w", err)
	}
	return server, "redis://:" + password + "@" + server.Addr(), nil
}

// connect never dials: go-redis does when a command comes. Errors must not show the
// URL, which may hold a password.
func (s *Store) connect(url string) (redis.UniversalClient, error) {
	scheme, _, _ := strings.Cut(url, "://")
	base, kind, _ := strings.Cut(scheme, "+")
	plain := strings.Replace(url, scheme, base, 1)
	var client redis.UniversalClient
	var err error
	switch kind {
	case "":
		client, err = s.single(plain)
	case "sentinel":
		client, err = s.sentinel(plain)
	case "cluster":
		client, err = s.cluster(plain)
	default:
		err = errors.New("unknown kind of server")
	}
	if err != nil {
		return nil, &cti.InvalidError{Field: "redis.url", Got: scheme + "://…", Want: "embedded, redis://, rediss://, redis+sentinel:// or redis+cluster:// (" + safe(err, url) + ")"}
	}
	return client, nil
}

func safe(err error, url string) string {
	text := err.Error()
	if url != "" && strings.Contains(text, url) {
		return "not a URL"
	}
	return text
}

func (s *Store) single(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.MaxRetries = dialTimeout, commandTimeout, commandTimeout, 1
	o.DisableIdentity, o.MaintNotificationsConfig, o.OnConnect = true, quiet(), s.connected
	return redis.NewClient(o), nil
}

func (s *Store) sentinel(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseFailoverURL(url)
	if err != nil {
		return nil, err
	}
	if o.MasterName == "" {
		return nil, errors.New("master_name is missing")
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.MaxRetries = dialTimeout, commandTimeout, commandTimeout, 1
	o.DisableIdentity, o.OnConnect = true, s.connected
	return redis.NewFailoverClient(o), nil
}

func (s *Store) cluster(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(url)
	if err != nil {
		return nil, err
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = dialTimeout, commandTimeout, commandTimeout
	o.DisableIdentity, o.MaintNotificationsConfig, o.OnConnect = true, quiet(), s.connected
	return redis.NewClusterClient(o), nil
}

// quiet turns off a handshake that only Redis Enterprise understands.
func quiet() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// connected is told of every new connection: perhaps of a server that began anew.
func (s *Store) connected(context.Context, *redis.Conn) error {
	s.doubt.Store(true)
	return nil
}

// Close ends the connections, and the embedded server.
func (s *Store) Close() error {
	err := s.client.Close()
	if s.server != nil {
		s.server.Close()
	}
	return err
}

// libraryLog keeps go-redis from writing to standard error by itself. What it says is
// said again by the errors that it returns.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Printf(ctx context.Context, format string, v ...any) {
	l.log.DebugContext(ctx, "redis client", "text", fmt.Sprintf(format, v...))
}

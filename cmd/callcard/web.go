package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"callcard/pkg/agents"
	"callcard/pkg/api"
	"callcard/pkg/auth"
	"callcard/pkg/cti"
	"callcard/pkg/recordings"
	"callcard/pkg/store"
	"callcard/pop/push"
	"callcard/pop/ui"
)

// web is the one listening socket: API, websocket and page.
type web struct {
	listener  net.Listener
	server    *http.Server
	publicURL string
}

func (a *App) newWeb(ctx context.Context) (*web, error) {
	handler, err := api.New(api.Deps{
		Log: a.log, Auth: logins{a.auth, a.hub, a.agents},
		Agents: a.agents, Archive: a.store, Live: a.tracker, Cards: (*desk)(a), Control: a.control, Phonebook: a.phonebook(), Directory: a.store,
		Callbacks: owed{a.store, a.callbacks}, Recordings: audio{a.store, a.recordings, a.pruner, pbxOf(a.cfg, "").ID}, Numbers: a.numbers,
		Webhooks: a.webhooks, Deliveries: a.store, Audits: a.store,
		Settings: a.settings, Remarks: (*desk)(a), SeeQueueCalls: a.cfg.Desk.SeeQueueCalls,
		Health: a.health, Metrics: a.metrics.Handler(), Version: a.version, PublicURL: a.cfg.HTTP.PublicURL,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, path := range []string{"/api/", "/openapi.json", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, handler)
	}
	mux.Handle("/ws", a.hub)
	mux.Handle("/", api.Guard(a.log, ui.Handler(a.cfg.HTTP.EmbedOrigins...)))

	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", a.cfg.HTTP.Listen)
	if err != nil {
		return nil, fmt.Errorf("http.listen: %w", err)
	}
	return &web{listener: listener, publicURL: a.cfg.HTTP.PublicURL, server: &http.Server{
		Handler: api.Behind(proxies(a.cfg.HTTP.TrustedProxies), mux), ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
		// A websocket leaves these behind when it takes its connection over.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
	}}, nil
}

// proxies are networks that config has checked.
func proxies(texts []string) (networks []netip.Prefix) {
	for _, text := range texts {
		if network, err := netip.ParsePrefix(text); err == nil {
			networks = append(networks, network.Masked())
		}
	}
	return networks
}

// Run serves until ctx ends, then lets running requests finish.
func (w *web) Run(ctx context.Context) error {
	served := make(chan error, 1)
	go func() { served <- w.server.Serve(w.listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := w.server.Shutdown(last); err != nil {
		return errors.Join(err, w.server.Close())
	}
	return nil
}

// address is what to type into a browser.
func (w *web) address() string {
	if w.publicURL != "" {
		return w.publicURL
	}
	host, port, _ := net.SplitHostPort(w.listener.Addr().String()) // it was made by the system
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (w *web) close() error {
	if err := w.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func isHTTPS(publicURL string) bool { return strings.HasPrefix(publicURL, "https:") }

// logins is auth for the API; a logout also ends the websockets of its session.
type logins struct {
	*auth.Service
	hub    *push.Hub
	agents *agents.Service
}

// Login lets a user in who was added a moment ago: he is an agent at once.
func (l logins) Login(ctx context.Context, try api.Credentials) (string, cti.User, error) {
	token, user, err := l.Service.Login(ctx, auth.Attempt(try))
	if err != nil || user.Interface == "" {
		return token, user, err
	}
	if _, known := l.agents.State(user.ID); !known {
		err = l.agents.Reload(ctx)
	}
	return token, user, err
}

func (l logins) Logout(r *http.Request) error {
	if err := l.Service.Logout(r); err != nil {
		return err
	}
	l.hub.DisconnectSession(l.SessionOf(r), push.CloseLoggedOut)
	return nil
}

// audio finds recordings in the store and opens them in the folder.
type audio struct {
	store *store.Store
	files *recordings.Service
	old   *recordings.Pruner
	pbx   string // of uploads that name none
}

func (r audio) Recording(ctx context.Context, id string) (cti.Recording, error) {
	return r.store.Recording(ctx, id)
}

func (r audio) FindRecordings(ctx context.Context, f cti.RecordingFilter) ([]cti.FoundRecording, string, error) {
	return r.store.FindRecordings(ctx, f)
}

func (r audio) Peaks(ctx context.Context, recording cti.Recording) (cti.Peaks, error) {
	return r.files.Peaks(ctx, recording)
}

func (r audio) LogAccess(ctx context.Context, access cti.RecordingAccess) error {
	return r.store.LogAccess(ctx, access)
}

func (r audio) Accesses(ctx context.Context, id string) ([]cti.RecordingAccess, error) {
	return r.store.Accesses(ctx, id)
}

func (r audio) HoldRecording(ctx context.Context, hold cti.RecordingHold) error {
	return r.store.HoldRecordings(ctx, hold)
}

func (r audio) ReleaseRecording(ctx context.Context, call cti.CallID, by cti.UserID, at time.Time) error {
	return r.store.ReleaseRecordings(ctx, call, by, at)
}

func (r audio) Prune(ctx context.Context, dryRun bool, limit int) (cti.PruneReport, error) {
	return r.old.Prune(ctx, dryRun, limit)
}

func (r audio) Receive(ctx context.Context, upload api.RecordingUpload) (cti.Recording, error) {
	if upload.Leg.PBX == "" {
		upload.Leg.PBX = r.pbx
	}
	return r.files.Receive(ctx, recordings.Upload(upload))
}

func (r audio) Open(ctx context.Context, recording cti.Recording) (io.ReadSeekCloser, error) {
	return r.files.Open(ctx, recording)
}

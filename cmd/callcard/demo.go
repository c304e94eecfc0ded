package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"callcard/connector/pbxsim"
	"callcard/pkg/auth"
	"callcard/pkg/config"
	"callcard/pkg/cti"
)

const (
	// demoPassword opens every sample login; the sample office has no secrets.
	demoPassword = "callcard"
	demoPBX      = "office"
	demoTrunk    = "PJSIP/trunk"
	demoSupport  = "support"
	demoSales    = "sales"
	demoDir      = "data/demo"
	// demoLook is how often the demo looks who has opened his screen.
	demoLook = 300 * time.Millisecond
)

// demo is the sample office of `serve --demo`: an exchange that plays calls, and
// the users and contacts who belong to it. It keeps its data in data/demo, so
// that a second run goes on where the first one ended.
type demo struct {
	cfg    config.Config
	pbx    *pbxsim.PBX
	office *pbxsim.Office
}

// demoStore is what the sample data needs of the store.
type demoStore interface {
	CreateUser(ctx context.Context, user cti.User, passwordHash string) error
	CreateContact(ctx context.Context, c cti.Contact) (cti.Contact, error)
	SaveOrder(ctx context.Context, contactID string, o cti.Order) error
}

// newDemo opens the exchange on a free loopback port. What cfg says of store,
// recordings and HTTP is kept where it is not the default; its PBXs are not used.
func newDemo(cfg config.Config, log *slog.Logger) (*demo, error) {
	tracking, control := newSecret(), newSecret()
	monitor, err := filepath.Abs(filepath.Join(demoDir, "monitor"))
	if err != nil {
		return nil, fmt.Errorf("find the demo's directory: %w", err)
	}
	exchange, err := pbxsim.New(pbxsim.Options{
		Addr: "127.0.0.1:0", System: demoPBX, Trunk: demoTrunk, Timestamps: true, Recordings: monitor, LoginDelay: time.Second,
		Users: demoManagers(tracking, control), Queues: demoQueues(), Phones: demoPhones(), Log: log.With("component", "pbxsim"),
	})
	if err != nil {
		return nil, fmt.Errorf("start the demo's exchange: %w", err)
	}
	d := &demo{cfg: cfg, pbx: exchange, office: pbxsim.NewOffice(exchange, demoOffice(log))}
	d.configure(tracking, control, monitor)
	return d, nil
}

func newSecret() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand, since Go 1.24)
	return hex.EncodeToString(b[:])
}

// configure points the configuration at the sample office.
func (d *demo) configure(tracking, control, monitor string) {
	plain := config.Default()
	if d.cfg.Store.URL == plain.Store.URL {
		d.cfg.Store.URL = config.URL("sqlite:" + filepath.Join(demoDir, "demo.db"))
	}
	if d.cfg.Recordings.Store == plain.Recordings.Store {
		d.cfg.Recordings.Store = filepath.Join(demoDir, "recordings")
	}
	d.cfg.Agents.RONAAfter = 0 // played agents miss calls now and then, and nobody would say that they are there
	d.cfg.PBX = []config.PBX{{
		ID:      demoPBX,
		AMI:     config.AMI{Address: d.pbx.Addr(), Username: "callcard", Secret: config.Secret(tracking)},
		Control: config.Control{Username: "callcard-control", Secret: config.Secret(control), PhoneEvents: true},
		Trunks:  []string{demoTrunk},
		Queues:  []config.Queue{{Name: demoSupport, Title: "Поддержка"}, {Name: demoSales, Title: "Продажи"}},
		DIDs: []config.DID{
			{Number: "74950000001", Title: "Линия поддержки"},
			{Number: "74950000002", Title: "Отдел продаж"},
			{Number: "74950000003", Title: "Прямой номер"},
			{Number: "74950000005", Title: "После работы"},
		},
		Recordings: config.PBXRecordings{Dir: monitor},
	}}
}

// Config is the configuration to serve the demo with.
func (d *demo) Config() config.Config { return d.cfg }

// Run plays the office until the context ends. online tells who looks at a screen.
func (d *demo) Run(ctx context.Context, online func(cti.UserID) bool) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return d.pbx.Run(ctx) })
	g.Go(func() error { return d.office.Run(ctx) })
	g.Go(func() error { return d.welcome(ctx, online) })
	return g.Wait()
}

// Close releases the port of a demo that was never run.
func (d *demo) Close() error { return d.pbx.Close() }

// welcome has everybody called soon who has just opened his screen: a card is
// what he came to see.
func (d *demo) welcome(ctx context.Context, online func(cti.UserID) bool) error {
	here := map[cti.UserID]bool{}
	tick := time.NewTicker(demoLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for _, u := range demoUsers() {
			now := u.Device != "" && online(u.ID)
			if now && !here[u.ID] {
				d.office.Welcome(string(u.Device))
			}
			here[u.ID] = now
		}
	}
}

// Seed adds the sample users and contacts that are not there yet.
func (d *demo) Seed(ctx context.Context, store demoStore) error {
	hash, err := auth.HashPassword(demoPassword)
	if err != nil {
		return err
	}
	for _, u := range demoUsers() {
		if err := store.CreateUser(ctx, u, hash); err != nil && !errors.Is(err, cti.ErrConflict) {
			return fmt.Errorf("add the sample user %s: %w", u.ID, err)
		}
	}
	for _, c := range demoContacts() {
		if err := seedContact(ctx, store, c); err != nil {
			return fmt.Errorf("add the sample contact %s: %w", c.ID, err)
		}
	}
	return nil
}

func seedContact(ctx context.Context, store demoStore, c demoContact) error {
	_, err := store.CreateContact(ctx, c.Contact)
	if errors.Is(err, cti.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, o := range c.orders {
		if err := store.SaveOrder(ctx, c.ID, o); err != nil {
			return err
		}
	}
	return nil
}

// Welcome prints what somebody who has just started the demo wants to know.
func (d *demo) Welcome(w io.Writer, address string) {
	_, _ = fmt.Fprintf(w, demoText, address, demoPassword, demoDir)
}

const demoText = `
  callcard with a sample office

    open      %s
    password  %s   (the same for all)

      anna     agent, not in a queue yet: press "Ready", cards pop within seconds
      boris    agent, takes calls already
      victor   agent, takes calls already
      olga     supervisor, sees everybody
      admin    administrator

    try       log in as anna, look at the card before the call is answered;
              a number that three people share: choose who it is;
              an unknown number: create the contact while it rings;
              a missed call: it waits among the callbacks;
              log in as boris in a second browser: one answers, the other's card goes

    data      %s  (remove it to begin anew)

`
